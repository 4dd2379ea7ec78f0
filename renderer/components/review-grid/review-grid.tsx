import './review-grid.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useStore } from 'zustand';
import type { QueueItem } from '../../api/contract.ts';
import { useCommands } from '../../app/commands.ts';
import { isNowhere } from '../../app/keep-focus.ts';
import { useView } from '../../app/view.ts';
import { shownColumns } from './columns.ts';
import { GridHead } from './grid-head.tsx';
import { GridRow, PlaceholderRow } from './grid-row.tsx';
import { type GridStore, isOpen, isSelected, toggled } from './grid-state.ts';
import { followRows, moveTo, selectAll, selectTo } from './move.ts';
import type { QueueSort, QueueSource } from './queue-source.ts';

/** What hangs beneath a row: an open editor, the unfolded parts of a split. */
export type Beneath = (item: QueueItem, onHeight: (height: number) => void) => ReactNode;

export type ReviewGridProps = {
  readonly source: QueueSource;
  readonly store: GridStore;
  readonly label: string;
  readonly sort: QueueSort | undefined;
  readonly onSort: (by: QueueSort['by']) => void;
  readonly hiddenColumns: readonly string[];
  readonly beneath: Beneath;
  /** The button that repairs a refused row. */
  readonly repair: (item: QueueItem) => ReactNode;
  readonly onOpen: (item: QueueItem) => void;
};

const ROW_HEIGHT = { comfortable: 30, dense: 24 } as const;
/** Rows with an error carry its sentence in a second line. */
const ERROR_HEIGHT = 30;

/**
 * The review grid: one virtualised ARIA grid with one tab stop. Rows come from a windowed source, the hand and the
 * selection live in a store, so a key press renders the rows that it touches and no other.
 */
export function ReviewGrid(props: ReviewGridProps) {
  const { source, store, label, sort, onSort, hiddenColumns, beneath, repair, onOpen } = props;
  useSyncExternalStore(source.subscribe, source.version);
  const state = useStore(store);
  const density = useView((view) => view.density);
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = useMemo(() => shownColumns(width, hiddenColumns), [width, hiddenColumns]);
  const heights = useRef(new Map<string, number>());
  const tellers = useRef(new Map<string, (height: number) => void>());
  /** What was opened last is a good guess for what is opened next: then nothing moves twice. */
  const lastHeight = useRef(0);
  const [, setHeightTurn] = useState(0);
  const total = source.total() ?? 0;
  const base = ROW_HEIGHT[density];

  // Rows that are higher than the others, by place. Few: the others need no look.
  const extras = new Map<number, number>();
  for (const [index, item] of source.held()) {
    const extra =
      (item.error ? ERROR_HEIGHT : 0) +
      (isOpen(state, item.id) ? (heights.current.get(item.id) ?? lastHeight.current) : 0);
    if (extra > 0) extras.set(index, extra);
  }

  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => base + (extras.get(index) ?? 0),
    overscan: 10,
    useFlushSync: false,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const to = Math.min(count - 1, endIndex + overscan);
      const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, offset) => from + offset);
      // The focused row stays mounted, or the focus would fall to the page when it scrolls away.
      const { index } = store.getState();
      if (index < from && index < count) indexes.unshift(index);
      if (index > to && index < count) indexes.push(index);
      return indexes;
    },
  });

  const tall = [...extras].join(' ');
  const version = source.version();
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are the reasons to ask for heights anew
  useLayoutEffect(() => virtualizer.measure(), [base, tall, virtualizer]);

  const range = virtualizer.range;
  useEffect(() => {
    if (range) source.show(range.startIndex, range.endIndex);
  }, [source, range]);

  /** Brings a row into sight, from what is known: reading the page here would cost a layout for each key. */
  const reveal = useCallback(
    (index: number) => {
      const row = virtualizer.measurementsCache[index];
      const from = virtualizer.scrollOffset ?? 0;
      const to = from + (virtualizer.scrollRect?.height ?? 0);
      if (!row || !scroller.current || (row.start >= from && row.end <= to)) return;
      scroller.current.scrollTop = row.start < from ? row.start : row.end - (to - from);
    },
    [virtualizer],
  );
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / base) - 1);
  const move = (index: number) => moveTo(store, source, index, reveal);

  useLayoutEffect(() => {
    const shift = followRows(store, source);
    // Rows above came or left: what is under the eye stays where it is.
    if (shift !== 0 && scroller.current) scroller.current.scrollTop += shift * base;
    void version;
  }, [store, source, base, version]);

  const at = columns.findIndex(({ id }) => id === state.column);
  const cell = columns[at]?.id;
  useFocus(scroller, state.index, cell, state.editing !== undefined || state.splitting !== undefined);
  const panelOpen = useView((view) => view.panelOpen);
  const toCell = (place: number) => store.setState({ column: columns[Math.min(place, columns.length - 1)]?.id });

  useCommands({
    // The first → opens the panel; from then on the arrows walk the cells, and ← before the first cell closes it.
    'cell.next': panelOpen || cell !== undefined ? () => toCell(at + 1) : undefined,
    'cell.previous': cell === undefined ? undefined : () => toCell(at - 1),
    escape: cell === undefined ? undefined : () => store.setState({ column: undefined }),
    'row.next': () => move(store.getState().index + 1),
    'row.previous': () => move(store.getState().index - 1),
    'row.first': () => move(0),
    'row.last': () => move((source.total() ?? 1) - 1),
    'page.next': () => move(store.getState().index + pageRows),
    'page.previous': () => move(store.getState().index - pageRows),
    'select.toggle': () => {
      const { index, selection } = store.getState();
      const item = source.at(index);
      if (item) store.setState({ selection: toggled(selection, item), anchor: index });
    },
    'select.range': () => void selectTo(store, source, store.getState().index),
    'select.all': () => selectAll(store),
  });

  const onRowPress = useCallback(
    (index: number, how: { readonly toggle: boolean; readonly range: boolean }) => {
      const item = source.at(index);
      if (!item) return;
      if (how.range) {
        void selectTo(store, source, index);
        return;
      }
      const { selection, editing, splitting } = store.getState();
      if (how.toggle) store.setState({ selection: toggled(selection, item), anchor: index });
      // A press inside an open editor is the editor's.
      if (editing?.id !== item.id && splitting !== item.id) moveTo(store, source, index, reveal);
    },
    [store, source, reveal],
  );

  const onHeight = useCallback((id: string, height: number) => {
    if (heights.current.get(id) === height) return;
    const guessed = !heights.current.has(id) && lastHeight.current === height;
    heights.current.set(id, height);
    lastHeight.current = height;
    if (!guessed) setHeightTurn((turn) => turn + 1);
  }, []);
  /** The same function for a row each time, so that its editor does not listen anew with each key. */
  const tellHeight = (id: string) => {
    const known = tellers.current.get(id) ?? ((height: number) => onHeight(id, height));
    tellers.current.set(id, known);
    return known;
  };

  const manyCurrencies = (source.totals()?.currencies.length ?? 0) > 1;
  const style = {
    '--rg-columns': columns.map((column) => `[${column.id}] ${column.width}`).join(' '),
    '--row': `${base}px`,
    '--rg-width': `${width}px`,
  } as CSSProperties;
  return (
    <div
      className="review-grid"
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-busy={source.total() === undefined}
      data-density={density}
      style={style}
    >
      <GridHead
        columns={columns}
        sort={sort}
        onSort={onSort}
        store={store}
        source={source}
        manyCurrencies={manyCurrencies}
      />
      <div className="rg-scroll" ref={scroller} role="rowgroup">
        <div className="rg-body" role="presentation" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, size }) => {
            const item = source.at(index);
            if (!item)
              return <PlaceholderRow key={`at ${index}`} index={index} start={start} size={size} columns={columns} />;
            const open = isOpen(state, item.id);
            return (
              <GridRow
                key={item.id}
                item={item}
                index={index}
                start={start}
                size={size}
                columns={columns}
                focused={index === state.index}
                cell={index === state.index ? cell : undefined}
                selected={isSelected(state.selection, item.id)}
                unfolded={open}
                density={density}
                currency={manyCurrencies}
                onPress={onRowPress}
                onOpen={onOpen}
                repair={item.error ? repair(item) : null}
              >
                {open ? beneath(item, tellHeight(item.id)) : null}
              </GridRow>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** The focus of the page follows the hand, unless an editor or something outside the grid has it. */
function useFocus(
  scroller: { readonly current: HTMLElement | null },
  index: number,
  cell: string | undefined,
  editing: boolean,
): void {
  useLayoutEffect(() => {
    const grid = scroller.current;
    if (!grid || editing) return;
    const { activeElement } = document;
    const ours = isNowhere(activeElement) || grid.contains(activeElement);
    if (!ours) return;
    const row = grid.querySelector<HTMLElement>('[data-focused="true"]');
    const wanted = cell === undefined ? row : row?.querySelector<HTMLElement>(`[data-cell="${cell}"]`);
    if (wanted && wanted !== activeElement) wanted.focus({ preventScroll: true });
    void index;
  });
}

function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(1_000);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
