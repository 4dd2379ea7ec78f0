import { record } from '../audit/trail.ts';
import type { Connector } from '../connectors/capabilities.ts';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import type { Money } from '../core/money.ts';
import type { Ports } from '../core/ports.ts';
import { readBankLines } from '../ledger/read-bank-lines.ts';
import { bankLinesUntil } from '../store/ledger-bank-lines.ts';
import { linesWithPlaces, saveReconciliation, sumOfBookedLines, vouchersOfPostings } from '../store/reconciliations.ts';
import type { Store } from '../store/store.ts';
import { assignLedgerLines, type LedgerLine, type OpenItem, openItemsOfLines } from './open-items.ts';
import { amountsByStem, type BankOfMapping, confirmedAsLedger } from './own-sides.ts';

export type ReconcileContext = Pick<Ports, 'clock' | 'log'> & {
  readonly store: Store;
  readonly connectorFor: (connectionId: string) => Promise<Connector>;
};

/** One account on one day. `difference` = bank − ledger; the open items add up to it, or `explained` is false. */
export type Reconciliation = {
  readonly feedAccountId: string;
  readonly account: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly date: CalendarDate;
  readonly bankBalance: Money;
  readonly ledgerBalance: Money;
  readonly difference: Money;
  readonly openItems: readonly OpenItem[];
  readonly explained: boolean;
  /** `postings`: the ledger does not show its bank lines to us; our confirmed entries stand in for it. */
  readonly ledgerSource: 'ledger' | 'postings';
};

type MappedAccount = BankOfMapping & {
  readonly feedAccountId: string;
  readonly name: string;
  readonly mask: string | null;
  readonly currency: string;
  readonly openingMinor: bigint | null;
};

/** Both sides of an account, read once for all days. */
type Books = Awaited<ReturnType<typeof readBooks>>;

/** Reconciles every mapped account on the given days (each the end of that day). Reads the ledger once per account. */
export async function reconcileAccounts(
  context: ReconcileContext,
  dates: readonly CalendarDate[],
  options: {
    readonly actor: string;
    readonly stop?: AbortSignal;
    /** Accounts done, of how many, and the one that is next. */
    readonly progress?: (done: number, total: number, account: string) => void;
  } = { actor: 'daybook' },
): Promise<Reconciliation[]> {
  const latest = [...dates].sort().at(-1) ?? '';
  const all: Reconciliation[] = [];
  const accounts = await mappedAccounts(context.store);
  for (const [index, account] of accounts.entries()) {
    options.stop?.throwIfAborted();
    options.progress?.(index, accounts.length, accountLabel(account));
    const books = await readBooks(context, account, latest, options.stop);
    for (const date of dates) all.push(await reconcileOn(context, account, date, books, options.actor));
  }
  return all;
}

function accountLabel({ name, mask }: Pick<MappedAccount, 'name' | 'mask'>): string {
  return mask === null ? name : `${name} ··${mask}`;
}

async function mappedAccounts(store: Store): Promise<MappedAccount[]> {
  const rows = await store.read
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select([
      'feed_account.id',
      'feed_account.name',
      'feed_account.mask',
      'feed_account.currency',
      'feed_account.opening_minor',
      'mapping.ledger_connection_id',
      'mapping.legal_entity',
      'mapping.bank_account',
      'mapping.start_date',
    ])
    .orderBy('feed_account.name')
    .orderBy('feed_account.id')
    .execute();
  return rows.flatMap((row) =>
    row.currency === null
      ? []
      : [
          {
            feedAccountId: row.id,
            name: row.name,
            mask: row.mask,
            currency: row.currency,
            openingMinor: row.opening_minor,
            ledgerConnectionId: row.ledger_connection_id,
            legalEntity: row.legal_entity,
            bankAccount: row.bank_account,
            startDate: row.start_date,
          },
        ],
  );
}

/** The posted ledger of a bank account, brought up to date; null when the ledger does not show it. */
async function readLedger(
  context: ReconcileContext,
  account: MappedAccount,
  until: CalendarDate,
  stop: AbortSignal | undefined,
): Promise<LedgerLine[] | null> {
  const connector = await context.connectorFor(account.ledgerConnectionId);
  if ((await readBankLines(context, connector, account, stop)) === null) return null;
  const rows = await bankLinesUntil(context.store.read, account, until);
  return rows.map((row) => ({
    date: row.date,
    amountMinor: row.amount_minor,
    voucher: row.voucher,
    text: row.text,
    reference: row.reference,
  }));
}

async function readBooks(
  context: ReconcileContext,
  account: MappedAccount,
  latest: CalendarDate,
  stop: AbortSignal | undefined,
) {
  const { store } = context;
  const shown = await readLedger(context, account, latest, stop);
  const rows = await linesWithPlaces(store.read, account.feedAccountId, account.startDate);
  const opening = (account.openingMinor ?? 0n) + (await openingMovements(store, account));
  const amountOfStem = await amountsByStem(store, account, rows);
  const vouchers = await vouchersOfPostings(store.read, account.ledgerConnectionId, account.legalEntity);
  const ledger = shown ?? (await confirmedAsLedger(store, account, opening, amountOfStem));
  const { openIsBooked = false } = (await context.connectorFor(account.ledgerConnectionId)).postingRules ?? {};
  return { rows, opening, amountOfStem, vouchers, ledger, shown: shown !== null, rules: { openIsBooked } };
}

async function reconcileOn(
  context: ReconcileContext,
  account: MappedAccount,
  date: CalendarDate,
  books: Books,
  actor: string,
): Promise<Reconciliation> {
  const { rows, opening, vouchers, amountOfStem } = books;
  const booked = rows.filter((row) => row.state === 'booked' && row.date <= date);
  const gap = await openGap(context.store, account.feedAccountId, date);
  let bank = opening + (gap?.sizeMinor ?? 0n);
  for (const amount of new Map(booked.map((row) => [row.lineId, row.amountMinor])).values()) bank += amount;

  const ledgerLines = books.ledger.filter((line) => line.date <= date);
  // Without a start date Daybook begins with the first line that it knows.
  const start = account.startDate ?? rows[0]?.date ?? addDays(date, 1);
  const { byStem, foreign } = assignLedgerLines(ledgerLines, vouchers, amountOfStem);
  const openingLedger = foreign.filter((line) => line.date < start).reduce((sum, line) => sum + line.amountMinor, 0n);

  const items: OpenItem[] = openItemsOfLines(rows, byStem, date, books.rules);
  if (gap) items.push(plain('feed_gap', gap.date, gap.sizeMinor, 'The bank shows money that its lines do not explain'));
  if (opening !== openingLedger)
    items.push(
      plain(
        'opening_difference',
        addDays(start, -1),
        opening - openingLedger,
        account.openingMinor === null
          ? 'The bank gave no opening balance, so it counts as zero'
          : 'Bank and ledger differed before Daybook began',
      ),
    );
  for (const line of foreign.filter((one) => one.date >= start))
    items.push(plain('ledger_only', line.date, -line.amountMinor, `In the ledger only: ${line.text || 'no text'}`));

  const ledgerMinor = ledgerLines.reduce((sum, line) => sum + line.amountMinor, 0n);
  const difference = bank - ledgerMinor;
  const explained = items.reduce((sum, item) => sum + item.amountMinor, 0n) === difference;
  const { currency } = account;
  const result: Reconciliation = {
    feedAccountId: account.feedAccountId,
    account: accountLabel(account),
    legalEntity: account.legalEntity,
    bankAccount: account.bankAccount,
    date,
    bankBalance: { minor: bank, currency },
    ledgerBalance: { minor: ledgerMinor, currency },
    difference: { minor: difference, currency },
    openItems: items,
    explained,
    ledgerSource: books.shown ? 'ledger' : 'postings',
  };
  await save(context, result, actor);
  return result;
}

/** Booked lines before the start date: they are the opening balance, not open items. */
async function openingMovements(store: Store, account: MappedAccount): Promise<bigint> {
  if (account.startDate === null) return 0n;
  return sumOfBookedLines(store.read, account.feedAccountId, { before: account.startDate });
}

async function openGap(
  store: Store,
  feedAccountId: string,
  date: CalendarDate,
): Promise<{ sizeMinor: bigint; date: CalendarDate } | null> {
  const row = await store.read
    .selectFrom('gap')
    .select(['size_minor', 'first_date'])
    .where('feed_account_id', '=', feedAccountId)
    .where('closed_at', 'is', null)
    .where('first_date', '<=', date)
    .executeTakeFirst();
  return row ? { sizeMinor: row.size_minor, date: row.first_date } : null;
}

function plain(kind: OpenItem['kind'], date: CalendarDate, amountMinor: bigint, text: string): OpenItem {
  return { kind, date, amountMinor, text, lineIds: [], proposalId: null };
}

async function save(context: ReconcileContext, result: Reconciliation, actor: string): Promise<void> {
  const at = instantNow(context.clock);
  await context.store.write(async (trx) => {
    await saveReconciliation(trx, {
      feed_account_id: result.feedAccountId,
      date: result.date,
      currency: result.difference.currency,
      bank_minor: result.bankBalance.minor,
      ledger_minor: result.ledgerBalance.minor,
      difference_minor: result.difference.minor,
      open_items_json: JSON.stringify(result.openItems, (_key, value) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
      explained: result.explained ? 1n : 0n,
      made_at: at,
    });
    await record(trx, context.clock, {
      actor,
      action: 'reconciliation.made',
      subject: `feed_account:${result.feedAccountId}`,
      data: {
        date: result.date,
        bank: result.bankBalance.minor,
        ledger: result.ledgerBalance.minor,
        difference: result.difference.minor,
        currency: result.difference.currency,
        openItems: result.openItems.length,
        explained: result.explained,
      },
    });
  });
}
