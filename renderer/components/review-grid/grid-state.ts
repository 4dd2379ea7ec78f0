import { createStore, type StoreApi } from 'zustand';
import type { Money, QueueItem } from '../../api/contract.ts';
import { minusSums, type Sums, sumsOf } from '../decimal.ts';
import type { ColumnId } from './columns.ts';

/** One field of a row's coding that a person sets. */
export type CodingField = 'account' | 'party' | 'dimensions' | 'text' | 'note' | 'amount';

/**
 * What is chosen. `only`: these rows. `allBut`: every row of the filter except these; so a hundred thousand can be
 * selected without being read. The amounts of named rows are kept for the sums.
 */
export type Selection = { readonly mode: 'only' | 'allBut'; readonly rows: ReadonlyMap<string, Money> };

export type GridState = {
  /** The row under the hand: where it is, and which it is once it is held. */
  readonly index: number;
  readonly id: string | undefined;
  /** The cell of that row that has the focus; undefined: the row itself has it. */
  readonly column: ColumnId | undefined;
  readonly selection: Selection;
  /** From where Shift+Space selects. */
  readonly anchor: number | undefined;
  /** The row that is being edited in place, and the field that the hand goes to. */
  readonly editing: { readonly id: string; readonly field: CodingField } | undefined;
  /** The row whose split is being edited. */
  readonly splitting: string | undefined;
  readonly unfolded: ReadonlySet<string>;
};

export type GridStore = StoreApi<GridState>;

export const NOTHING_SELECTED: Selection = { mode: 'only', rows: new Map() };

const FRESH: GridState = {
  index: 0,
  id: undefined,
  column: undefined,
  selection: NOTHING_SELECTED,
  anchor: undefined,
  editing: undefined,
  splitting: undefined,
  unfolded: new Set(),
};

export function createGridStore(): GridStore {
  return createStore(() => FRESH);
}

/** Another filter: the hand goes to the first row and nothing is chosen. */
export function resetGrid(store: GridStore): void {
  store.setState({ ...FRESH, unfolded: store.getState().unfolded });
}

/** Something hangs beneath the row. */
export function isOpen({ unfolded, splitting, editing }: GridState, id: string): boolean {
  return unfolded.has(id) || splitting === id || editing?.id === id;
}

export function isSelected({ mode, rows }: Selection, id: string): boolean {
  return rows.has(id) === (mode === 'only');
}

export function selectedCount({ mode, rows }: Selection, total: number): number {
  return mode === 'only' ? rows.size : Math.max(0, total - rows.size);
}

export function toggled(selection: Selection, item: QueueItem): Selection {
  const rows = new Map(selection.rows);
  if (!rows.delete(item.id)) rows.set(item.id, item.amount);
  return { mode: selection.mode, rows };
}

export function withRows(selection: Selection, items: readonly QueueItem[]): Selection {
  const rows = new Map(selection.rows);
  for (const item of items) {
    if (selection.mode === 'only') rows.set(item.id, item.amount);
    else rows.delete(item.id);
  }
  return { mode: selection.mode, rows };
}

/** Rows that left the list are chosen no more. */
export function withoutRows(selection: Selection, ids: ReadonlySet<string>): Selection {
  if (selection.rows.size === 0) return selection;
  const rows = new Map([...selection.rows].filter(([id]) => !ids.has(id)));
  return { mode: selection.mode, rows };
}

/** Sums of what is chosen, given the sums of all. */
export function selectionSums({ mode, rows }: Selection, all: Sums): Sums {
  const named = sumsOf(rows.values());
  return mode === 'only' ? named : minusSums(all, named);
}
