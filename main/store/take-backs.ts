import type { Selectable } from 'kysely';
import type { SerialError } from '../core/errors.ts';
import { LIVE_STATES, type PostingRow } from './postings.ts';
import type { TakeBackTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type TakeBackState = 'intended' | 'sending' | 'unknown' | 'retry' | 'done' | 'refused';
export type TakeBackRow = Selectable<TakeBackTable>;

type Ledger = { readonly ledgerConnectionId: string; readonly legalEntity: string };

const UNFINISHED: readonly TakeBackState[] = ['intended', 'sending', 'unknown', 'retry'];

/** Deletions in a ledger whose outcome is not final, oldest first. */
export function unfinishedTakeBacks(db: Reader | Writer, ledger: Ledger): Promise<TakeBackRow[]> {
  return db
    .selectFrom('take_back')
    .selectAll()
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .where('state', 'in', UNFINISHED)
    .orderBy('intended_at')
    .orderBy('id')
    .execute();
}

/** A deletion as it stands on disk now. */
export function loadTakeBack(db: Reader | Writer, id: string): Promise<TakeBackRow> {
  return db.selectFrom('take_back').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Writes the intent to remove a journal: from now on its postings are on their way out. */
export async function insertTakeBack(
  trx: Writer,
  row: Ledger & {
    readonly id: string;
    readonly journalName: string;
    readonly journalNumber: string;
    readonly proposalId: string;
    readonly requestedBy: string;
    readonly at: string;
  },
  postingIds: readonly string[],
): Promise<void> {
  await trx
    .insertInto('take_back')
    .values({
      id: row.id,
      ledger_connection_id: row.ledgerConnectionId,
      legal_entity: row.legalEntity,
      journal_name: row.journalName,
      journal_number: row.journalNumber,
      proposal_id: row.proposalId,
      requested_by: row.requestedBy,
      state: 'intended',
      attempts: 0,
      intended_at: row.at,
    })
    .execute();
  for (let start = 0; start < postingIds.length; start += 500)
    await trx
      .updateTable('posting')
      .set({ state: 'taking_back', take_back_id: row.id })
      .where('id', 'in', postingIds.slice(start, start + 500))
      .execute();
}

export async function updateTakeBack(
  trx: Writer,
  id: string,
  change: {
    readonly state: TakeBackState;
    readonly attempts?: number;
    readonly nextAttemptAt?: string | null;
    readonly error?: SerialError | null;
    readonly endedAt?: string;
  },
): Promise<void> {
  await trx
    .updateTable('take_back')
    .set({
      state: change.state,
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.nextAttemptAt === undefined ? {} : { next_attempt_at: change.nextAttemptAt }),
      ...(change.error === undefined
        ? {}
        : { error_json: change.error === null ? null : JSON.stringify(change.error) }),
      ...(change.endedAt === undefined ? {} : { ended_at: change.endedAt }),
    })
    .where('id', '=', id)
    .execute();
}

/** The postings that a deletion is still about, by reference. */
export function postingsBeingTakenBack(db: Reader | Writer, takeBackId: string): Promise<PostingRow[]> {
  return db
    .selectFrom('posting')
    .selectAll()
    .where('take_back_id', '=', takeBackId)
    .where('state', '=', 'taking_back')
    .orderBy('reference')
    .execute();
}

/** The live posting of an entry; undefined while it has none. */
export function livePostingOf(db: Reader | Writer, proposalId: string): Promise<PostingRow | undefined> {
  return db
    .selectFrom('posting')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .where('state', 'in', LIVE_STATES)
    .executeTakeFirst();
}

/** Live postings that stand in one journal of the ledger, by reference. */
export function postingsInJournal(db: Reader | Writer, ledger: Ledger, journalNumber: string): Promise<PostingRow[]> {
  return db
    .selectFrom('posting')
    .selectAll()
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .where('journal_number', '=', journalNumber)
    .where('state', 'in', LIVE_STATES)
    .orderBy('reference')
    .execute();
}

/** Journals that hold nothing any more but what was taken back are taken back themselves. */
export async function settleTakenBackJournals(trx: Writer, journalIds: readonly string[]): Promise<void> {
  for (const id of new Set(journalIds)) {
    const left = await trx
      .selectFrom('posting')
      .select('id')
      .where('journal_id', '=', id)
      .where('state', 'in', LIVE_STATES)
      .limit(1)
      .executeTakeFirst();
    if (left === undefined)
      await trx.updateTable('journal').set({ state: 'taken_back' }).where('id', '=', id).execute();
  }
}
