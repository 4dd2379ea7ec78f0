import type { QueueItem } from '../../api/contract.ts';
import { t } from '../../i18n/t.ts';

export type Tone = 'plain' | 'quiet' | 'act' | 'wrong' | 'proven';

export function stateLabel(state: string): string {
  switch (state) {
    case 'needs_person':
      return t('Needs you');
    case 'ready':
      return t('Ready');
    case 'approved':
      return t('Approved');
    case 'posting':
      return t('Posting');
    case 'unknown':
      return t('Unknown');
    case 'different':
      return t('Differs');
    case 'refused':
      return t('Refused');
    case 'posted':
      return t('Posted');
    case 'excluded':
      return t('Excluded');
    case 'superseded':
      return t('Replaced');
    case 'reversed':
      return t('Reversed');
    default:
      return state;
  }
}

export function stateTone(state: string): Tone {
  if (state === 'needs_person' || state === 'unknown') return 'act';
  if (state === 'refused' || state === 'different') return 'wrong';
  if (state === 'ready' || state === 'excluded' || state === 'superseded' || state === 'reversed') return 'quiet';
  return 'plain';
}

/** Who or what coded the row; stands before the reason. */
export function codedByLabel(codedBy: QueueItem['codedBy']): string {
  switch (codedBy) {
    case 'rule':
      return t('Rule');
    case 'default':
      return t('Default');
    case 'suggestion':
      return t('Suggested');
    case 'person':
      return t('By hand');
    case 'transfer':
      return t('Own transfer');
    case 'system':
      return t('Daybook');
    default:
      return '';
  }
}

/** Who or what coded a row, and its sentence without saying the same twice: "rule: Rent" has its rule in it. */
export function saidReason({ codedBy, reason }: Pick<QueueItem, 'codedBy' | 'reason'>): { by: string; reason: string } {
  const by = codedByLabel(codedBy);
  if (codedBy === 'rule') return { by, reason: reason.replace(/^rule: /i, '') };
  const saysItself = reason !== '' && (codedBy === 'default' || codedBy === 'transfer' || codedBy === 'system');
  if (saysItself || by === '') return { by: '', reason: `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}` };
  return { by, reason };
}

export function kindLabel(kind: string): string {
  switch (kind) {
    case 'transfer':
      return t('Own transfer');
    case 'pending':
      return t('Pending');
    case 'settlement':
      return t('Settlement');
    case 'reversal':
      return t('Reversal');
    case 'correction':
      return t('Correction');
    case 'entry':
      return t('Entry');
    default:
      return kind;
  }
}

export function accountTypeLabel(accountType: string): string {
  switch (accountType) {
    case 'bank':
      return t('Bank');
    case 'customer':
      return t('Customer');
    case 'vendor':
      return t('Vendor');
    default:
      return '';
  }
}

/** `110130 · Operating account`, the number first. */
export function accountText(account: string | null, name: string | null): string {
  if (account === null || account === '') return t('No account');
  return name ? `${account} · ${name}` : account;
}

/**
 * A company as bookkeepers call it: by its code, such as `USMF`. A number that the ledger counts up says nothing to a
 * person; then the name stands for it.
 */
export function entityText(legalEntity: string, name: string | null): string {
  return /^\d+$/.test(legalEntity) ? (name ?? legalEntity) : legalEntity;
}

/** `030 Maintenance`, the code first, as with accounts; the code alone where the ledger has no word for it. */
export function codeText({ value, name }: { readonly value: string; readonly name: string | null }): string {
  return name ? `${value} ${name}` : value;
}

/** The feed account as a bookkeeper says it: `Operating ··1234`. */
export function feedAccountText({ name, mask }: QueueItem['feedAccount']): string {
  return mask ? `${name} ··${mask}` : name;
}
