import { sql } from 'kysely';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import type { Connection } from './connection.ts';
import type { Reader, Store, Writer } from './store.ts';

/** A line as it goes into `statement_line`: mapped, its account known by our id. Sign: positive = money in. */
export type IncomingLine = {
  readonly feedAccountId: string;
  readonly providerLineId: string;
  readonly state: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly date: CalendarDate;
  readonly authorizedDate: CalendarDate | null;
  readonly text: string;
  readonly bankText: string | null;
  readonly counterparty: string | null;
  readonly counterpartyKey: string;
  readonly reference: string | null;
  readonly checkNumber: string | null;
  readonly category: string | null;
  readonly channel: string | null;
  readonly payload: string;
};

/** As much of a stored line as tells whether another version of it says something else. */
export type StoredLine = Pick<IncomingLine, 'state' | 'amountMinor' | 'currency' | 'date' | 'payload'> & {
  readonly id: bigint;
  readonly revision: bigint;
};

/**
 * The statements of the ingest, prepared once. They run on the writer's connection: only inside `store.write`. Kysely
 * builds every statement anew, which at 100,000 lines costs more than the database itself.
 */
export type LineTable = {
  find(feedAccountId: string, providerLineId: string): StoredLine | undefined;
  /** The line that this id tells again, after its account got another identity at the provider. */
  findTwin(feedAccountId: string, providerLineId: string): (StoredLine & LineId) | undefined;
  /** The id names only the pending past of its line from now on: its removal is no removal of the line. */
  dropTwin(feedAccountId: string, providerLineId: string): void;
  /** Further provider ids of a line. */
  twinsOf(lineId: bigint): readonly string[];
  isEmpty(feedAccountId: string): boolean;
  /** True when a pull told a booked line of this day and amount, whatever its id. */
  hasBooked(
    feedAccountId: string,
    line: Pick<IncomingLine, 'date' | 'amountMinor' | 'currency'>,
    pullId: string,
  ): boolean;
  /** The new line's id. Ids rise: a line inserted later has a larger one. */
  insert(line: IncomingLine, pullId: string): bigint;
  /** Keeps the line as it is now under its revision, then writes `line` over it, its provider id included. */
  replace(id: bigint, line: IncomingLine, change: LineChange): void;
  /** Keeps the line as it is now, then marks it removed. */
  markRemoved(id: bigint, change: LineChange): void;
  aliasOf(feedAccountId: string, providerLineId: string): bigint | undefined;
  addAlias(feedAccountId: string, providerLineId: string, lineId: bigint): void;
  /** Lines of an account that are not removed and not older than `from`, by id after `after`; at most `limit`. */
  living(feedAccountId: string, from: CalendarDate, after: bigint, limit: number): LivingLine[];
};

type LineId = { readonly providerLineId: string };
export type LivingLine = LineId & { readonly id: bigint };
export type LineChange = {
  /** booked, amended, removed, restored */
  readonly change: string;
  readonly pullId: string;
  readonly at: string;
};

const tables = new WeakMap<Connection, LineTable>();

export function lineTable(store: Store): LineTable {
  const known = tables.get(store.connection);
  if (known) return known;
  const table = prepare(store.connection);
  tables.set(store.connection, table);
  return table;
}

const COLUMNS =
  'feed_account_id, provider_line_id, state, amount_minor, currency, date, authorized_date, text, bank_text, ' +
  'counterparty, counterparty_key, reference, check_number, category, channel, payload';

function prepare(db: Connection): LineTable {
  const find = db.prepare<[string, string], StoredLine>(
    `SELECT id, revision, state, amount_minor AS amountMinor, currency, date, payload
     FROM statement_line WHERE feed_account_id = ? AND provider_line_id = ?`,
  );
  const findTwin = db.prepare<[string, string], StoredLine & LineId>(
    `SELECT line.id, line.revision, line.state, line.amount_minor AS amountMinor, line.currency, line.date, line.payload,
       line.provider_line_id AS providerLineId
     FROM statement_line_twin twin JOIN statement_line line ON line.id = twin.line_id
     WHERE twin.feed_account_id = ? AND twin.provider_line_id = ?`,
  );
  const dropTwin = db.prepare('DELETE FROM statement_line_twin WHERE feed_account_id = ? AND provider_line_id = ?');
  const twinsOf = db
    .prepare<[bigint], string>('SELECT provider_line_id FROM statement_line_twin WHERE line_id = ?')
    .pluck();
  const first = db.prepare<[string]>('SELECT 1 FROM statement_line WHERE feed_account_id = ? LIMIT 1');
  const booked = db.prepare<[string, string, bigint, string, string]>(
    `SELECT 1 FROM statement_line
     WHERE feed_account_id = ? AND date = ? AND amount_minor = ? AND currency = ? AND state = 'booked'
       AND last_pull_id = ? LIMIT 1`,
  );
  const insert = db.prepare(
    `INSERT INTO statement_line (${COLUMNS}, revision, first_pull_id, last_pull_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
  );
  const keep = db.prepare(
    `INSERT INTO statement_line_history
       (line_id, revision, change, pull_id, at, provider_line_id, state, amount_minor, currency, date, text, payload)
     SELECT id, revision, ?, ?, ?, provider_line_id, state, amount_minor, currency, date, text, payload
     FROM statement_line WHERE id = ?`,
  );
  const replace = db.prepare(
    `UPDATE statement_line SET (${COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?),
       revision = revision + 1, last_pull_id = ? WHERE id = ?`,
  );
  const remove = db.prepare(
    `UPDATE statement_line SET state = 'removed', revision = revision + 1, last_pull_id = ? WHERE id = ?`,
  );
  const aliasOf = db
    .prepare<[string, string], bigint>(
      'SELECT line_id FROM statement_line_alias WHERE feed_account_id = ? AND provider_line_id = ?',
    )
    .pluck();
  const addAlias = db.prepare('INSERT OR IGNORE INTO statement_line_alias VALUES (?, ?, ?)');
  const living = db.prepare<[string, string, bigint, number], LivingLine>(
    `SELECT id, provider_line_id AS providerLineId FROM statement_line
     WHERE feed_account_id = ? AND date >= ? AND state <> 'removed' AND id > ? ORDER BY id LIMIT ?`,
  );
  const keepBefore = (id: bigint, { change, pullId, at }: LineChange) => keep.run(change, pullId, at, id);
  return {
    find: (feedAccountId, providerLineId) => find.get(feedAccountId, providerLineId),
    findTwin: (feedAccountId, providerLineId) => findTwin.get(feedAccountId, providerLineId),
    dropTwin: (feedAccountId, providerLineId) => {
      dropTwin.run(feedAccountId, providerLineId);
    },
    twinsOf: (lineId) => twinsOf.all(lineId),
    isEmpty: (feedAccountId) => first.get(feedAccountId) === undefined,
    hasBooked: (feedAccountId, { date, amountMinor, currency }, pullId) =>
      booked.get(feedAccountId, date, amountMinor, currency, pullId) !== undefined,
    insert: (line, pullId) => BigInt(insert.run(valuesOf(line), pullId, pullId).lastInsertRowid),
    replace: (id, line, change) => {
      keepBefore(id, change);
      replace.run(valuesOf(line), change.pullId, id);
    },
    markRemoved: (id, change) => {
      keepBefore(id, change);
      remove.run(change.pullId, id);
    },
    aliasOf: (feedAccountId, providerLineId) => aliasOf.get(feedAccountId, providerLineId),
    addAlias: (feedAccountId, providerLineId, lineId) => {
      addAlias.run(feedAccountId, providerLineId, lineId);
    },
    living: (feedAccountId, from, after, limit) => living.all(feedAccountId, from, after, limit),
  };
}

function valuesOf(line: IncomingLine): unknown[] {
  return [
    line.feedAccountId,
    line.providerLineId,
    line.state,
    line.amountMinor,
    line.currency,
    line.date,
    line.authorizedDate,
    line.text,
    line.bankText,
    line.counterparty,
    line.counterpartyKey,
    line.reference,
    line.checkNumber,
    line.category,
    line.channel,
    line.payload,
  ];
}

/** The stored lines of an account among these provider ids, by provider id. */
export async function findLines(
  db: Reader,
  feedAccountId: string,
  providerLineIds: readonly string[],
): Promise<Map<string, StoredLine>> {
  const rows = await db
    .selectFrom('statement_line')
    .select([
      'id',
      'revision',
      'state',
      'amount_minor as amountMinor',
      'currency',
      'date',
      'payload',
      'provider_line_id',
    ])
    .where('feed_account_id', '=', feedAccountId)
    .where('provider_line_id', 'in', sql<string>`(SELECT value FROM json_each(${JSON.stringify(providerLineIds)}))`)
    .execute();
  return new Map(rows.map((row) => [row.provider_line_id, row]));
}

/** True when the account has no line at all. */
export async function hasNoLines(db: Reader, feedAccountId: string): Promise<boolean> {
  const first = await db
    .selectFrom('statement_line')
    .select('id')
    .where('feed_account_id', '=', feedAccountId)
    .limit(1)
    .execute();
  return first.length === 0;
}

/**
 * The sum of an account's booked lines in minor units, up to and including `until` (all when absent). Summed in two
 * halves, because SQLite's own sum ends with an error beyond 63 bits, which ninety absurd amounts reach.
 */
export async function bookedSum(
  db: Reader,
  feedAccountId: string,
  currency: string,
  until?: CalendarDate,
): Promise<bigint> {
  return sumOfDays(db, feedAccountId, currency, { from: '', to: until ?? LAST_DAY });
}

/**
 * The sum of all booked lines of an account, and others get their turn in between. Only in a transaction, whose view of
 * the lines does not change meanwhile.
 */
export async function bookedSumInTurns(trx: Writer, feedAccountId: string, currency: string): Promise<bigint> {
  let sum = 0n;
  for (let before = ''; ; ) {
    const next = await trx
      .selectFrom('statement_line')
      .select('date')
      .where('feed_account_id', '=', feedAccountId)
      .where('date', '>', before)
      .orderBy('date')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return sum;
    const to = addDays(next.date, DAYS_A_TURN);
    sum += await sumOfDays(trx, feedAccountId, currency, { from: next.date, to });
    before = to;
    await yieldToOthers();
  }
}

const LAST_DAY = '9999-12-31';
/** A month of 10,000 lines is summed in five milliseconds. */
const DAYS_A_TURN = 30;

async function sumOfDays(
  db: Reader,
  feedAccountId: string,
  currency: string,
  { from, to }: { readonly from: string; readonly to: CalendarDate },
): Promise<bigint> {
  const row = await db
    .selectFrom('statement_line')
    .select([
      sql<bigint>`coalesce(sum(amount_minor / 1000000000), 0)`.as('high'),
      sql<bigint>`coalesce(sum(amount_minor % 1000000000), 0)`.as('low'),
    ])
    .where('feed_account_id', '=', feedAccountId)
    .where('state', '=', 'booked')
    .where('currency', '=', currency)
    .where('date', '>=', from)
    .where('date', '<=', to)
    .executeTakeFirstOrThrow();
  return row.high * 1_000_000_000n + row.low;
}

/**
 * The bank's balance at the end of a day, from the proven opening balance and the booked lines since. Null before the
 * first tie-out of the account. Positive = the firm's money.
 */
export async function bankBalanceOn(
  db: Reader,
  feedAccountId: string,
  date: CalendarDate,
): Promise<{ minor: bigint; currency: string } | null> {
  const account = await db
    .selectFrom('feed_account')
    .select(['opening_minor', 'currency'])
    .where('id', '=', feedAccountId)
    .executeTakeFirst();
  if (!account || account.opening_minor === null || account.currency === null) return null;
  const moved = await bookedSum(db, feedAccountId, account.currency, date);
  return { minor: account.opening_minor + moved, currency: account.currency };
}
