import { sql } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import { amountCompares } from './amount-bounds.ts';
import type { Reader } from './store.ts';
import { wordsOccur } from './text-search.ts';
import { type CurrencyTotal, sumColumns, totalsFrom } from './totals.ts';

export type LineFilter = {
  /** Words in the line's texts, ids and payload, or in the account's names and mask. */
  readonly search?: string;
  readonly feedAccountIds?: readonly string[];
  readonly states?: readonly string[];
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
  /** Inclusive bounds of the amount without its sign, in units of each line's currency, as decimal texts. */
  readonly amountFrom?: string;
  readonly amountTo?: string;
};

export type FoundLine = {
  readonly id: number;
  readonly feedAccountId: string;
  readonly accountName: string;
  readonly mask: string | null;
  readonly state: string;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly text: string;
  readonly counterparty: string | null;
  readonly reference: string | null;
  readonly category: string | null;
  /** The proposal that is the line's place. */
  readonly proposalId: string | null;
  readonly proposalState: string | null;
};

const SEARCHED = [
  'line.text',
  'line.bank_text',
  'line.counterparty',
  'line.counterparty_key',
  'line.reference',
  'line.check_number',
  'line.category',
  'line.provider_line_id',
  'line.payload',
  'account.search',
];

/** A window of lines, newest first, with the totals of all that fit. */
export async function searchLines(
  db: Reader,
  filter: LineFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly lines: FoundLine[]; readonly totals: CurrencyTotal[] }> {
  const sums = await fitting(db, filter)
    .select(sumColumns('line.currency', 'line.amount_minor'))
    .groupBy('line.currency')
    .execute();
  const rows = await fitting(db, filter)
    .leftJoin('proposal_line as place', (join) =>
      join.onRef('place.line_id', '=', 'line.id').on('place.claim', '=', sql.lit(1n)),
    )
    .leftJoin('proposal', 'proposal.id', 'place.proposal_id')
    .select([
      'line.id',
      'line.feed_account_id',
      'account.name',
      'account.mask',
      'line.state',
      'line.date',
      'line.amount_minor',
      'line.currency',
      'line.text',
      'line.counterparty',
      'line.reference',
      'line.category',
      'proposal.id as proposal_id',
      'proposal.state as proposal_state',
    ])
    .orderBy('line.date', 'desc')
    .orderBy('line.id', 'desc')
    .offset(window.offset)
    .limit(window.limit)
    .execute();
  return {
    totals: totalsFrom(sums),
    lines: rows.map((row) => ({
      id: Number(row.id),
      feedAccountId: row.feed_account_id,
      accountName: row.name,
      mask: row.mask,
      state: row.state,
      date: row.date,
      amount: { minor: row.amount_minor, currency: row.currency },
      text: row.text,
      counterparty: row.counterparty,
      reference: row.reference,
      category: row.category,
      proposalId: row.proposal_id,
      proposalState: row.proposal_state,
    })),
  };
}

function fitting(db: Reader, filter: LineFilter) {
  let query = db
    .selectFrom('statement_line as line')
    .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id');
  const { feedAccountIds, states, from, to, amountFrom, amountTo } = filter;
  if (feedAccountIds) query = query.where('line.feed_account_id', 'in', [...feedAccountIds, '']);
  if (states) query = query.where('line.state', 'in', [...states, '']);
  if (from !== undefined) query = query.where('line.date', '>=', from);
  if (to !== undefined) query = query.where('line.date', '<=', to);
  if (amountFrom !== undefined) query = query.where(amountCompares('line', '>=', amountFrom));
  if (amountTo !== undefined) query = query.where(amountCompares('line', '<=', amountTo));
  for (const test of wordsOccur(filter.search ?? '', SEARCHED)) query = query.where(test);
  return query;
}
