import { say } from '../../app/toasts.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { type GridStore, NOTHING_SELECTED, selectedCount, withRows } from './grid-state.ts';
import type { QueueSource } from './queue-source.ts';

/** Puts the hand on a row of the list, as far as the list goes. */
export function moveTo(store: GridStore, source: QueueSource, index: number, reveal: (index: number) => void): void {
  const last = (source.total() ?? 0) - 1;
  if (last < 0) return;
  const next = Math.max(0, Math.min(last, index));
  reveal(next);
  store.setState({ index: next, id: source.at(next)?.id, editing: undefined, splitting: undefined });
}

/**
 * After rows came, left or arrived: the hand stays on its row if that is still in the list, otherwise on the place
 * where it was. @returns by how many rows the row under the hand has moved.
 */
export function followRows(store: GridStore, source: QueueSource): number {
  const total = source.total();
  if (total === undefined) return 0;
  const { index, id, editing, splitting } = store.getState();
  const found = id === undefined ? undefined : source.indexOf(id, index);
  if (found !== undefined) {
    if (found !== index) store.setState({ index: found });
    return found - index;
  }
  const place = Math.max(0, Math.min(index, total - 1));
  const there = source.at(place);
  if (place === index && there?.id === id) return 0;
  // The row may only be out of memory; it is gone when another one stands in its place.
  if (there === undefined && place === index) return 0;
  const gone = id !== undefined;
  store.setState({
    index: place,
    id: there?.id,
    ...(gone && editing?.id === id ? { editing: undefined } : {}),
    ...(gone && splitting === id ? { splitting: undefined } : {}),
  });
  return 0;
}

/** Selects from the last selected row to this one. */
export async function selectTo(store: GridStore, source: QueueSource, index: number): Promise<void> {
  const { anchor = index } = store.getState();
  const items = await source.fetch(Math.min(anchor, index), Math.max(anchor, index));
  store.setState(({ selection }) => ({ selection: withRows(selection, items), index, id: source.at(index)?.id }));
  saySelected(store, source);
}

/** Selects every row of the filter; when all are selected already, none. */
export function selectAll(store: GridStore): void {
  store.setState(({ selection }) => ({
    selection:
      selection.mode === 'allBut' && selection.rows.size === 0 ? NOTHING_SELECTED : { mode: 'allBut', rows: new Map() },
  }));
}

function saySelected(store: GridStore, source: QueueSource): void {
  const count = selectedCount(store.getState().selection, source.total() ?? 0);
  say(t('{count, plural, one {# line selected} other {{shown} lines selected}}', { count, shown: formatCount(count) }));
}
