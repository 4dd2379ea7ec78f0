import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import { isCalendarDate } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import type { Tables } from './schema.ts';
import type { Reader, Writer } from './store.ts';

/** The tabs of the queue and the states that stand in each. */
export const TABS = {
  /** Waits for a person's decision. */
  review: ['needs_person', 'ready', 'refused', 'different'],
  /** Decided; on its way to the ledger. */
  approved: ['approved', 'posting', 'unknown'],
  posted: ['posted', 'reversed'],
  excluded: ['excluded'],
  all: [
    'needs_person',
    'ready',
    'refused',
    'different',
    'approved',
    'posting',
    'unknown',
    'posted',
    'reversed',
    'excluded',
  ],
} as const;

const state = z.enum([...TABS.all, 'superseded']);
const date = z.string().refine(isCalendarDate, 'must be a date such as "2026-11-20"');

export const queueFilterSchema = z.strictObject({
  tab: z.enum(['review', 'approved', 'posted', 'excluded', 'all']).exactOptional(),
  /** Instead of a tab. */
  states: z.array(state).min(1).exactOptional(),
  feedAccountId: z.string().exactOptional(),
  /** Last digits of the feed account, as shown. */
  mask: z.string().exactOptional(),
  legalEntity: z.string().exactOptional(),
  currency: z.string().exactOptional(),
  from: date.exactOptional(),
  to: date.exactOptional(),
  /** Words that must all occur in the entry, its accounts or its lines; `|` separates alternatives: "INV-1|INV-2". */
  text: z.string().max(500).exactOptional(),
});
export type QueueFilter = z.output<typeof queueFilterSchema>;

/** Ids of the entries that fit, by date and id. */
export async function queueIds(db: Reader | Writer, filter: QueueFilter): Promise<string[]> {
  const rows = await filtered(db, filter)
    .select('proposal.id')
    .orderBy('proposal.date')
    .orderBy('proposal.id')
    .execute();
  return rows.map((row) => row.id);
}

/** The entries that fit a filter, as a query to select from. */
export function filtered(
  db: Reader | Writer,
  filter: QueueFilter,
): SelectQueryBuilder<Tables, 'proposal', Record<never, never>> {
  let query = db
    .selectFrom('proposal')
    .where('proposal.state', 'in', [...(filter.states ?? TABS[filter.tab ?? 'review'])]);
  const { legalEntity, currency, from, to, text } = filter;
  if (legalEntity !== undefined)
    query = query.where(
      ({ fn, ref }) => sql<SqlBool>`${fn('lower', [ref('proposal.legal_entity')])} = ${legalEntity.toLowerCase()}`,
    );
  if (currency !== undefined) query = query.where('proposal.currency', '=', currency);
  if (from !== undefined) query = query.where('proposal.date', '>=', from);
  if (to !== undefined) query = query.where('proposal.date', '<=', to);
  if (filter.feedAccountId !== undefined || filter.mask !== undefined)
    query = query.where((eb) => eb.exists(linesOf(eb, filter)));
  if (text !== undefined && text.trim() !== '') query = query.where((eb) => textMatches(eb, text));
  return query;
}

type Builder = ExpressionBuilder<Tables, 'proposal'>;

function linesOf(eb: Builder, { feedAccountId, mask }: QueueFilter) {
  let lines = eb
    .selectFrom('proposal_line as link')
    .innerJoin('statement_line as line', 'line.id', 'link.line_id')
    .innerJoin('feed_account as account', 'account.id', 'line.feed_account_id')
    .select('line.id')
    .whereRef('link.proposal_id', '=', 'proposal.id');
  if (feedAccountId !== undefined) lines = lines.where('account.id', '=', feedAccountId);
  if (mask !== undefined) lines = lines.where('account.mask', '=', mask);
  return lines;
}

function textMatches(eb: Builder, text: string): Expression<SqlBool> {
  const alternatives = text
    .split('|')
    .map((alternative) => alternative.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
  return eb.or(alternatives.map((words) => eb.and(words.map((word) => wordOccurs(eb, word)))));
}

function wordOccurs(eb: Builder, word: string): Expression<SqlBool> {
  const pattern = `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const like = (column: string) => sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`;
  return eb.or([
    ...['proposal.text', 'proposal.note', 'proposal.reason', 'proposal.stem', 'proposal.excluded_why'].map(like),
    eb.exists(
      eb
        .selectFrom('proposal_offset as offset')
        .select('offset.position')
        .whereRef('offset.proposal_id', '=', 'proposal.id')
        .where((inner) => inner.or([like('offset.account'), like('offset.text')])),
    ),
    eb.exists(
      eb
        .selectFrom('proposal_line as link')
        .innerJoin('statement_line as line', 'line.id', 'link.line_id')
        .select('line.id')
        .whereRef('link.proposal_id', '=', 'proposal.id')
        .where((inner) =>
          inner.or(
            ['line.text', 'line.bank_text', 'line.counterparty', 'line.reference', 'line.check_number'].map(like),
          ),
        ),
    ),
  ]);
}

/** Sums of one currency over everything that fits a filter. Sums never mix currencies. */
export type QueueTotal = {
  readonly currency: string;
  readonly count: number;
  /** Money in: the sum of the positive amounts. */
  readonly debit: Money;
  /** Money out: the sum of the negative amounts, as a positive amount. */
  readonly credit: Money;
  readonly sum: Money;
};

/** Count, debit, credit and sum per currency of everything that fits. */
export async function queueTotals(db: Reader | Writer, filter: QueueFilter): Promise<QueueTotal[]> {
  const rows = await filtered(db, filter)
    .select([
      'proposal.currency',
      sql<bigint>`count(*)`.as('count'),
      sql<bigint>`coalesce(sum(max(proposal.amount_minor, 0)), 0)`.as('debit'),
      sql<bigint>`coalesce(-sum(min(proposal.amount_minor, 0)), 0)`.as('credit'),
    ])
    .groupBy('proposal.currency')
    .orderBy('proposal.currency')
    .execute();
  return rows.map(({ currency, count, debit, credit }) => ({
    currency,
    count: Number(count),
    debit: { minor: debit, currency },
    credit: { minor: credit, currency },
    sum: { minor: debit - credit, currency },
  }));
}
