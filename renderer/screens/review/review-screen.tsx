import './review.css';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { call } from '../../api/client.ts';
import type { QueueItem } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Page } from '../../app/page.tsx';
import { currentRoute, go } from '../../app/route.ts';
import { setView } from '../../app/view.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { OpenQuestions } from '../../components/journal-question/open-questions.tsx';
import { Menu } from '../../components/menu.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { repairOf } from '../../components/repair.ts';
import { COLUMNS } from '../../components/review-grid/columns.ts';
import {
  type CodingField,
  NOTHING_SELECTED,
  selectedCount,
  selectionSums,
} from '../../components/review-grid/grid-state.ts';
import { ReviewGrid } from '../../components/review-grid/review-grid.tsx';
import { TotalsBar } from '../../components/review-grid/totals-bar.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { ApproveDialog } from './approve-dialog.tsx';
import { BeneathRow } from './beneath.tsx';
import { type Bulk, BulkStrip } from './bulk-strip.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { isFiltered, nextSort, queueFilter, TABS } from './filter.ts';
import { FilterBar, FilterWords } from './filter-bar.tsx';
import { LeftUndone } from './left-undone.tsx';
import { NothingToReview } from './nothing.tsx';
import { PostDialog } from './post-dialog.tsx';
import { ReviewTabs } from './review-tabs.tsx';
import { SavedFilters } from './saved-filters.tsx';
import { Side } from './side.tsx';
import { tabLabel } from './tab-label.ts';
import { sumsOfTotals } from './totals.ts';
import { type Decide, type Left, useDecide } from './use-decide.ts';
import { type Review, useReview } from './use-review.ts';

type Over = 'approve' | 'post' | 'export' | null;

export default function ReviewScreen() {
  const { list: review, filter, setFilter, setSort, hiddenColumns, setHiddenColumns, wantedEntry } = useReview();
  const { tab, sort, source, store, sent } = review;
  // The screen itself knows only whether there is anything: the row under the hand is the grid's and the panel's.
  const fill = useSyncExternalStore(source.subscribe, () => fillOf(source.total()));
  const error = useSyncExternalStore(source.subscribe, source.error);
  const anySelected = useStore(store, ({ selection }) => selection.mode === 'allBut' || selection.rows.size > 0);
  const [left, setLeft] = useState<Left | null>(null);
  const [over, setOver] = useState<Over>(currentRoute().query.has('post') ? 'post' : null);
  const [bulk, setBulk] = useState<Bulk | null>(null);
  const decide = useDecide(review, setLeft);
  const counts = useCall('queue.counts', { filter: withoutTab(filter) });
  const sync = useAction('sync.run');
  const close = () => {
    setOver(null);
    // An address that asks for the posting dialog asks once.
    if (currentRoute().query.has('post')) go(['review', tab]);
  };

  const canDecide = tab === 'review' || tab === 'exceptions' || tab === 'ready';

  /** A letter for a field: on the row under the hand, or on all selected. */
  const code = async (field: CodingField) => {
    const item = decide.focused();
    if (!anySelected) {
      if (item) store.setState({ editing: { id: item.id, field }, splitting: undefined });
      return;
    }
    const target = await decide.target();
    const sample = target.items[0] ?? item;
    if (sample) setBulk({ target, field, sample });
  };
  const onOpen = useCallback(
    (item: QueueItem) => store.setState({ editing: { id: item.id, field: 'account' }, splitting: undefined }),
    [store],
  );
  /** Does something with the row under the hand. */
  const withRow = (act: (item: QueueItem) => void) => () => {
    const item = decide.focused();
    if (item) act(item);
  };
  const tabStep = (step: number) => {
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length];
    if (next) go(['review', next]);
  };

  useCommands({
    'tab.next': () => tabStep(1),
    'tab.previous': () => tabStep(-1),
    'approve.next': canDecide && tab !== 'ready' ? () => void decide.approve() : () => setView({ panelOpen: true }),
    approve: tab === 'ready' || !canDecide ? undefined : () => void decide.approve(),
    'approve.ready': tab === 'review' ? () => setOver('approve') : undefined,
    unapprove: tab === 'ready' ? () => void decide.unapprove() : undefined,
    exclude: canDecide ? () => void decide.exclude() : undefined,
    include: tab === 'excluded' ? () => void decide.include() : undefined,
    reverse: tab === 'posted' ? () => void decide.reverse() : undefined,
    undo: () => void decide.undo(),
    redo: () => void decide.redo(),
    'post.open': () => setOver('post'),
    'export.open': () => setOver('export'),
    'code.account': canDecide ? () => void code('account') : undefined,
    'code.party': canDecide ? () => void code('party') : undefined,
    'code.dimensions': canDecide ? () => void code('dimensions') : undefined,
    'code.text': canDecide ? () => void code('text') : undefined,
    'code.note': canDecide ? () => void code('note') : undefined,
    'code.suggestion': canDecide ? () => void decide.suggestion() : undefined,
    'code.above': canDecide ? () => void decide.above() : undefined,
    'edit.open': canDecide ? withRow(onOpen) : undefined,
    'split.open': canDecide ? withRow(({ id }) => store.setState({ splitting: id, editing: undefined })) : undefined,
    'split.unfold': withRow(({ id, offsets }) => {
      if (offsets.length > 1) store.setState(({ unfolded }) => ({ unfolded: toggledSet(unfolded, id) }));
    }),
    'rule.make': withRow(({ id }) => go(['rules', 'new'], { from: id })),
    'sync.run': sync.busy ? undefined : () => void sync.run({}),
    ...(anySelected ? { escape: () => store.setState({ selection: NOTHING_SELECTED, anchor: undefined }) } : {}),
  });

  const repair = (item: QueueItem) => {
    if (!item.error) return null;
    const way = repairOf(item.error, {
      retry: () => void decide.write(() => call('activity.retry', { id: item.id })),
      ways: {
        edit_entry: () => onOpen(item),
        compare_entries: () => setView({ panelOpen: true }),
        ask_administrator: () => void decide.write(() => call('activity.retry', { id: item.id })),
      },
    });
    return way ? (
      <Button small onPress={way.act}>
        {way.label}
      </Button>
    ) : null;
  };

  const approvedCount = counts.data?.tabs.ready ?? 0;
  return (
    <Page
      title={t('Review')}
      tools={
        <>
          <FilterBar filter={filter} onChange={setFilter} />
          <Menu
            label={t('More')}
            entries={[
              { id: 'export', label: t('Export this list'), act: () => setOver('export'), command: 'export.open' },
              ...COLUMNS.filter((column) => column.optional).map((column) => ({
                id: column.id,
                label: hiddenColumns.includes(column.id)
                  ? t('Show column: {name}', { name: column.label() })
                  : t('Hide column: {name}', { name: column.label() }),
                act: () => setHiddenColumns([...toggledSet(new Set(hiddenColumns), column.id)]),
              })),
            ]}
          >
            <Icon name="more" />
          </Menu>
          {tab === 'ready' ? (
            <Button kind="primary" isDisabled={approvedCount === 0} onPress={() => setOver('post')}>
              {approvedCount === 0
                ? t('Post')
                : t('Post {count, plural, one {# line} other {{shown} lines}}', {
                    count: approvedCount,
                    shown: formatCount(approvedCount),
                  })}
            </Button>
          ) : null}
          {tab === 'review' ? (
            <Button
              kind="primary"
              isDisabled={(counts.data?.states.ready ?? 0) === 0}
              onPress={() => setOver('approve')}
            >
              {t('Approve all ready')}
            </Button>
          ) : null}
        </>
      }
      under={
        <>
          <ReviewTabs tab={tab} counts={counts.data} />
          <SavedFilters tab={tab} filter={filter} onChange={setFilter} />
        </>
      }
      totals={
        bulk ? (
          <BulkStrip bulk={bulk} review={review} decide={decide} onClose={() => setBulk(null)} />
        ) : (
          <ReviewTotals review={review} />
        )
      }
      panel={{
        title: wantedEntry === undefined ? t('Line') : t('Entry'),
        body: <ReviewSide review={review} entry={wantedEntry} decide={decide} />,
      }}
    >
      <FilterWords filter={filter} onChange={setFilter} />
      <LeftUndone left={left} onClose={() => setLeft(null)} />
      <ErrorNote error={sync.error} retry={() => void sync.run({})} onClose={sync.clear} />
      {sync.busy ? (
        <div className="review-sync">
          <WorkProgress progress={sync.progress} label={t('Fetching from the banks')} />
          <Button small isDisabled={sync.cancelling} onPress={sync.cancel}>
            {t('Stop')}
          </Button>
        </div>
      ) : null}
      <ErrorNote error={error} retry={source.refresh} />
      {tab === 'ready' ? <OpenQuestions /> : null}
      {tab === 'exceptions' && (counts.data?.rowExceptions ?? 0) > 0 ? (
        <div className="note warning">
          <Icon name="warning" />
          <span className="sentence">
            {t(
              '{count, plural, one {# row of a bank could not be read as a line. It waits} other {# rows of banks could not be read as lines. They wait}} with the reason under Activity.',
              { count: counts.data?.rowExceptions ?? 0 },
            )}
          </span>
          <Button small onPress={() => go(['activity', 'exceptions'])}>
            {t('Open exceptions')}
          </Button>
        </div>
      ) : null}
      {fill === 'none' && !error ? (
        <NothingToReview
          tab={tab}
          filtered={isFiltered(filter)}
          approved={approvedCount}
          onPost={() => setOver('post')}
          onClear={() => setFilter({})}
          onSync={() => void sync.run({})}
          syncing={sync.busy}
        />
      ) : fill === 'unread' && error ? null : (
        <ReviewGrid
          source={source}
          store={store}
          label={tabLabel(tab)}
          sort={sort ?? undefined}
          onSort={(by) => setSort(nextSort(sort, by))}
          hiddenColumns={hiddenColumns}
          beneath={(item, onHeight) => <BeneathRow item={item} review={review} decide={decide} onHeight={onHeight} />}
          repair={repair}
          onOpen={canDecide ? onOpen : () => setView({ panelOpen: true })}
        />
      )}
      {over === 'approve' ? (
        <ApproveDialog filter={sent} source={source} onUndo={() => void decide.undo()} onClose={close} />
      ) : null}
      {over === 'post' ? <PostDialog source={source} onClose={close} /> : null}
      {over === 'export' ? (
        <ExportDialog filter={sent} sort={sort ?? undefined} count={source.total() ?? 0} onClose={close} />
      ) : null}
    </Page>
  );
}

type Fill = 'unread' | 'none' | 'some';

function fillOf(total: number | undefined): Fill {
  if (total === undefined) return 'unread';
  return total === 0 ? 'none' : 'some';
}

function ReviewTotals({ review: { source, store } }: { readonly review: Review }) {
  useSyncExternalStore(source.subscribe, source.version);
  const selection = useStore(store, (state) => state.selection);
  const all = sumsOfTotals(source.totals());
  const total = source.total() ?? 0;
  const chosen = selectedCount(selection, total);
  return <TotalsBar sums={chosen > 0 ? selectionSums(selection, all) : all} of={chosen > 0 ? total : undefined} />;
}

type ReviewSideProps = { readonly review: Review; readonly entry: string | undefined; readonly decide: Decide };

function ReviewSide({ review: { source, store }, entry, decide }: ReviewSideProps) {
  useSyncExternalStore(source.subscribe, source.version);
  const index = useStore(store, (state) => state.index);
  return <Side id={entry ?? source.at(index)?.id} decide={decide} />;
}

function withoutTab(filter: Parameters<typeof queueFilter>[1]) {
  const { tab: _, states: __, ...rest } = queueFilter('ready', filter);
  return rest;
}

function toggledSet(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
