import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import type { Money } from '../core/money.ts';
import { amountCompares } from '../store/amount-bounds.ts';
import type { ProposalState } from '../store/proposals.ts';
import type { Tables } from '../store/schema.ts';
import type { Reader, Store } from '../store/store.ts';
import { wordsOccur } from '../store/text-search.ts';
import { type CurrencyTotal, totalsOfAmounts } from '../store/totals.ts';
import { dataVersion } from '../store/workspace-info.ts';

/** What the grid of the review screen shows. Every given field must hold. */
export type WindowFilter = {
  readonly states: readonly ProposalState[];
  readonly feedAccountIds?: readonly string[];
  readonly legalEntities?: readonly string[];
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
  /** Bounds of the amount without its sign, in units of each entry's currency. */
  readonly amountFrom?: string;
  readonly amountTo?: string;
  readonly direction?: 'in' | 'out';
  readonly currency?: string;
  readonly codedBy?: readonly string[];
  readonly kinds?: readonly string[];
  readonly ruleId?: string;
  /** Offset account, exact. */
  readonly account?: string;
  readonly search?: string;
};

export type WindowSort = {
  readonly by: 'date' | 'amount' | 'counterparty' | 'account' | 'state' | 'coding';
  readonly descending: boolean;
};

/** The entries that fit, in their order, with totals over all of them. */
export type QueueOrder = { readonly ids: readonly string[]; readonly totals: readonly CurrencyTotal[] };

const BY_DATE: WindowSort = { by: 'date', descending: false };
const REMEMBERED = 8;

type Memory = {
  version: bigint;
  /** Also those that are being read: two windows that come together wait for one. */
  orders: Map<string, Promise<QueueOrder>>;
  /** By states: spans of days to read one after the other. They only need to be about right, and outlive writes. */
  readonly spans: Map<string, readonly DaySpan[]>;
};

const remembered = new WeakMap<Store, Memory>();

/**
 * The order of a filter. It is remembered until somebody writes to the workspace, so that scrolling through 100,000
 * entries asks for windows and does not sort anew for each.
 */
export async function queueOrder(store: Store, filter: WindowFilter, sort: WindowSort = BY_DATE): Promise<QueueOrder> {
  const version = await dataVersion(store.read);
  const memory = remembered.get(store) ?? { version, orders: new Map(), spans: new Map() };
  remembered.set(store, memory);
  if (memory.version !== version) Object.assign(memory, { version, orders: new Map() });
  const { orders } = memory;
  const key = JSON.stringify([filter, sort]);
  const known = orders.get(key);
  if (known) return known;
  const order = readOrder(store.read, filter, sort, memory.spans);
  const [oldest] = orders.keys();
  if (orders.size >= REMEMBERED && oldest !== undefined) orders.delete(oldest);
  orders.set(key, order);
  order.catch(() => orders.delete(key));
  return order;
}

async function readOrder(
  db: Reader,
  filter: WindowFilter,
  sort: WindowSort,
  known: Map<string, readonly DaySpan[]>,
): Promise<QueueOrder> {
  const ids: string[] = [];
  const amounts: Money[] = [];
  const key = filter.states.join();
  const spans = sort.by === 'date' ? (known.get(key) ?? (await daySpans(db, filter))) : [{}];
  if (sort.by === 'date') known.set(key, spans);
  for (const span of sort.descending ? spans.toReversed() : spans) {
    const rows = await sorted(fitting(db, narrowed(filter, span)), sort)
      .select(['proposal.id', 'proposal.amount_minor', 'proposal.currency'])
      .execute();
    for (const row of rows) {
      ids.push(row.id);
      amounts.push({ minor: row.amount_minor, currency: row.currency });
    }
    if (rows.length > 2 * SPAN_ROWS) known.delete(key);
    await yieldToOthers();
  }
  return { ids, totals: totalsOfAmounts(amounts) };
}

/** Both days included; open at the side where a day is missing. */
type DaySpan = { readonly from?: CalendarDate; readonly to?: CalendarDate };

/** Rows of one query: read in a few milliseconds, so that others have their turn while 100,000 are put in order. */
const SPAN_ROWS = 4_000;

/** All days, cut into spans that hold about so many entries each, the earliest first; from the index alone. */
async function daySpans(db: Reader, { states }: WindowFilter): Promise<DaySpan[]> {
  const days = await db
    .selectFrom('proposal')
    .select(['date', sql<bigint>`count(*)`.as('count')])
    .where('state', 'in', [...states, ''])
    .groupBy('date')
    .orderBy('date')
    .execute();
  const spans: DaySpan[] = [];
  let from: CalendarDate | undefined;
  let held = 0;
  for (const { date, count } of days) {
    if (held + Number(count) > SPAN_ROWS && held > 0) {
      spans.push({ ...(from === undefined ? {} : { from }), to: addDays(date, -1) });
      from = date;
      held = 0;
    }
    held += Number(count);
  }
  spans.push(from === undefined ? {} : { from });
  return spans;
}

function narrowed(filter: WindowFilter, { from, to }: DaySpan): WindowFilter {
  const later = [filter.from, from]
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
  const earlier = [filter.to, to].filter((day) => day !== undefined).sort()[0];
  return {
    ...filter,
    ...(later === undefined ? {} : { from: later }),
    ...(earlier === undefined ? {} : { to: earlier }),
  };
}

/** How many entries fit each of these filters. */
export async function countFitting(db: Reader, filter: WindowFilter): Promise<number> {
  const { count } = await fitting(db, filter).select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  return Number(count);
}

/** How many entries of a filter are in each state. */
export async function countStates(db: Reader, filter: WindowFilter): Promise<Partial<Record<ProposalState, number>>> {
  const rows = await fitting(db, filter)
    .select(['proposal.state', sql<bigint>`count(*)`.as('count')])
    .groupBy('proposal.state')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
}

type Query = SelectQueryBuilder<Tables, 'proposal', Record<never, never>>;

function fitting(db: Reader, filter: WindowFilter): Query {
  let query: Query = db.selectFrom('proposal').where('proposal.state', 'in', [...filter.states, '']);
  const { legalEntities, from, to, currency, codedBy, kinds, ruleId, account, direction } = filter;
  if (legalEntities) query = query.where('proposal.legal_entity', 'in', [...legalEntities, '']);
  if (from !== undefined) query = query.where('proposal.date', '>=', from);
  if (to !== undefined) query = query.where('proposal.date', '<=', to);
  if (currency !== undefined) query = query.where('proposal.currency', '=', currency);
  if (codedBy) query = query.where('proposal.coded_by', 'in', [...codedBy, '']);
  if (kinds) query = query.where('proposal.kind', 'in', [...kinds, '']);
  if (ruleId !== undefined) query = query.where('proposal.rule_id', '=', ruleId);
  if (direction !== undefined) query = query.where('proposal.amount_minor', direction === 'in' ? '>' : '<', 0n);
  if (filter.amountFrom !== undefined) query = query.where(amountCompares('proposal', '>=', filter.amountFrom));
  if (filter.amountTo !== undefined) query = query.where(amountCompares('proposal', '<=', filter.amountTo));
  const accounts = filter.feedAccountIds;
  if (accounts)
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('proposal_line as link')
          .innerJoin('statement_line as line', 'line.id', 'link.line_id')
          .select('link.line_id')
          .whereRef('link.proposal_id', '=', 'proposal.id')
          .where('line.feed_account_id', 'in', [...accounts, '']),
      ),
    );
  if (account !== undefined)
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('proposal_offset as offset')
          .select('offset.position')
          .whereRef('offset.proposal_id', '=', 'proposal.id')
          .where('offset.account', '=', account),
      ),
    );
  for (const word of (filter.search ?? '').split(/\s+/).filter((text) => text !== ''))
    query = query.where((eb) =>
      eb.or([
        ...wordsOccur(word, [
          'proposal.text',
          'proposal.note',
          'proposal.reason',
          'proposal.stem',
          'proposal.excluded_why',
        ]),
        eb.exists(
          eb
            .selectFrom('proposal_offset as offset')
            .select('offset.position')
            .whereRef('offset.proposal_id', '=', 'proposal.id')
            .where((inner) => inner.and(wordsOccur(word, ['offset.account', 'offset.text']))),
        ),
        eb.exists(
          eb
            .selectFrom('proposal_line as link')
            .innerJoin('statement_line as line', 'line.id', 'link.line_id')
            .select('link.line_id')
            .whereRef('link.proposal_id', '=', 'proposal.id')
            .where((inner) =>
              inner.and(
                wordsOccur(word, [
                  'line.text',
                  'line.bank_text',
                  'line.counterparty',
                  'line.counterparty_key',
                  'line.reference',
                  'line.check_number',
                ]),
              ),
            ),
        ),
      ]),
    );
  return query;
}

function sorted(query: Query, { by, descending }: WindowSort): Query {
  const way = descending ? 'desc' : 'asc';
  const first = {
    date: sql<SqlBool>`proposal.date`,
    amount: sql<SqlBool>`proposal.amount_minor`,
    account: sql<SqlBool>`(SELECT feed_account_id FROM mapping WHERE mapping.id = proposal.mapping_id)`,
    state: sql<SqlBool>`proposal.state`,
    coding: sql<SqlBool>`(SELECT account FROM proposal_offset WHERE proposal_id = proposal.id AND position = 0)`,
    counterparty: sql<SqlBool>`(SELECT min(line.counterparty_key) FROM proposal_line AS link
      JOIN statement_line AS line ON line.id = link.line_id WHERE link.proposal_id = proposal.id)`,
  }[by];
  return query.orderBy(first, way).orderBy('proposal.date', way).orderBy('proposal.id', way);
}
