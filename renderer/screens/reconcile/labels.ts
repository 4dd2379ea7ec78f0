import { t } from '../../i18n/t.ts';

/** Why bank and ledger differ, by the open item's kind; see main/reconcile/open-items.ts. */
export function openItemLabel(kind: string): string {
  switch (kind) {
    case 'to_review':
      return t('To review');
    case 'approved':
      return t('Approved, not posted yet');
    case 'in_open_journal':
      return t('In an unposted journal of the ERP');
    case 'refused':
      return t('Refused by the ERP');
    case 'unknown_outcome':
      return t('Posting outcome unknown');
    case 'different':
      return t('The ERP holds something else');
    case 'excluded':
      return t('Excluded');
    case 'without_proposal':
      return t('Bank line without an entry');
    case 'correction_open':
      return t('Changed at the bank after posting');
    case 'timing':
      return t('On different days at bank and ledger');
    case 'ledger_only':
      return t('In the ledger only');
    case 'opening_difference':
      return t('Difference before Daybook began');
    case 'feed_gap':
      return t('Gap in the bank’s lines');
    default:
      return kind.replaceAll('_', ' ');
  }
}

/** Items that are wrong, not merely not done yet. */
export function isWrong(kind: string): boolean {
  return kind === 'refused' || kind === 'different' || kind === 'feed_gap' || kind === 'unknown_outcome';
}
