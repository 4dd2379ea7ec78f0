import { formatDay } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { Mapping, Row } from './types.ts';

export function accountTitle({ name, mask }: Row['account']): string {
  return mask === null ? name : `${name} ··${mask}`;
}

export function groupingLabel(grouping: Mapping['grouping']): string {
  return grouping === 'run' ? t('One journal a run') : t('One journal a day');
}

export function pendingLabel(pending: Mapping['pending']): string {
  return pending === 'clearing' ? t('Pending lines to a clearing account') : t('Pending lines wait');
}

/** The policies of a mapping in a line: `From 18 Nov · one journal a day`. */
export function policyLine({ startDate, grouping, pending, autoApprove }: Mapping): string {
  return [
    startDate === null ? t('All lines') : t('From {day}', { day: formatDay(startDate, 'short') }),
    groupingLabel(grouping),
    pending === 'clearing' ? t('Pending to clearing') : null,
    autoApprove ? t('Approves by itself') : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/** A field of a mapping as the form names it. */
export function fieldLabel(field: string): string {
  switch (field) {
    case 'bankAccount':
      return t('Bank account');
    case 'journalName':
      return t('Journal name');
    case 'offsetAccount':
      return t('Account for the rest');
    case 'transferAccount':
      return t('Account for own transfers');
    case 'clearingAccount':
      return t('Clearing account');
    case 'dimensions':
      return t('Dimensions');
    default:
      return field;
  }
}
