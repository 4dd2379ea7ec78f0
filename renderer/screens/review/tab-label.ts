import { t } from '../../i18n/t.ts';
import type { Tab } from './filter.ts';

export function tabLabel(tab: Tab): string {
  switch (tab) {
    case 'review':
      return t('To review');
    case 'ready':
      return t('Approved');
    case 'posted':
      return t('Posted');
    case 'excluded':
      return t('Excluded');
    case 'exceptions':
      return t('Exceptions');
    default:
      return tab;
  }
}
