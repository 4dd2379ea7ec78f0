import type { Connector } from '../connectors/capabilities.ts';
import type { CalendarDate } from '../core/calendar.ts';
import type { Ports } from '../core/ports.ts';
import { readBankLines } from '../ledger/read-bank-lines.ts';
import { bankLinesUntil, bankRead } from '../store/ledger-bank-lines.ts';
import { type LineWithPlace, linesWithPlaces, sumOfBookedLines, vouchersOfPostings } from '../store/reconciliations.ts';
import type { Store } from '../store/store.ts';
import type { MappedAccount } from './accounts.ts';
import type { LedgerLine, LedgerRules } from './open-items.ts';
import { amountsByStem, confirmedAsLedger } from './own-sides.ts';

export type ReconcileContext = Pick<Ports, 'clock' | 'log'> & {
  readonly store: Store;
  readonly connectorFor: (connectionId: string) => Promise<Connector>;
};

/** Both sides of an account, read once for all days up to one. Amounts: positive = money into the account. */
export type Books = {
  readonly rows: readonly LineWithPlace[];
  /** The bank's balance before the first line of `rows`. */
  readonly openingMinor: bigint;
  readonly ledger: readonly LedgerLine[];
  /** `postings`: the ledger does not show its bank lines to us; our confirmed entries stand in for it. */
  readonly ledgerSource: 'ledger' | 'postings';
  readonly vouchers: ReadonlyArray<{ readonly voucher: string; readonly date: CalendarDate; readonly stem: string }>;
  readonly amountOfStem: ReadonlyMap<string, bigint | null>;
  /** Money that the bank shows and its lines do not explain. */
  readonly gap: { readonly sizeMinor: bigint; readonly date: CalendarDate } | null;
  readonly rules: LedgerRules;
};

/**
 * Reads both sides up to a day.
 * @param read `now` asks the ledger for what changed first; `stored` takes what was read last.
 */
export async function readBooks(
  context: ReconcileContext,
  account: MappedAccount,
  until: CalendarDate,
  read: 'now' | 'stored',
  stop?: AbortSignal,
  changesRead?: Set<string>,
): Promise<Books> {
  const { store } = context;
  const connector = await context.connectorFor(account.ledgerConnectionId);
  const shown =
    read === 'now'
      ? (await readBankLines(context, connector, account, stop, changesRead)) !== null
      : (await bankRead(store.read, account)) !== undefined;
  const rows = await linesWithPlaces(store.read, account.feedAccountId, account.startDate);
  const openingMinor = (account.openingMinor ?? 0n) + (await openingMovements(store, account));
  const amountOfStem = await amountsByStem(store, account, rows);
  const vouchers = await vouchersOfPostings(store.read, account.ledgerConnectionId, account.legalEntity);
  const ledger = shown
    ? await storedLedger(store, account, until)
    : await confirmedAsLedger(store, account, openingMinor, amountOfStem);
  const { openIsBooked = false } = connector.postingRules ?? {};
  return {
    ...{ rows, openingMinor, ledger, vouchers, amountOfStem },
    ledgerSource: shown ? 'ledger' : 'postings',
    gap: await openGap(store, account.feedAccountId),
    rules: { openIsBooked },
  };
}

async function storedLedger(store: Store, account: MappedAccount, until: CalendarDate): Promise<LedgerLine[]> {
  const rows = await bankLinesUntil(store.read, account, until);
  return rows.map((row) => ({
    id: Number(row.id),
    date: row.date,
    amountMinor: row.amount_minor,
    voucher: row.voucher,
    text: row.text,
    reference: row.reference,
  }));
}

/** Booked lines before the start date: they are the opening balance, not open items. */
async function openingMovements(store: Store, account: MappedAccount): Promise<bigint> {
  if (account.startDate === null) return 0n;
  return sumOfBookedLines(store.read, account.feedAccountId, { before: account.startDate });
}

async function openGap(store: Store, feedAccountId: string): Promise<Books['gap']> {
  const row = await store.read
    .selectFrom('gap')
    .select(['size_minor', 'first_date'])
    .where('feed_account_id', '=', feedAccountId)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  return row ? { sizeMinor: row.size_minor, date: row.first_date } : null;
}
