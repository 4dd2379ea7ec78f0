import type { Money } from '../core/money.ts';

/** What stands in a cell. An amount's currency stands in a column of its own. */
export type Cell =
  | { readonly text: string }
  | { readonly amount: Money }
  | { readonly date: string }
  | { readonly count: number };

/** `kind` says how its cells are set; figures stand right. `width` in characters. */
export type Column = { readonly title: string; readonly width: number; readonly kind: 'text' | 'figure' | 'date' };

export type Table = { readonly columns: readonly Column[]; readonly rows: ReadonlyArray<readonly Cell[]> };

/** A table to be saved or printed. At its head: what it is, its filter, its author, and its totals. */
export type Sheet = Table & {
  /** At most 31 characters without signs: a spreadsheet names its tab by it. */
  readonly name: string;
  /** Name and value: filter, author, time. */
  readonly about: ReadonlyArray<readonly [string, string]>;
  /** A small table of its own, one row a currency, so that the rows below stay rows and nothing else. */
  readonly totals: Table | null;
};

export const text = (value: string | null): Cell => ({ text: value ?? '' });

export const column = (title: string, width: number, kind: Column['kind'] = 'text'): Column => ({ title, width, kind });
