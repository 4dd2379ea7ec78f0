import { DaybookError } from '../core/errors.ts';
import { decimalText } from '../core/money.ts';
import type { Cell, Sheet, Table } from './sheet.ts';

/** A sheet as plain JSON for the print view of the screens: figures as decimal texts, set there by locale. */
export type PrintedSheet = {
  readonly name: string;
  readonly about: ReadonlyArray<readonly [string, string]>;
  readonly totals: PrintedTable | null;
  readonly table: PrintedTable;
};

export type PrintedTable = {
  readonly columns: ReadonlyArray<{ readonly title: string; readonly kind: string; readonly width: number }>;
  readonly rows: ReadonlyArray<readonly string[]>;
};

/** Beyond this a browser lays out for minutes, and nobody reads two hundred pages. */
export const MOST_PRINTED_ROWS = 5_000;

/** @throws DaybookError `not_supported` when there are too many rows for paper */
export function toPrint(sheet: Sheet): PrintedSheet {
  if (sheet.rows.length > MOST_PRINTED_ROWS)
    throw new DaybookError(
      'not_supported',
      `${sheet.rows.length} rows are too many for paper: at most ${MOST_PRINTED_ROWS} are printed. Narrow the filter, or export them as XLSX.`,
    );
  return {
    name: sheet.name,
    about: sheet.about,
    totals: sheet.totals && printed(sheet.totals),
    table: printed(sheet),
  };
}

function printed({ columns, rows }: Table): PrintedTable {
  return {
    columns: columns.map(({ title, kind, width }) => ({ title, kind, width })),
    rows: rows.map((row) => row.map(printedText)),
  };
}

function printedText(cell: Cell): string {
  if ('amount' in cell) return decimalText(cell.amount);
  if ('count' in cell) return String(cell.count);
  return 'date' in cell ? cell.date : cell.text;
}
