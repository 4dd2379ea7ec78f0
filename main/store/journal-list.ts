import { type Selectable, sql } from 'kysely';
import type { JournalTable, PostingTable } from './schema.ts';
import type { Reader } from './store.ts';
import { wordsOccur } from './text-search.ts';

export type JournalFilter = {
  readonly states?: readonly string[];
  readonly legalEntity?: string;
  readonly search?: string;
  readonly id?: string;
};

export type JournalWithPostings = Selectable<JournalTable> & {
  readonly postings: ReadonlyArray<Selectable<PostingTable>>;
};

/** A window of journals, newest first, each with its postings. */
export async function listJournals(
  db: Reader,
  filter: JournalFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly journals: JournalWithPostings[] }> {
  const { count } = await fitting(db, filter).select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const journals = await fitting(db, filter)
    .selectAll('journal')
    .orderBy('journal.intended_at', 'desc')
    .orderBy('journal.id', 'desc')
    .offset(window.offset)
    .limit(window.limit)
    .execute();
  const ids = journals.map((journal) => journal.id);
  const postings = await db
    .selectFrom('posting')
    .selectAll()
    .where('journal_id', 'in', [...ids, ''])
    .orderBy('reference')
    .execute();
  const byJournal = Map.groupBy(postings, (posting) => posting.journal_id);
  return {
    total: Number(count),
    journals: journals.map((journal) => ({ ...journal, postings: byJournal.get(journal.id) ?? [] })),
  };
}

function fitting(db: Reader, filter: JournalFilter) {
  let query = db.selectFrom('journal');
  if (filter.id !== undefined) query = query.where('journal.id', '=', filter.id);
  if (filter.states) query = query.where('journal.state', 'in', [...filter.states, '']);
  if (filter.legalEntity !== undefined) query = query.where('journal.legal_entity', '=', filter.legalEntity);
  const search = filter.search?.trim() ?? '';
  if (search === '') return query;
  const words = wordsOccur(search, [
    'journal.journal_number',
    'journal.reference',
    'journal.journal_name',
    'journal.legal_entity',
  ]);
  // Some ledgers know a journal by an id alone; people look for the number of its entry.
  return query.where(({ and, or, exists, selectFrom }) =>
    or([
      and(words),
      exists(
        selectFrom('posting')
          .select('posting.id')
          .whereRef('posting.journal_id', '=', 'journal.id')
          .where('posting.voucher', '=', search),
      ),
    ]),
  );
}

/** Where each of these entries is in the ledger, by the newest posting of it that was not taken back. */
export async function postedAs(
  db: Reader,
  proposalIds: readonly string[],
): Promise<Map<string, Pick<Selectable<PostingTable>, 'journal_number' | 'voucher' | 'ledger_state'>>> {
  const found = new Map<string, Pick<Selectable<PostingTable>, 'journal_number' | 'voucher' | 'ledger_state'>>();
  for (let start = 0; start < proposalIds.length; start += 500) {
    const rows = await db
      .selectFrom('posting')
      .select(['proposal_id', 'journal_number', 'voucher', 'ledger_state'])
      .where('proposal_id', 'in', proposalIds.slice(start, start + 500))
      .where('state', '!=', 'taken_back')
      .orderBy('intended_at')
      .orderBy('id')
      .execute();
    for (const row of rows) found.set(row.proposal_id, row);
  }
  return found;
}
