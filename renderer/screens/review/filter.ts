import { z } from 'zod';
import type { QueueFilter, QueueSort } from '../../components/review-grid/queue-source.ts';

export const TABS = ['review', 'ready', 'posted', 'excluded', 'exceptions'] as const;
export type Tab = (typeof TABS)[number];

/** What a person filters by; the tab comes from the address. Kept by name, so unknown fields of a later version fall away. */
export const filterSchema = z.object({
  feedAccountIds: z.array(z.string()).optional(),
  legalEntities: z.array(z.string()).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  amountFrom: z.string().optional(),
  amountTo: z.string().optional(),
  direction: z.enum(['in', 'out']).optional(),
  currency: z.string().optional(),
  states: z.array(z.enum(['needs_person', 'ready', 'approved'])).optional(),
  codedBy: z.array(z.enum(['default', 'rule', 'suggestion', 'person', 'transfer', 'system', 'none'])).optional(),
  account: z.string().optional(),
  search: z.string().max(200).optional(),
});

export type Filter = z.infer<typeof filterSchema>;

export const NO_FILTER: Filter = {};

export const sortSchema = z.object({
  by: z.enum(['date', 'amount', 'counterparty', 'account', 'state', 'coding']),
  descending: z.boolean(),
});

/** The filter of a call: without fields that say nothing; states stand in place of the tab. */
export function queueFilter(tab: Tab, filter: Filter): QueueFilter {
  const said = Object.fromEntries(
    Object.entries(filter).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
  const parsed = filterSchema.parse(said);
  const narrowed = tab === 'review' && parsed.states !== undefined;
  const { states, ...rest } = parsed;
  return narrowed ? { ...rest, states } : { ...rest, tab };
}

export function isFiltered(filter: Filter): boolean {
  return Object.keys(queueFilter('review', filter)).some((key) => key !== 'tab');
}

/** Pressing a column: first upwards, then downwards, then as delivered. */
export function nextSort(
  sort: QueueSort | null,
  by: QueueSort['by'],
): { by: QueueSort['by']; descending: boolean } | null {
  if (sort?.by !== by) return { by, descending: false };
  return sort.descending ? null : { by, descending: true };
}
