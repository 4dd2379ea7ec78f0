import { useEffect, useMemo, useState } from 'react';
import { z } from 'zod';
import { onChanged } from '../../api/topics.ts';
import { useRoute } from '../../app/route.ts';
import { useRemembered } from '../../app/view.ts';
import { createGridStore, resetGrid } from '../../components/review-grid/grid-state.ts';
import { createQueueSource } from '../../components/review-grid/queue-source.ts';
import { type Filter, filterSchema, NO_FILTER, queueFilter, sortSchema, TABS, type Tab } from './filter.ts';

const columnsSchema = z.array(z.string());
const NO_COLUMNS: string[] = [];
const sortOrNone = sortSchema.nullable();

/** The list that the screen shows: tab by the address, filter, sort and columns as last time. */
export function useReview() {
  const { path, query } = useRoute();
  const tab: Tab = TABS.find((one) => one === path[1]) ?? 'review';
  const [filter, setFilter] = useRemembered<Filter>('review.filter', filterSchema, NO_FILTER);
  const [sort, setSort] = useRemembered('review.sort', sortOrNone, null);
  const [hiddenColumns, setHiddenColumns] = useRemembered('review.hiddenColumns', columnsSchema, NO_COLUMNS);
  const [source] = useState(() => createQueueSource());
  const [store] = useState(createGridStore);

  // A link from elsewhere brings its own filter: one account of the ledger or of a bank, or one entity.
  const [account, feedAccount, entity] = [query.get('account'), query.get('feedAccount'), query.get('entity')];
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new address sets the filter
  useEffect(() => {
    if (account !== null) setFilter({ account });
    else if (feedAccount !== null) setFilter({ feedAccountIds: [feedAccount] });
    else if (entity !== null) setFilter({ legalEntities: [entity] });
  }, [account, feedAccount, entity]);

  const sent = useMemo(() => queueFilter(tab, filter), [tab, filter]);
  const key = JSON.stringify([sent, sort]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for filter and sort
  useEffect(() => {
    resetGrid(store);
    source.setQuery({ filter: sent, sort: sort ?? undefined });
  }, [key, source, store]);
  useEffect(() => onChanged(['queue', 'journals'], source.refresh), [source]);
  const wantedEntry = path[1] === 'entry' ? path[2] : undefined;
  const list = useMemo(() => ({ tab, sort, source, store, sent }), [tab, sort, source, store, sent]);
  return { list, filter, setFilter, setSort, hiddenColumns, setHiddenColumns, wantedEntry };
}

/** Which list, and what holds its rows and the hand. The same object until the list is another one. */
export type Review = ReturnType<typeof useReview>['list'];
