import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { CalendarDate } from '../core/calendar.ts';
import type { ReconciliationTable } from './schema.ts';
import type { Reader } from './store.ts';

export type ReconciliationFilter = {
  readonly feedAccountId?: string;
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
  /** Only the latest day of each account. */
  readonly newest?: boolean;
};

/** An open item as it was stored; `amountMinor` in the reconciliation's currency. */
const openItems = z.array(
  z.object({
    kind: z.string(),
    date: z.string(),
    amountMinor: z.string().transform((text) => BigInt(text)),
    text: z.string(),
    lineIds: z.array(z.number()),
    /** Absent in what was stored before it was kept. */
    ledgerLineIds: z.array(z.number()).default([]),
    proposalId: z.string().nullable(),
  }),
);

export type StoredReconciliation = Omit<Selectable<ReconciliationTable>, 'open_items_json'> & {
  readonly openItems: z.output<typeof openItems>;
  readonly name: string;
  readonly mask: string | null;
  readonly legal_entity: string | null;
  readonly bank_account: string | null;
};

/** Reconciliations that were made, the latest day first. */
export async function listReconciliations(
  db: Reader,
  filter: ReconciliationFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly reconciliations: StoredReconciliation[] }> {
  const { count } = await fitting(db, filter).select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const rows = await fitting(db, filter)
    .leftJoin('mapping', 'mapping.feed_account_id', 'feed_account.id')
    .selectAll('reconciliation')
    .select(['feed_account.name', 'feed_account.mask', 'mapping.legal_entity', 'mapping.bank_account'])
    .orderBy('reconciliation.date', 'desc')
    .orderBy('feed_account.name')
    .orderBy('feed_account.id')
    .offset(window.offset)
    .limit(window.limit)
    .execute();
  return {
    total: Number(count),
    reconciliations: rows.map(({ open_items_json, ...row }) => ({
      ...row,
      openItems: openItems.parse(JSON.parse(open_items_json)),
    })),
  };
}

function fitting(db: Reader, filter: ReconciliationFilter) {
  const { feedAccountId, from, to } = filter;
  let query = db
    .selectFrom('reconciliation')
    .innerJoin('feed_account', 'feed_account.id', 'reconciliation.feed_account_id');
  if (feedAccountId !== undefined) query = query.where('reconciliation.feed_account_id', '=', feedAccountId);
  if (from !== undefined) query = query.where('reconciliation.date', '>=', from);
  if (to !== undefined) query = query.where('reconciliation.date', '<=', to);
  if (filter.newest)
    query = query.where('reconciliation.date', '=', ({ selectFrom }) =>
      selectFrom('reconciliation as later')
        .select(({ fn }) => fn.max('later.date').as('date'))
        .whereRef('later.feed_account_id', '=', 'reconciliation.feed_account_id'),
    );
  return query;
}
