import { memo, type ReactNode } from 'react';
import type { QueueItem } from '../../api/contract.ts';
import { t } from '../../i18n/t.ts';
import { Cell } from './cells.tsx';
import type { Column, ColumnId } from './columns.ts';

export type GridRowProps = {
  readonly item: QueueItem;
  readonly index: number;
  readonly start: number;
  readonly size: number;
  readonly columns: readonly Column[];
  readonly focused: boolean;
  /** The cell that has the focus in place of the row. */
  readonly cell: ColumnId | undefined;
  readonly selected: boolean;
  readonly unfolded: boolean;
  readonly density: 'comfortable' | 'dense';
  /** Show the currency beside each amount. */
  readonly currency: boolean;
  readonly onPress: (index: number, how: { readonly toggle: boolean; readonly range: boolean }) => void;
  readonly onOpen: (item: QueueItem) => void;
  readonly repair: ReactNode;
  readonly children: ReactNode;
};

/** One row with what hangs beneath it. Drawn anew only when something of it has changed. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { item, index, start, size, columns, focused, cell, selected, unfolded, onPress, onOpen, repair, children } =
    props;
  return (
    <div
      className="rg-row"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      tabIndex={focused && cell === undefined ? 0 : -1}
      data-id={item.id}
      data-focused={focused}
      data-state={item.state}
      data-coded-by={item.codedBy}
      style={{ transform: `translateY(${start}px)`, height: size }}
      onClick={(event) => {
        const { target } = event;
        const inside = target instanceof Element && target.closest('.rg-beneath, button, a, input');
        const box = target instanceof Element && target.closest('.rg-select') !== null;
        if (!inside) onPress(index, { toggle: box || event.ctrlKey || event.metaKey, range: event.shiftKey });
      }}
      onDoubleClick={(event) => {
        if (event.target instanceof Element && !event.target.closest('.rg-beneath, .rg-select, button')) onOpen(item);
      }}
    >
      <RowCells
        item={item}
        columns={columns}
        cell={cell}
        selected={selected}
        unfolded={unfolded}
        density={props.density}
        currency={props.currency}
      />
      {item.error ? (
        <div className="rg-error" role="gridcell" aria-colindex={1} aria-colspan={columns.length}>
          <span className="rg-error-sentence" title={item.error.sentence}>
            {item.error.sentence}
          </span>
          {repair}
        </div>
      ) : null}
      {children ? (
        <div className="rg-beneath" role="gridcell" aria-colindex={1} aria-colspan={columns.length}>
          {children}
        </div>
      ) : null}
    </div>
  );
}, sameRow);

type RowCellsProps = Pick<GridRowProps, 'item' | 'columns' | 'cell' | 'selected' | 'unfolded' | 'density' | 'currency'>;

/** What a row shows, apart from where it stands: rows that only move up are not drawn anew. */
const RowCells = memo(function RowCells({ item, columns, cell, selected, unfolded, density, currency }: RowCellsProps) {
  return (
    <div className="rg-cells" role="presentation">
      {columns.map((column, at) => (
        <div
          key={column.id}
          className={`rg-cell rg-${column.id}`}
          role="gridcell"
          aria-colindex={at + 1}
          data-cell={column.id}
          tabIndex={column.id === cell ? 0 : undefined}
          aria-expanded={column.id === 'coding' && item.offsets.length > 1 ? unfolded : undefined}
        >
          <Cell column={column.id} item={item} selected={selected} density={density} currency={currency} />
        </div>
      ))}
    </div>
  );
});

/** Everything by identity, but the elements beneath and beside: they are drawn anew with the open row only. */
function sameRow(before: GridRowProps, after: GridRowProps): boolean {
  if (before.children || after.children) return false;
  for (const key of Object.keys(after) as (keyof GridRowProps)[]) {
    if (key === 'repair') continue;
    if (before[key] !== after[key]) return false;
  }
  return true;
}

/** A row that is on its way. */
export const PlaceholderRow = memo(function PlaceholderRow(props: {
  readonly index: number;
  readonly start: number;
  readonly size: number;
  readonly columns: readonly Column[];
}) {
  const { index, start, size, columns } = props;
  return (
    <div
      className="rg-row rg-placeholder"
      role="row"
      aria-rowindex={index + 2}
      aria-busy="true"
      style={{ transform: `translateY(${start}px)`, height: size }}
    >
      <div role="gridcell" aria-colindex={1} aria-colspan={columns.length} className="rg-cell">
        <span className="visually-hidden">{t('Reading')}</span>
      </div>
    </div>
  );
});
