import type { CalendarDate } from '../../core/calendar.ts';
import type { bankAccounts, dimensionValues, mainAccountLegalEntities, mainAccounts, RowOf } from './entities.ts';

/** Whether set-up records may be used on a day. Each answer is null (usable) or the reason, as the end of a sentence. */

export type AccountRow = RowOf<typeof mainAccounts>;
export type OverrideRow = RowOf<typeof mainAccountLegalEntities>;
export type BankRow = RowOf<typeof bankAccounts>;
export type DimensionValueRow = RowOf<typeof dimensionValues>;

type Validity = { readonly ActiveFrom: CalendarDate | null; readonly ActiveTo: CalendarDate | null };

export function isActive({ ActiveFrom, ActiveTo }: Validity, day: CalendarDate): boolean {
  return (ActiveFrom === null || ActiveFrom <= day) && (ActiveTo === null || day <= ActiveTo);
}

/** A main account, with what its company sets on it. Totals and reporting accounts hold no entries. */
export function accountUse(
  row: AccountRow,
  overrides: readonly OverrideRow[] | null,
  day: CalendarDate,
): string | null {
  if (row.MainAccountType === 'Total' || row.MainAccountType === 'Reporting')
    return `is of the type ${row.MainAccountType} and holds no entries`;
  const own = overrides?.find((candidate) => candidate.MainAccountId === row.MainAccountId);
  for (const source of own === undefined ? [row] : [row, own]) {
    if (source.IsSuspended) return 'is suspended';
    if (source.DoNotAllowManualEntry) return 'does not allow manual entries';
    if (!isActive(source, day)) return `is not active on ${day}`;
  }
  return null;
}

export function bankUse(row: BankRow, day: CalendarDate): string | null {
  if (row.BankAccountStatus === 'InactiveForNewTransactions' || row.BankAccountStatus === 'InactiveForAllTransactions')
    return 'is inactive';
  return isActive(row, day) ? null : `is not active on ${day}`;
}

/** Vendor and customer hold: All and Payment stop payments; Never means that it is never put on hold. */
export function isOnHold(onHoldStatus: string): boolean {
  return onHoldStatus === 'All' || onHoldStatus === 'Payment';
}

export function isDimensionValueUsable(row: DimensionValueRow, day: CalendarDate): boolean {
  return !row.IsSuspended && !row.IsBlockedForManualEntry && !row.IsTotal && isActive(row, day);
}
