import type { Selectable } from 'kysely';
import { DaybookError } from '../core/errors.ts';
import type { PostingTable, StatementLineHistoryTable, StatementLineTable } from './schema.ts';
import type { Reader } from './store.ts';

export type LineStory = {
  readonly line: Selectable<StatementLineTable> & {
    readonly account_name: string;
    readonly mask: string | null;
    readonly institution_name: string | null;
    /** When the pull that brought its present form ran. */
    readonly fetched_at: string | null;
  };
  readonly formerProviderIds: readonly string[];
  readonly history: ReadonlyArray<Selectable<StatementLineHistoryTable>>;
  /** Every proposal that ever stood for the line, oldest first; `place` marks the present one. */
  readonly places: ReadonlyArray<{ readonly proposalId: string; readonly place: boolean }>;
  readonly postings: ReadonlyArray<Selectable<PostingTable>>;
};

/** Everything that the workspace holds about one line. @throws DaybookError `not_found` */
export async function readLineStory(db: Reader, lineId: bigint): Promise<LineStory> {
  const line = await db
    .selectFrom('statement_line as line')
    .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
    .innerJoin('feed', 'feed.id', 'account.feed_id')
    .leftJoin('pull', 'pull.id', 'line.last_pull_id')
    .selectAll('line')
    .select(['account.name as account_name', 'account.mask', 'feed.institution_name', 'pull.started_at as fetched_at'])
    .where('line.id', '=', lineId)
    .executeTakeFirst();
  if (!line) throw new DaybookError('not_found', `There is no bank line with the id ${lineId}.`);
  const history = await db
    .selectFrom('statement_line_history')
    .selectAll()
    .where('line_id', '=', lineId)
    .orderBy('revision')
    .execute();
  const aliases = await db
    .selectFrom('statement_line_alias')
    .select('provider_line_id')
    .where('feed_account_id', '=', line.feed_account_id)
    .where('line_id', '=', lineId)
    .execute();
  const places = await db
    .selectFrom('proposal_line')
    .innerJoin('proposal', 'proposal.id', 'proposal_line.proposal_id')
    .select(['proposal.id', 'proposal_line.claim'])
    .where('proposal_line.line_id', '=', lineId)
    .orderBy('proposal.created_at')
    .orderBy('proposal.id')
    .execute();
  const postings = await db
    .selectFrom('posting')
    .selectAll()
    .where('proposal_id', 'in', [...places.map((place) => place.id), ''])
    .orderBy('intended_at')
    .orderBy('id')
    .execute();
  return {
    line,
    formerProviderIds: aliases.map((alias) => alias.provider_line_id),
    history,
    places: places.map((place) => ({ proposalId: place.id, place: place.claim === 1n })),
    postings,
  };
}

/** The line that a proposal stands for first. @throws DaybookError `not_found` */
export async function firstLineOf(db: Reader, proposalId: string): Promise<bigint> {
  const row = await db
    .selectFrom('proposal_line')
    .select('line_id')
    .where('proposal_id', '=', proposalId)
    .orderBy('line_id')
    .executeTakeFirst();
  if (!row) throw new DaybookError('not_found', `There is no entry with the id ${proposalId}.`);
  return row.line_id;
}
