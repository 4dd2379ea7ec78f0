import type { Selectable } from 'kysely';
import { stemIn } from '../core/reference.ts';
import { type PostingRow, postingsToFollow } from './postings.ts';
import type { LedgerLineTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

/**
 * Lines of a ledger that tells its changes. A posting whose lines changed loses its `ledger_seen_at`, in the transaction
 * that stores the change: whoever dies in between, the posting is looked up.
 */

type Ledger = { readonly ledgerConnectionId: string; readonly legalEntity: string };
type Row = Selectable<LedgerLineTable>;

/** A line as a ledger tells it. Sign: positive = debit. */
export type ToldLine = {
  readonly providerKey: string;
  readonly journalNumber: string;
  readonly journalName: string;
  readonly voucher: string | null;
  readonly account: string;
  readonly bankAccount: string | null;
  readonly date: string;
  readonly amount: { readonly minor: bigint; readonly currency: string };
  readonly text: string;
  readonly reference: string | null;
  readonly state: 'open' | 'posted';
};

/** Where reading stopped; null before the first page. */
export function ledgerCursor(db: Reader, ledger: Ledger) {
  return db
    .selectFrom('ledger_cursor')
    .selectAll()
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .executeTakeFirst();
}

export async function saveLedgerCursor(
  trx: Writer,
  ledger: Ledger,
  at: { readonly cursor: string | null; readonly since: string; readonly readAt: string },
): Promise<void> {
  const row = { cursor: at.cursor, since: at.since, read_at: at.readAt };
  await trx
    .insertInto('ledger_cursor')
    .values({ ledger_connection_id: ledger.ledgerConnectionId, legal_entity: ledger.legalEntity, ...row })
    .onConflict((conflict) => conflict.columns(['ledger_connection_id', 'legal_entity']).doUpdateSet(row))
    .execute();
}

/** Forgets all lines: the ledger begins to tell from the start. Every posting that is followed is looked up once. */
export async function dropLedgerLines(trx: Writer, ledger: Ledger): Promise<void> {
  await trx
    .deleteFrom('ledger_line')
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .execute();
}

/** Takes over one page of changes. */
export async function applyLedgerLines(
  trx: Writer,
  ledger: Ledger,
  page: { readonly lines: readonly ToldLine[]; readonly deleted: readonly string[] },
  at: string,
): Promise<void> {
  const keys = [...page.lines.map((line) => line.providerKey), ...page.deleted];
  const before = new Map((await linesByKey(trx, ledger, keys)).map((row) => [row.provider_key, row]));
  const touched = new Set<string>();
  for (const row of before.values()) touched.add(row.journal_number);
  const fresh: ToldLine[] = [];
  for (const line of page.lines) {
    if (before.has(line.providerKey)) touched.add(line.journalNumber);
    else fresh.push(line);
    await upsert(trx, ledger, line, at);
  }
  for (const key of page.deleted) if (before.has(key)) await remove(trx, ledger, key);
  await forgetSeen(trx, ledger, 'journal_number', [...touched]);
  await forgetSeen(trx, ledger, 'stem', await stemsThatDisagree(trx, ledger, fresh));
}

/** Which of these keys are stored, and the days of those of them that stand on a bank account. */
export async function bankDaysOf(
  trx: Writer,
  ledger: Ledger,
  keys: readonly string[],
): Promise<{ readonly known: ReadonlySet<string>; readonly days: readonly string[] }> {
  const rows = await linesByKey(trx, ledger, keys);
  return {
    known: new Set(rows.map((row) => row.provider_key)),
    days: rows.flatMap((row) => (row.bank_account === null ? [] : [row.date])),
  };
}

/** The postings to look up: changed since they were seen, absent from the ledger's lines, or different. */
export async function postingsThatChanged(
  db: Reader,
  ledger: Ledger,
): Promise<{ readonly changed: PostingRow[]; readonly unchanged: number }> {
  const all = await postingsToFollow(db, ledger.ledgerConnectionId, ledger.legalEntity);
  const known = new Set<string>();
  for (const row of await linesWithReference(db, ledger)) known.add(stemIn(row.reference ?? ''));
  const changed = all.filter(
    (posting) => posting.state === 'different' || posting.ledger_seen_at === null || !known.has(posting.stem),
  );
  return { changed, unchanged: all.length - changed.length };
}

function linesWithReference(db: Reader, ledger: Ledger) {
  return db
    .selectFrom('ledger_line')
    .select('reference')
    .distinct()
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .where('reference', 'is not', null)
    .execute();
}

/**
 * Entries whose lines, told for the first time, are not where and as much as they were when the posting was confirmed:
 * somebody was at them in between.
 */
async function stemsThatDisagree(trx: Writer, ledger: Ledger, fresh: readonly ToldLine[]): Promise<string[]> {
  const ours = fresh.filter((line) => line.reference !== null && line.bankAccount === null);
  const byStem = Map.groupBy(ours, (line) => stemIn(line.reference ?? ''));
  const stems = [...byStem.keys()];
  const agreeing = new Set<string>();
  for (let start = 0; start < stems.length; start += 500) {
    const rows = await trx
      .selectFrom('posting')
      .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
      .select(['posting.stem', 'posting.journal_number', 'posting.ledger_state'])
      .select(['proposal.amount_minor', 'proposal.date', 'proposal.currency'])
      .where('posting.ledger_connection_id', '=', ledger.ledgerConnectionId)
      .where('posting.legal_entity', '=', ledger.legalEntity)
      .where('posting.state', '=', 'posted')
      .where('posting.stem', 'in', stems.slice(start, start + 500))
      .execute();
    for (const row of rows) {
      const lines = byStem.get(row.stem) ?? [];
      const same = lines.every(
        (line) =>
          line.journalNumber === row.journal_number &&
          line.state === row.ledger_state &&
          line.date === row.date &&
          line.amount.currency === row.currency,
      );
      // The offsets stand on the other side of the bank.
      const sum = lines.reduce((total, line) => total - line.amount.minor, 0n);
      if (same && sum === row.amount_minor) agreeing.add(row.stem);
    }
  }
  return stems.filter((stem) => !agreeing.has(stem));
}

async function forgetSeen(
  trx: Writer,
  ledger: Ledger,
  by: 'journal_number' | 'stem',
  values: readonly string[],
): Promise<void> {
  for (let start = 0; start < values.length; start += 500)
    await trx
      .updateTable('posting')
      .set({ ledger_seen_at: null })
      .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
      .where('legal_entity', '=', ledger.legalEntity)
      .where(by, 'in', values.slice(start, start + 500))
      .execute();
}

async function linesByKey(trx: Writer, ledger: Ledger, keys: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < keys.length; start += 500)
    rows.push(
      ...(await trx
        .selectFrom('ledger_line')
        .selectAll()
        .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
        .where('legal_entity', '=', ledger.legalEntity)
        .where('provider_key', 'in', keys.slice(start, start + 500))
        .execute()),
    );
  return rows;
}

async function upsert(trx: Writer, ledger: Ledger, line: ToldLine, at: string): Promise<void> {
  const row = {
    journal_number: line.journalNumber,
    journal_name: line.journalName,
    voucher: line.voucher,
    account: line.account,
    bank_account: line.bankAccount,
    date: line.date,
    amount_minor: line.amount.minor,
    currency: line.amount.currency,
    text: line.text,
    reference: line.reference,
    state: line.state,
    read_at: at,
  };
  await trx
    .insertInto('ledger_line')
    .values({
      ledger_connection_id: ledger.ledgerConnectionId,
      legal_entity: ledger.legalEntity,
      provider_key: line.providerKey,
      ...row,
    })
    .onConflict((conflict) =>
      conflict.columns(['ledger_connection_id', 'legal_entity', 'provider_key']).doUpdateSet(row),
    )
    .execute();
}

async function remove(trx: Writer, ledger: Ledger, key: string): Promise<void> {
  await trx
    .deleteFrom('ledger_line')
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .where('provider_key', '=', key)
    .execute();
}
