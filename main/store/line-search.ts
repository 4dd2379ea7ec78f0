import { sql } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import type { Money } from '../core/money.ts';
import { amountCompares } from './amount-bounds.ts';
import type { Reader } from './store.ts';
import { wordsOccur } from './text-search.ts';
import { addedTotals, type CurrencyTotal, totalsOfAmounts } from './totals.ts';

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
  const { ids, totals } = await matchLines(db, filter);
  return { totals, lines: await loadFoundLines(db, ids.slice(window.offset, window.offset + window.limit)) };
}

/** Lines looked at between two turns of others: a few milliseconds, although their payloads are read. */
const LINES_A_TURN = 5_000n;

/** The lines that fit, newest first, with their totals. Every line is looked at once. */
export async function matchLines(
  db: Reader,
  filter: LineFilter,
): Promise<{ readonly ids: readonly bigint[]; readonly totals: CurrencyTotal[] }> {
  const byDay = new Map<CalendarDate, bigint[]>();
  let totals: CurrencyTotal[] = [];
  const { last } = await db
    .selectFrom('statement_line')
    .select(sql<bigint>`coalesce(max(id), 0)`.as('last'))
    .executeTakeFirstOrThrow();
  for (let after = 0n; after < last; after += LINES_A_TURN) {
    const rows = await fitting(db, filter)
      .select(['line.id', 'line.date', 'line.amount_minor as minor', 'line.currency'])
      .where('line.id', '>', after)
      .where('line.id', '<=', after + LINES_A_TURN)
      .orderBy('line.id')
      .execute();
    for (const { id, date } of rows) {
      const ofDay = byDay.get(date);
      if (ofDay) ofDay.push(id);
      else byDay.set(date, [id]);
    }
    totals = addedTotals(totals, totalsOfAmounts(rows));
    await yieldToOthers();
  }
  const days = [...byDay.keys()].sort().reverse();
  return { ids: days.flatMap((day) => byDay.get(day)?.reverse() ?? []), totals };
}

/** These lines in the order of the ids; ids of no line are left out. */
export async function loadFoundLines(db: Reader, ids: readonly bigint[]): Promise<FoundLine[]> {
  const rows = await db
    .selectFrom('statement_line as line')
    .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
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
    .where('line.id', 'in', sql<bigint>`(SELECT value FROM json_each(${`[${ids.join()}]`}))`)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    return [
      {
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
      },
    ];
  });
}

function fitting(db: Reader, filter: LineFilter) {
  let query = db
    .selectFrom('statement_line as line')
    .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
    // What a replaced account told stands in the account that took its place.
    .where('account.replaced_by', 'is', null);
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
