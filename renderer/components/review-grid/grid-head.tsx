import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { t } from '../../i18n/t.ts';
import type { Column } from './columns.ts';
import { type GridStore, selectedCount } from './grid-state.ts';
import { selectAll } from './move.ts';
import type { QueueSort, QueueSource } from './queue-source.ts';

export type GridHeadProps = {
  readonly columns: readonly Column[];
  readonly sort: QueueSort | undefined;
  readonly onSort: (by: QueueSort['by']) => void;
  readonly store: GridStore;
  readonly source: QueueSource;
  readonly manyCurrencies: boolean;
};

/** Column names; pressing one sorts. They are reached by mouse, or by the palette: the grid has one tab stop. */
export function GridHead({ columns, sort, onSort, store, source, manyCurrencies }: GridHeadProps) {
  const selection = useStore(store, (state) => state.selection);
  const total = source.total() ?? 0;
  const count = selectedCount(selection, total);
  const currency = manyCurrencies ? undefined : source.totals()?.currencies[0]?.net.currency;
  return (
    <div className="rg-head" role="rowgroup">
      <div className="rg-cells" role="row" aria-rowindex={1}>
        {columns.map((column, index) => (
          <div
            key={column.id}
            className={`rg-cell rg-${column.id}`}
            role="columnheader"
            aria-colindex={index + 1}
            aria-sort={sortOf(column, sort)}
          >
            {column.id === 'select' ? (
              <button
                type="button"
                tabIndex={-1}
                className="rg-box-button"
                aria-label={t('Select all shown')}
                onClick={() => selectAll(store)}
              >
                <span
                  className="rg-box"
                  data-on={count > 0 && count === total}
                  data-some={count > 0 && count < total}
                />
              </button>
            ) : (
              <HeadLabel column={column} sort={sort} onSort={onSort}>
                {column.id === 'amount' && currency ? <span className="currency">{currency}</span> : null}
              </HeadLabel>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function sortOf(column: Column, sort: QueueSort | undefined): 'ascending' | 'descending' | undefined {
  if (!sort || sort.by !== column.sort) return undefined;
  return sort.descending ? 'descending' : 'ascending';
}

function HeadLabel(
  props: Pick<GridHeadProps, 'sort' | 'onSort'> & { readonly column: Column; readonly children: ReactNode },
) {
  const { column, sort, onSort, children } = props;
  const by = column.sort;
  if (by === undefined) return <span>{column.label()}</span>;
  return (
    <button type="button" tabIndex={-1} onClick={() => onSort(by)}>
      {column.label()}
      {children}
      {sort?.by === by ? <span aria-hidden="true">{sort.descending ? ' ↓' : ' ↑'}</span> : null}
    </button>
  );
}
