import { sql } from 'kysely';
import type { Reader } from './store.ts';

/** A line as references name it, with the entry it belongs to. */
export type NamedLine = {
  readonly proposalId: string;
  readonly kind: string;
  readonly generation: number;
  readonly member: string;
};

/** The lines of these entries, by the provider's ids. */
export async function namedLines(db: Reader, proposalIds: readonly string[]): Promise<NamedLine[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line', 'statement_line.id', 'proposal_line.line_id')
    .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
    .select(['proposal.id', 'proposal.kind', 'proposal.generation'])
    .select(sql<string>`feed_account.provider_account_id || '/' || statement_line.provider_line_id`.as('member'))
    .where('proposal.id', 'in', [...proposalIds])
    .where('proposal_line.claim', '=', 1n)
    .execute();
  return rows.map((row) => ({
    proposalId: row.id,
    kind: row.kind,
    generation: Number(row.generation),
    member: row.member,
  }));
}

/**
 * For entries of one line each: booked lines on other mapped accounts of the same ledger with the opposite amount within
 * `days`, that is, lines with which they could have been posted as one transfer.
 */
export async function possiblePartners(
  db: Reader,
  proposalIds: readonly string[],
  days: number,
): Promise<Array<{ readonly proposalId: string; readonly member: string }>> {
  return db
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line as line', 'line.id', 'proposal_line.line_id')
    .innerJoin('mapping as other_mapping', (join) =>
      join
        .onRef('other_mapping.ledger_connection_id', '=', 'proposal.ledger_connection_id')
        .onRef('other_mapping.legal_entity', '=', 'proposal.legal_entity')
        .onRef('other_mapping.feed_account_id', '<>', 'line.feed_account_id'),
    )
    .innerJoin('statement_line as other', (join) =>
      join
        .onRef('other.feed_account_id', '=', 'other_mapping.feed_account_id')
        .on(
          sql<boolean>`other.date between date(line.date, ${`-${days} days`}) and date(line.date, ${`+${days} days`})`,
        )
        .on(sql<boolean>`other.amount_minor = -line.amount_minor`)
        .onRef('other.currency', '=', 'line.currency')
        .on('other.state', '=', 'booked'),
    )
    .innerJoin('feed_account', 'feed_account.id', 'other.feed_account_id')
    .select(['proposal.id as proposalId'])
    .select(sql<string>`feed_account.provider_account_id || '/' || other.provider_line_id`.as('member'))
    .where('proposal.id', 'in', [...proposalIds])
    .where('proposal.kind', '=', 'entry')
    .where('proposal_line.claim', '=', 1n)
    .execute();
}
