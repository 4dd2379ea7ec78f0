/** Ledgers that tell what changed since a cursor, so that nothing has to be asked for entry by entry. */
import type { CalendarDate } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import type { Stop } from './capabilities.ts';

/** A line of the general ledger. Sign of `amount`: **positive = debit**, which on a bank's account is money in. */
export type LedgerLineRecord = {
  readonly providerKey: string;
  /** The ERP's journal or entry id, as in `FoundEntry.journalNumber`. */
  readonly journalNumber: string;
  readonly journalName: string;
  readonly voucher: string | null;
  readonly account: string;
  /** The bank account (as in mappings) whose own side this line is; null for every other line. */
  readonly bankAccount: string | null;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly text: string;
  /** Our reference when the line carries one. */
  readonly reference: string | null;
  readonly state: 'open' | 'posted';
};

export type LedgerChanges = {
  /** New and changed lines alike: the engine upserts by `providerKey`. */
  readonly lines: readonly LedgerLineRecord[];
  readonly deleted: readonly string[];
  /**
   * What this page means for the lines of bank accounts: the first day of those that changed (null: none did), and which
   * of `deleted` the ledger itself deleted. Absent: every line of the page may be one.
   */
  readonly bank?: { readonly from: CalendarDate | null; readonly deleted: readonly string[] };
  readonly nextCursor: string;
  readonly hasMore: boolean;
  /** The cursor is of no use any more: drop what is stored and begin again from null. */
  readonly startOver: boolean;
};

/** A ledger that is asked account by account from which day on its bank lines changed. */
export type TellsBankChanges = {
  /**
   * @param cursor As given the last time; null at first.
   * @returns `from` null: nothing changed since; a day: lines of that day and later may have changed
   */
  bankChangesSince(
    legalEntity: string,
    bankAccount: string,
    cursor: string | null,
    stop: Stop,
  ): Promise<{ readonly from: CalendarDate | null; readonly nextCursor: string }>;
};

export type ReadsLedgerChanges = {
  /** One page after `cursor`; null begins with what was changed on or after `since`. */
  readChanges(legalEntity: string, cursor: string | null, since: CalendarDate, stop: Stop): Promise<LedgerChanges>;
};
