import { t } from '../i18n/t.ts';

/** Who began a run, where it was no person. */
export function begunByLabel(begunBy: string): string {
  switch (begunBy) {
    case 'schedule':
      return t('the schedule');
    case 'webhook':
      return t('a notice of the bank');
    default:
      return t('a person');
  }
}

/** For what a run waits, or waited, before it begins. */
export function waitsForLabel(reason: 'power' | 'unmetered' | 'network'): string {
  switch (reason) {
    case 'power':
      return t('mains power');
    case 'unmetered':
      return t('a network that is not paid by volume');
    default:
      return t('the network');
  }
}
