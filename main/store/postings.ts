import type { Selectable } from 'kysely';
import type { SerialError } from '../core/errors.ts';
import type { ProposalState } from './proposals.ts';
import type { JournalTable, PostingTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type JournalState =
  | ('intended' | 'sending' | 'unknown' | 'retry')
  | ('posted' | 'refused' | 'different' | 'taken_back');
export type PostingState =
  | ('intended' | 'unknown' | 'posted' | 'refused' | 'different' | 'gone')
  | 'taking_back' // its journal is being removed from the ledger
  | 'taken_back'; // the ledger holds it no longer, because a person had it removed

/** States of a posting that takes the place of its money in the ledger; those of the index `posting_live`. */
export const LIVE_STATES: readonly PostingState[] = ['intended', 'unknown', 'posted', 'different', 'taking_back'];

export type JournalRow = Selectable<JournalTable>;
export type PostingRow = Selectable<PostingTable>;

export type NewJournal = {
  readonly id: string;
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly journalName: string;
  readonly reference: string;
  readonly requestJson: string;
  readonly requestHash: string;
  readonly approvedBy: string;
  readonly at: string;
};

export type NewPosting = {
  readonly id: string;
  readonly proposalId: string;
  readonly reference: string;
  readonly stem: string;
  readonly entryJson: string;
  readonly entryHash: string;
};

/**
 * Writes the intent to post. A journal of the same reference that was refused or taken back before is taken up again: the
 * same entries make the same journal. Fails on the `posting_live` index when an entry already has a live posting.
 */
export async function insertIntent(trx: Writer, journal: NewJournal, postings: readonly NewPosting[]): Promise<string> {
  const saved = await trx
    .insertInto('journal')
    .values({
      id: journal.id,
      ledger_connection_id: journal.ledgerConnectionId,
      legal_entity: journal.legalEntity,
      journal_name: journal.journalName,
      reference: journal.reference,
      request_json: journal.requestJson,
      request_hash: journal.requestHash,
      approved_by: journal.approvedBy,
      state: 'intended',
      attempts: 0,
      intended_at: journal.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['ledger_connection_id', 'legal_entity', 'reference']).doUpdateSet((set) => ({
        // What was taken back left nothing in the ledger to go on with.
        attempts: set.case().when('journal.state', '=', 'taken_back').then(0n).else(set.ref('journal.attempts')).end(),
        journal_number: set
          .case()
          .when('journal.state', '=', 'taken_back')
          .then(null)
          .else(set.ref('journal.journal_number'))
          .end(),
        request_json: journal.requestJson,
        request_hash: journal.requestHash,
        approved_by: journal.approvedBy,
        state: 'intended',
        next_attempt_at: null,
        error_json: null,
        intended_at: journal.at,
        confirmed_at: null,
      })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const posting of postings)
    await trx
      .insertInto('posting')
      .values({
        id: posting.id,
        journal_id: saved.id,
        proposal_id: posting.proposalId,
        ledger_connection_id: journal.ledgerConnectionId,
        legal_entity: journal.legalEntity,
        reference: posting.reference,
        stem: posting.stem,
        entry_json: posting.entryJson,
        entry_hash: posting.entryHash,
        state: 'intended',
        intended_at: journal.at,
      })
      .execute();
  return saved.id;
}

/** Journals whose outcome is not final, oldest first. */
export function unfinishedJournals(db: Reader, ledgerConnectionId: string, legalEntity: string): Promise<JournalRow[]> {
  return db
    .selectFrom('journal')
    .selectAll()
    .where('ledger_connection_id', '=', ledgerConnectionId)
    .where('legal_entity', '=', legalEntity)
    .where('state', 'in', ['intended', 'sending', 'unknown', 'retry'])
    .orderBy('intended_at')
    .orderBy('id')
    .execute();
}

/** Ledgers (connection and legal entity) with work: unfinished journals and deletions, or approved proposals. */
export async function ledgersWithWork(db: Reader): Promise<Array<{ ledgerConnectionId: string; legalEntity: string }>> {
  const rows = await db
    .selectFrom('proposal')
    .select(['ledger_connection_id', 'legal_entity'])
    .where('state', '=', 'approved')
    .union(
      db
        .selectFrom('journal')
        .select(['ledger_connection_id', 'legal_entity'])
        .where('state', 'in', ['intended', 'sending', 'unknown', 'retry']),
    )
    .union(
      db
        .selectFrom('take_back')
        .select(['ledger_connection_id', 'legal_entity'])
        .where('state', 'in', ['intended', 'sending', 'unknown', 'retry']),
    )
    .execute();
  return rows
    .map((row) => ({ ledgerConnectionId: row.ledger_connection_id, legalEntity: row.legal_entity }))
    .sort((a, b) => (a.legalEntity < b.legalEntity ? -1 : 1));
}

export function postingsOfJournal(db: Reader | Writer, journalId: string): Promise<PostingRow[]> {
  return db.selectFrom('posting').selectAll().where('journal_id', '=', journalId).orderBy('reference').execute();
}

/** Postings as they are now; at most 500 ids. */
export function postingsById(db: Reader | Writer, ids: readonly string[]): Promise<PostingRow[]> {
  return db
    .selectFrom('posting')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
}

/** Confirmed postings that the ERP has not yet been seen to post, and those that differ there, by id. */
export function postingsToFollow(db: Reader, ledgerConnectionId: string, legalEntity: string): Promise<PostingRow[]> {
  return db
    .selectFrom('posting')
    .selectAll()
    .where('ledger_connection_id', '=', ledgerConnectionId)
    .where('legal_entity', '=', legalEntity)
    .where((where) =>
      where.or([
        where('state', '=', 'different'),
        where.and([
          where('state', '=', 'posted'),
          where.or([where('ledger_state', 'is', null), where('ledger_state', '=', 'open')]),
        ]),
      ]),
    )
    .orderBy('id')
    .execute();
}

/** Those of the stems that have a live posting in the ledger: the `posting_live` index takes no second one. */
export async function liveStems(
  db: Reader | Writer,
  ledger: { readonly ledgerConnectionId: string; readonly legalEntity: string },
  stems: readonly string[],
): Promise<Set<string>> {
  const live = new Set<string>();
  for (let start = 0; start < stems.length; start += 500) {
    const rows = await db
      .selectFrom('posting')
      .select('stem')
      .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
      .where('legal_entity', '=', ledger.legalEntity)
      .where('stem', 'in', stems.slice(start, start + 500))
      .where('state', 'in', LIVE_STATES)
      .execute();
    for (const { stem } of rows) live.add(stem);
  }
  return live;
}

export async function updateJournal(
  trx: Writer,
  id: string,
  change: {
    readonly state?: JournalState;
    readonly attempts?: number;
    readonly nextAttemptAt?: string | null;
    readonly journalNumber?: string | null;
    readonly error?: SerialError | null;
    readonly confirmedAt?: string | null;
  },
): Promise<void> {
  await trx
    .updateTable('journal')
    .set({
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
      ...(change.nextAttemptAt === undefined ? {} : { next_attempt_at: change.nextAttemptAt }),
      ...(change.journalNumber === undefined ? {} : { journal_number: change.journalNumber }),
      ...(change.error === undefined
        ? {}
        : { error_json: change.error === null ? null : JSON.stringify(change.error) }),
      ...(change.confirmedAt === undefined ? {} : { confirmed_at: change.confirmedAt }),
    })
    .where('id', '=', id)
    .execute();
}

/** The same change for many postings of one journal. */
export async function markPostings(
  trx: Writer,
  ids: readonly string[],
  change: { readonly state: PostingState; readonly error: SerialError },
): Promise<void> {
  for (let start = 0; start < ids.length; start += 500)
    await trx
      .updateTable('posting')
      .set({ state: change.state, error_json: JSON.stringify(change.error) })
      .where('id', 'in', ids.slice(start, start + 500))
      .execute();
}

export async function updatePosting(
  trx: Writer,
  id: string,
  change: {
    readonly state?: PostingState;
    readonly reference?: string;
    readonly journalNumber?: string | null;
    readonly lineIds?: readonly string[];
    readonly voucher?: string | null;
    readonly ledgerState?: 'open' | 'posted';
    readonly ledgerSeenAt?: string;
    readonly error?: SerialError | null;
    readonly confirmedAt?: string | null;
  },
): Promise<void> {
  await trx
    .updateTable('posting')
    .set({
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.reference === undefined ? {} : { reference: change.reference }),
      ...(change.journalNumber === undefined ? {} : { journal_number: change.journalNumber }),
      ...(change.lineIds === undefined ? {} : { line_ids_json: JSON.stringify(change.lineIds) }),
      ...(change.voucher === undefined ? {} : { voucher: change.voucher }),
      ...(change.ledgerState === undefined ? {} : { ledger_state: change.ledgerState }),
      ...(change.ledgerSeenAt === undefined ? {} : { ledger_seen_at: change.ledgerSeenAt }),
      ...(change.error === undefined
        ? {}
        : { error_json: change.error === null ? null : JSON.stringify(change.error) }),
      ...(change.confirmedAt === undefined ? {} : { confirmed_at: change.confirmedAt }),
    })
    .where('id', '=', id)
    .execute();
}

/** A journal that was `different` is posted once none of its entries differs any more. */
export async function settleDifferentJournal(trx: Writer, journalId: string): Promise<void> {
  const left = await trx
    .selectFrom('posting')
    .select('id')
    .where('journal_id', '=', journalId)
    .where('state', '=', 'different')
    .limit(1)
    .executeTakeFirst();
  if (left) return;
  await trx
    .updateTable('journal')
    .set({ state: 'posted' })
    .where('id', '=', journalId)
    .where('state', '=', 'different')
    .execute();
}

/**
 * Moves a proposal to a state that posting decides. A reversed entry stays reversed, whatever is found out about it: its
 * lines have another place by now, and it must not be approved again.
 */
export async function setProposalState(
  trx: Writer,
  proposalId: string,
  change: {
    readonly state: ProposalState;
    readonly at: string;
    readonly error?: SerialError | null;
    readonly needs?: readonly string[];
  },
): Promise<void> {
  await trx
    .updateTable('proposal')
    .set((set) => ({
      state: set.case().when('state', '=', 'reversed').then('reversed').else(change.state).end(),
      updated_at: change.at,
      ...(change.error === undefined
        ? {}
        : { error_json: change.error === null ? null : JSON.stringify(change.error) }),
      ...(change.needs === undefined ? {} : { needs_json: JSON.stringify(change.needs) }),
    }))
    .where('id', '=', proposalId)
    .execute();
}

/** Frees the lines of a reversed entry: they need a new place. */
export async function releaseLines(trx: Writer, proposalId: string): Promise<void> {
  await trx.updateTable('proposal_line').set({ claim: 0 }).where('proposal_id', '=', proposalId).execute();
}

/** Those of the proposals that undo another one, with the one they undo. */
export async function reversalsAmong(
  db: Reader | Writer,
  proposalIds: readonly string[],
): Promise<Array<{ readonly id: string; readonly original: string }>> {
  if (proposalIds.length === 0) return [];
  const rows = await db
    .selectFrom('proposal')
    .select(['id', 'related_proposal_id'])
    .where('id', 'in', [...proposalIds])
    .where('kind', '=', 'reversal')
    .where('related_proposal_id', 'is not', null)
    .execute();
  return rows.flatMap((row) =>
    row.related_proposal_id === null ? [] : [{ id: row.id, original: row.related_proposal_id }],
  );
}
