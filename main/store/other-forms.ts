import { sql } from 'kysely';
import { addDays, type CalendarDate, daysBetween } from '../core/calendar.ts';
import type { Reader } from './store.ts';

/** A line as references name it, with the entry it belongs to. */
export type NamedLine = {
  readonly proposalId: string;
  readonly kind: string;
  readonly generation: number;
  /** The provider's account and line id, as stems are made of them. */
  readonly member: string;
  readonly feedAccountId: string;
  readonly date: CalendarDate;
  readonly amountMinor: bigint;
  readonly currency: string;
};

/** The lines of these entries, by the provider's ids. */
export async function namedLines(db: Reader, proposalIds: readonly string[]): Promise<NamedLine[]> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line', 'statement_line.id', 'proposal_line.line_id')
    .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
    .select(['proposal.id', 'proposal.kind', 'proposal.generation', 'statement_line.feed_account_id'])
    .select(['statement_line.date', 'statement_line.amount_minor', 'statement_line.currency'])
    .select(
      sql<string>`coalesce(reference_account_id, provider_account_id) || '/' || statement_line.provider_line_id`.as(
        'member',
      ),
    )
    .where('proposal.id', 'in', [...proposalIds])
    .where('proposal_line.claim', '=', 1n)
    .execute();
  return rows.map((row) => ({
    proposalId: row.id,
    kind: row.kind,
    generation: Number(row.generation),
    member: row.member,
    feedAccountId: row.feed_account_id,
    date: row.date,
    amountMinor: row.amount_minor,
    currency: row.currency,
  }));
}

/**
 * For lines of one ledger: booked lines on its other mapped accounts with the opposite amount within `days`, that is,
 * lines with which they could have been posted as one transfer.
 */
export async function possiblePartners(
  db: Reader,
  ledger: { readonly ledgerConnectionId: string; readonly legalEntity: string },
  lines: readonly NamedLine[],
  days: number,
): Promise<Array<{ readonly line: NamedLine; readonly member: string }>> {
  const accounts = await db
    .selectFrom('mapping')
    .select('feed_account_id')
    .where('ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('legal_entity', '=', ledger.legalEntity)
    .execute();
  // One account alone has no transfers.
  if (accounts.length < 2 || lines.length === 0) return [];
  const dates = lines.map((line) => line.date).sort();
  const from = addDays(dates[0] ?? '', -days);
  const to = addDays(dates.at(-1) ?? '', days);
  const byAmount = Map.groupBy(lines, (line) => -line.amountMinor);
  const amounts = [...byAmount.keys()];
  const partners: Array<{ line: NamedLine; member: string }> = [];
  // By account and range of days, which is an index; SQLite admits 32,766 variables.
  for (const { feed_account_id } of accounts)
    for (let start = 0; start < amounts.length; start += 500) {
      const rows = await db
        .selectFrom('statement_line')
        .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
        .select(['statement_line.date', 'statement_line.amount_minor', 'statement_line.currency'])
        .select(
          sql<string>`coalesce(reference_account_id, provider_account_id) || '/' || statement_line.provider_line_id`.as(
            'member',
          ),
        )
        .where('statement_line.feed_account_id', '=', feed_account_id)
        .where('statement_line.date', '>=', from)
        .where('statement_line.date', '<=', to)
        .where('statement_line.state', '=', 'booked')
        .where('statement_line.amount_minor', 'in', amounts.slice(start, start + 500))
        .execute();
      for (const row of rows)
        for (const line of byAmount.get(row.amount_minor) ?? [])
          if (
            line.feedAccountId !== feed_account_id &&
            line.currency === row.currency &&
            Math.abs(daysBetween(line.date, row.date)) <= days
          )
            partners.push({ line, member: row.member });
    }
  return partners;
}
