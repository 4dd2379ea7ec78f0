import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { CalendarDate } from '../core/calendar.ts';
import type { SignOffTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type SignOffState = 'prepared' | 'reviewed' | 'broken' | 'reopened';

export type StoredSignOff = Omit<Selectable<SignOffTable>, 'state' | 'ended_why_json'> & {
  readonly state: SignOffState;
  /** Why it broke or was re-opened, in sentences. */
  readonly endedWhy: readonly string[];
};

const state = z.enum(['prepared', 'reviewed', 'broken', 'reopened']);
const sentences = z.array(z.string());
const LIVE = ['prepared', 'reviewed'];

const stored = ({ ended_why_json, ...row }: Selectable<SignOffTable>): StoredSignOff => ({
  ...row,
  state: state.parse(row.state),
  endedWhy: ended_why_json === null ? [] : sentences.parse(JSON.parse(ended_why_json)),
});

/** Every sign-off of an account, or of all, the newest period first; of one period the newest signature first. */
export async function listSignOffs(db: Reader, feedAccountId?: string): Promise<StoredSignOff[]> {
  let query = db
    .selectFrom('sign_off')
    .selectAll()
    .orderBy('to_date', 'desc')
    .orderBy('prepared_at', 'desc')
    .orderBy('id');
  if (feedAccountId !== undefined) query = query.where('feed_account_id', '=', feedAccountId);
  return (await query.execute()).map(stored);
}

/** The sign-offs that stand, the oldest period first. */
export async function liveSignOffs(db: Reader | Writer, feedAccountId?: string): Promise<StoredSignOff[]> {
  let query = db
    .selectFrom('sign_off')
    .selectAll()
    .where('state', 'in', LIVE)
    .orderBy('feed_account_id')
    .orderBy('to_date');
  if (feedAccountId !== undefined) query = query.where('feed_account_id', '=', feedAccountId);
  return (await query.execute()).map(stored);
}

export async function findSignOff(db: Reader | Writer, id: string): Promise<StoredSignOff | undefined> {
  const row = await db.selectFrom('sign_off').selectAll().where('id', '=', id).executeTakeFirst();
  return row && stored(row);
}

export async function insertSignOff(
  trx: Writer,
  row: Pick<
    Selectable<SignOffTable>,
    | 'id'
    | 'feed_account_id'
    | 'from_date'
    | 'to_date'
    | 'currency'
    | 'figures_json'
    | 'figures_hash'
    | 'prepared_by'
    | 'prepared_at'
    | 'prepared_note'
  >,
): Promise<void> {
  await trx
    .insertInto('sign_off')
    .values({ ...row, state: 'prepared' })
    .execute();
}

export async function saveReview(trx: Writer, id: string, by: string, at: string, note: string): Promise<void> {
  await trx
    .updateTable('sign_off')
    .set({ state: 'reviewed', reviewed_by: by, reviewed_at: at, reviewed_note: note })
    .where('id', '=', id)
    .execute();
}

export async function endSignOff(
  trx: Writer,
  id: string,
  end: {
    readonly state: 'broken' | 'reopened';
    readonly by: string;
    readonly at: string;
    readonly why: readonly string[];
  },
): Promise<void> {
  await trx
    .updateTable('sign_off')
    .set({ state: end.state, ended_by: end.by, ended_at: end.at, ended_why_json: JSON.stringify(end.why) })
    .where('id', '=', id)
    .execute();
}

/** The last signed day of each account that has one. */
export async function lockedUntil(db: Reader | Writer): Promise<Map<string, CalendarDate>> {
  const rows = await db
    .selectFrom('sign_off')
    .select(({ fn }) => ['feed_account_id', fn.max('to_date').as('until')])
    .where('state', 'in', LIVE)
    .groupBy('feed_account_id')
    .execute();
  return new Map(rows.map(({ feed_account_id, until }) => [feed_account_id, until]));
}

/** The last signed day of each bank account of a legal entity, by the bank account's code. */
export async function lockedBankAccounts(
  db: Reader | Writer,
  connectionId: string,
  legalEntity: string,
): Promise<Map<string, CalendarDate>> {
  const rows = await db
    .selectFrom('sign_off')
    .innerJoin('mapping', 'mapping.feed_account_id', 'sign_off.feed_account_id')
    .select(({ fn }) => ['mapping.bank_account', fn.max('sign_off.to_date').as('until')])
    .where('sign_off.state', 'in', LIVE)
    .where('mapping.ledger_connection_id', '=', connectionId)
    .where('mapping.legal_entity', '=', legalEntity)
    .groupBy('mapping.bank_account')
    .execute();
  return new Map(rows.map(({ bank_account, until }) => [bank_account.toLowerCase(), until]));
}

export type OpenItemNote = { readonly note: string; readonly by: string; readonly at: string };

/** Notes on open items of an account, by the item's key. */
export async function openItemNotes(db: Reader, feedAccountId: string): Promise<Map<string, OpenItemNote>> {
  const rows = await db.selectFrom('open_item_note').selectAll().where('feed_account_id', '=', feedAccountId).execute();
  return new Map(rows.map((row) => [row.item_key, { note: row.note, by: row.noted_by, at: row.noted_at }]));
}

/** An empty note takes the note away. */
export async function saveOpenItemNote(
  trx: Writer,
  item: { readonly feedAccountId: string; readonly key: string },
  { note, by, at }: OpenItemNote,
): Promise<void> {
  if (note === '') {
    await trx
      .deleteFrom('open_item_note')
      .where('feed_account_id', '=', item.feedAccountId)
      .where('item_key', '=', item.key)
      .execute();
    return;
  }
  const values = { note, noted_by: by, noted_at: at };
  await trx
    .insertInto('open_item_note')
    .values({ feed_account_id: item.feedAccountId, item_key: item.key, ...values })
    .onConflict((conflict) => conflict.columns(['feed_account_id', 'item_key']).doUpdateSet(values))
    .execute();
}
