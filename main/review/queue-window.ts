import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { addDays, type CalendarDate } from '../core/calendar.ts';
import { yieldToOthers } from '../core/clock.ts';
import { amountCompares } from '../store/amount-bounds.ts';
import type { ProposalState } from '../store/proposals.ts';
import type { Tables } from '../store/schema.ts';
import type { Reader, Store } from '../store/store.ts';
import { wordsOccur } from '../store/text-search.ts';
import { addedTotals, type CurrencyTotal, totalsOfAmounts } from '../store/totals.ts';
import { dataVersion } from '../store/workspace-info.ts';
import { mergeSorted } from './merge-sorted.ts';

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
  const key = filter.states.join();
  const spans = known.get(key) ?? (await daySpans(db, filter));
  known.set(key, spans);
  const lists: (readonly OrderRow[])[] = [];
  let totals: CurrencyTotal[] = [];
  for (const span of sort.descending ? spans.toReversed() : spans) {
    const rows = await sorted(fitting(db, narrowed(filter, span)), sort)
      .select(['proposal.id', 'proposal.date', 'proposal.amount_minor as minor', 'proposal.currency'])
      .select(sortValue(sort.by).as('value'))
      .execute();
    lists.push(rows);
    totals = addedTotals(totals, totalsOfAmounts(rows));
    if (rows.length > 2 * SPAN_ROWS) known.delete(key);
    await yieldToOthers();
  }
  const rows = sort.by === 'date' ? lists.flat() : await mergeSorted(lists, comparing(sort));
  return { ids: rows.map((row) => row.id), totals };
}

type OrderRow = { readonly id: string; readonly date: CalendarDate; readonly value: SortValue };
type SortValue = string | bigint | null;

/** As the database orders: nothing before something, then by day, then by id. */
function comparing({ descending }: WindowSort): (a: OrderRow, b: OrderRow) => number {
  const way = descending ? -1 : 1;
  return (a, b) =>
    way * (compareValues(a.value, b.value) || compareValues(a.date, b.date) || compareValues(a.id, b.id));
}

function compareValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b !== null && a < b ? -1 : 1;
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
  return query.orderBy(sortValue(by), way).orderBy('proposal.date', way).orderBy('proposal.id', way);
}

function sortValue(by: WindowSort['by']): RawBuilder<SortValue> {
  return {
    date: sql<SortValue>`proposal.date`,
    amount: sql<SortValue>`proposal.amount_minor`,
    account: sql<SortValue>`(SELECT feed_account_id FROM mapping WHERE mapping.id = proposal.mapping_id)`,
    state: sql<SortValue>`proposal.state`,
    coding: sql<SortValue>`(SELECT account FROM proposal_offset WHERE proposal_id = proposal.id AND position = 0)`,
    counterparty: sql<SortValue>`(SELECT min(line.counterparty_key) FROM proposal_line AS link
      JOIN statement_line AS line ON line.id = link.line_id WHERE link.proposal_id = proposal.id)`,
  }[by];
}
