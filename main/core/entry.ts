import type { CalendarDate } from './calendar.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import type { Money } from './money.ts';

export type AccountType = 'ledger' | 'bank' | 'customer' | 'vendor';

/** Dimension name to value, e.g. `{ CostCenter: '012' }`. An absent or empty value means "none". */
export type Dimensions = Readonly<Record<string, string>>;

/**
 * One offset of an entry. Sign of `amount`: same as the entry's, so that the offsets of an entry add up to it. A receipt
 * of +100.00 on the bank with one offset has offset amount +100.00 and is credited to the offset account.
 */
export type EntryOffset = {
  readonly accountType: AccountType;
  /** Main account, bank account id, customer or vendor account, without dimensions and unescaped. */
  readonly account: string;
  readonly dimensions: Dimensions;
  readonly amount: Money;
  readonly text: string;
};

/**
 * One entry as the ledger shall hold it: the bank (or clearing) side and its offsets, balanced.
 * Sign of `amount`: **positive = money into `account`** (debit).
 */
export type LedgerEntry = {
  /** Our 20-character reference; searchable in the ledger. Its first 17 characters are the stem, see core/reference.ts. */
  readonly reference: string;
  readonly accountType: AccountType;
  readonly account: string;
  readonly dimensions: Dimensions;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly text: string;
  readonly offsets: readonly EntryOffset[];
};

/** The entries that go into the ledger as one unit. */
export type LedgerJournal = {
  /** Our 20-character reference of the journal itself, searchable in the ledger. */
  readonly reference: string;
  readonly legalEntity: string;
  readonly journalName: string;
  readonly description: string;
  readonly entries: readonly LedgerEntry[];
};

/**
 * The hash of everything that a person approves in an entry. What is posted must have the hash that was approved; the
 * reference is left out because it names the entry and is no part of its content.
 */
export function entryHash(entry: LedgerEntry): string {
  return sha256(
    canonicalJson({
      accountType: entry.accountType,
      account: entry.account,
      dimensions: presentDimensions(entry.dimensions),
      date: entry.date,
      amount: entry.amount.minor,
      currency: entry.amount.currency,
      text: entry.text,
      offsets: entry.offsets.map((offset) => ({
        accountType: offset.accountType,
        account: offset.account,
        dimensions: presentDimensions(offset.dimensions),
        amount: offset.amount.minor,
        currency: offset.amount.currency,
        text: offset.text,
      })),
    }),
  );
}

/** An empty value means "none": `{ CostCenter: '' }` and `{}` are the same coding. */
export function presentDimensions(dimensions: Dimensions): Dimensions {
  return Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value !== ''));
}

/** True when the offsets add up to the entry's amount, in its currency. */
export function isBalanced(entry: LedgerEntry): boolean {
  let sum = 0n;
  for (const offset of entry.offsets) {
    if (offset.amount.currency !== entry.amount.currency) return false;
    sum += offset.amount.minor;
  }
  return entry.offsets.length > 0 && sum === entry.amount.minor;
}
