import { sql } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import { insertRows } from './bulk.ts';
import type { Reader, Writer } from './store.ts';

/**
 * The ledger's lines on bank accounts, by the ledger's own keys. A line keeps its id for ever: reading it again changes
 * it, and one that the ledger no longer tells is marked gone, so that nothing is lost or doubled by a page that changed,
 * a restored copy or a reading from the start.
 */

export type BankAccountKey = {
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
};

export type ToldBankLine = {
  readonly providerKey: string;
  readonly date: CalendarDate;
  /** Positive = money into the bank account. */
  readonly amount: { readonly minor: bigint; readonly currency: string };
  readonly voucher: string | null;
  readonly text: string;
  readonly reference: string | null;
  readonly journalNumber?: string | null;
  readonly party?: string | null;
  readonly documents?: readonly string[];
  readonly paymentReference?: string | null;
};

export type BankLineChanges = { readonly added: number; readonly changed: number; readonly gone: number };

const COLUMNS = [
  'date',
  'amount_minor',
  'currency',
  'voucher',
  'text',
  'reference',
  'journal_number',
  'party',
  'documents',
  'payment_reference',
] as const;

/**
 * Takes over what the ledger tells of an account from a day on (null: all of it). Stored lines of those days that are
 * not told are gone.
 */
export async function applyBankLines(
  trx: Writer,
  key: BankAccountKey,
  lines: readonly ToldBankLine[],
  from: CalendarDate | null,
  at: string,
): Promise<BankLineChanges> {
  const keys = from === null ? null : lines.filter((line) => line.date >= from).map((line) => line.providerKey);
  const before = new Map((await storedLines(trx, key, from, keys)).map((row) => [row.provider_key, row]));
  const revision = (await newestRevision(trx, key)) + 1n;
  const told = new Set<string>();
  const added: Array<Array<string | bigint | null>> = [];
  let [changed, gone] = [0, 0];
  for (const line of lines) {
    // A key that comes twice in one telling is one line; the later word counts.
    const row = rowOf(line);
    const stored = before.get(line.providerKey);
    if (stored === undefined && !told.has(line.providerKey))
      added.push([
        ...[key.ledgerConnectionId, key.legalEntity, key.bankAccount, line.providerKey],
        ...COLUMNS.map((column) => row[column]),
        ...[at, revision],
      ]);
    told.add(line.providerKey);
    if (stored === undefined || (stored.gone_at === null && COLUMNS.every((column) => stored[column] === row[column])))
      continue;
    changed += 1;
    await trx
      .updateTable('ledger_bank_line')
      .set({ ...row, read_at: at, revision, gone_at: null })
      .where('id', '=', stored.id)
      .execute();
  }
  for (const row of before.values()) {
    if (told.has(row.provider_key) || row.gone_at !== null || (from !== null && row.date < from)) continue;
    gone += 1;
    await trx.updateTable('ledger_bank_line').set({ gone_at: at, revision }).where('id', '=', row.id).execute();
  }
  await insertRows(
    trx,
    'ledger_bank_line',
    [
      ...(['ledger_connection_id', 'legal_entity', 'bank_account', 'provider_key'] as const),
      ...COLUMNS,
      ...(['read_at', 'revision'] as const),
    ],
    added,
  );
  return { added: added.length, changed, gone };
}

function rowOf(line: ToldBankLine) {
  return {
    date: line.date,
    amount_minor: line.amount.minor,
    currency: line.amount.currency,
    voucher: line.voucher,
    text: line.text,
    reference: line.reference,
    journal_number: line.journalNumber ?? null,
    party: line.party ?? null,
    documents: (line.documents ?? []).filter((document) => document.trim() !== '').join('\n'),
    payment_reference: line.paymentReference ?? null,
  };
}

/** Lines from a day on, and those of the keys, which may have stood on an earlier day. */
async function storedLines(db: Reader, key: BankAccountKey, from: CalendarDate | null, keys: readonly string[] | null) {
  const all = db
    .selectFrom('ledger_bank_line')
    .select(['id', 'provider_key', 'gone_at', ...COLUMNS])
    .where('ledger_connection_id', '=', key.ledgerConnectionId)
    .where('legal_entity', '=', key.legalEntity)
    .where('bank_account', '=', key.bankAccount);
  if (from === null || keys === null) return all.execute();
  const rows = await all.where('date', '>=', from).execute();
  const known = new Set(rows.map((row) => row.provider_key));
  const missing = keys.filter((one) => !known.has(one));
  for (let start = 0; start < missing.length; start += 500)
    rows.push(...(await all.where('provider_key', 'in', missing.slice(start, start + 500)).execute()));
  return rows;
}

/** The newest change of an account's lines; 0 before the first. */
export async function newestRevision(db: Reader, key: BankAccountKey): Promise<bigint> {
  const row = await db
    .selectFrom('ledger_bank_line')
    .select('revision')
    .where('ledger_connection_id', '=', key.ledgerConnectionId)
    .where('legal_entity', '=', key.legalEntity)
    .where('bank_account', '=', key.bankAccount)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.revision ?? 0n;
}

/** What the ledger holds on an account up to and including a day. */
export function bankLinesUntil(db: Reader, key: BankAccountKey, until: CalendarDate) {
  return db
    .selectFrom('ledger_bank_line')
    .select(['id', 'date', 'amount_minor', 'currency', 'voucher', 'text', 'reference'])
    .where('ledger_connection_id', '=', key.ledgerConnectionId)
    .where('legal_entity', '=', key.legalEntity)
    .where('bank_account', '=', key.bankAccount)
    .where('gone_at', 'is', null)
    .where('date', '<=', until)
    .orderBy('date')
    .orderBy('id')
    .execute();
}

export function bankRead(db: Reader, key: BankAccountKey) {
  return db
    .selectFrom('ledger_bank_read')
    .selectAll()
    .where('ledger_connection_id', '=', key.ledgerConnectionId)
    .where('legal_entity', '=', key.legalEntity)
    .where('bank_account', '=', key.bankAccount)
    .executeTakeFirst();
}

export async function saveBankRead(
  trx: Writer,
  key: BankAccountKey,
  read: {
    readonly cursor: string | null;
    readonly wholeAt: string;
    readonly readAt: string;
    /** What was known to have changed when the reading began; a note that came meanwhile stays. */
    readonly settled: string | null;
  },
): Promise<void> {
  const row = { cursor: read.cursor, whole_at: read.wholeAt, read_at: read.readAt };
  await trx
    .insertInto('ledger_bank_read')
    .values({
      ledger_connection_id: key.ledgerConnectionId,
      legal_entity: key.legalEntity,
      bank_account: key.bankAccount,
      ...row,
    })
    .onConflict((conflict) =>
      conflict.columns(['ledger_connection_id', 'legal_entity', 'bank_account']).doUpdateSet({
        ...row,
        changed_from: sql<
          string | null
        >`CASE WHEN ledger_bank_read.changed_from IS ${read.settled} THEN NULL ELSE ledger_bank_read.changed_from END`,
      }),
    )
    .execute();
}

/** Notes that lines of a ledger's bank accounts changed from a day on; '' when nobody knows from which. */
export async function noteBankChange(
  trx: Writer,
  ledger: Omit<BankAccountKey, 'bankAccount'>,
  from: CalendarDate | '',
): Promise<void> {
  await trx
    .updateTable('ledger_bank_read')
    .set({ changed_from: sql<string>`min(coalesce(changed_from, ${from}), ${from})` })
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .execute();
}
