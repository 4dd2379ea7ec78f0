import { t } from '../../i18n/t.ts';
import type { Feed } from './types.ts';

export function bankName(feed: Feed): string {
  return feed.institutionName ?? t('Bank without a name');
}

export function stateLabel(state: string): string {
  switch (state) {
    case 'healthy':
      return t('Working');
    case 'retrying':
      return t('Trying again by itself');
    case 'needs_person':
      return t('Needs you');
    case 'removed':
      return t('Removed');
    default:
      return state;
  }
}

export function historyLabel(history: string): string {
  switch (history) {
    case 'not_ready':
      return t('The bank is still preparing it');
    case 'partial':
      return t('The latest weeks are there, older lines follow');
    case 'complete':
      return t('Complete');
    default:
      return t('Not known');
  }
}

/** What repairs a feed, as its button says. Undefined: nobody can do anything here but wait. */
export function feedRepairLabel(repair: string): string | undefined {
  switch (repair) {
    case 'sign_in_again':
      return t('Sign in again');
    case 'choose_accounts':
      return t('Choose accounts');
    case 'link_again':
      return t('Link again');
    case 'check_keys':
      return t('Check the keys');
    default:
      return undefined;
  }
}
