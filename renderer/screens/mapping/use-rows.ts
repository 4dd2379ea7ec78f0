import { useEffect, useRef, useState } from 'react';
import { useCommands } from '../../app/commands.ts';
import { setView } from '../../app/view.ts';

export type Rows = {
  readonly cursor: string | undefined;
  readonly setCursor: (id: string) => void;
  readonly selected: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly toggleAll: () => void;
  readonly clear: () => void;
  /** Gives the row to the focus when the cursor comes to it. */
  readonly rowRef: (id: string) => (element: HTMLElement | null) => void;
};

/** Cursor and selection over a short list, with the keys of the key table. */
export function useRows(ids: readonly string[], start: string | undefined, take: (id: string) => void): Rows {
  const [wanted, setWanted] = useState(start);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const elements = useRef(new Map<string, HTMLElement>());
  const cursor = wanted !== undefined && ids.includes(wanted) ? wanted : ids[0];
  const at = cursor === undefined ? -1 : ids.indexOf(cursor);
  useEffect(() => {
    if (start !== undefined) setWanted(start);
  }, [start]);

  const setCursor = (id: string) => setWanted(id);
  const move = (to: number) => {
    const id = ids[Math.max(0, Math.min(ids.length - 1, to))];
    if (id === undefined) return;
    setWanted(id);
    elements.current.get(id)?.focus();
  };
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const shown = new Set(ids.filter((id) => selected.has(id)));
  const toggleAll = () => setSelected(shown.size === ids.length ? new Set() : new Set(ids));
  const clear = () => setSelected(new Set());
  useCommands(
    cursor === undefined
      ? {}
      : {
          'row.next': () => move(at + 1),
          'row.previous': () => move(at - 1),
          'row.first': () => move(0),
          'row.last': () => move(ids.length - 1),
          'select.toggle': () => toggle(cursor),
          'select.all': toggleAll,
          'edit.open': () => setView({ panelOpen: true }),
          'code.suggestion': () => take(cursor),
          ...(shown.size > 0 ? { escape: clear } : {}),
        },
  );
  const rowRef = (id: string) => (element: HTMLElement | null) => {
    if (element) elements.current.set(id, element);
    else elements.current.delete(id);
  };
  return { cursor, setCursor, selected: shown, toggle, toggleAll, clear, rowRef };
}
