import writeXlsxFile, { type Cell as XlsxCell, type Row as XlsxRow } from 'write-excel-file/node';
import { BYTE_ORDER_MARK, csvRow, inertText } from '../core/csv.ts';
import { exponentOf } from '../core/currencies.ts';
import { decimalText, type Money } from '../core/money.ts';

/** What stands in a cell. An amount's currency stands in a column of its own. */
export type Cell =
  | { readonly text: string }
  | { readonly amount: Money }
  | { readonly date: string }
  | { readonly count: number };

export type Column = { readonly title: string; readonly width: number };

/** A table to be saved: its rows, its totals, and what it is. */
export type Sheet = {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: ReadonlyArray<readonly Cell[]>;
  readonly totals: ReadonlyArray<readonly Cell[]>;
  /** Filter, author, time: name and value. */
  readonly about: ReadonlyArray<readonly [string, string]>;
};

export const text = (value: string | null): Cell => ({ text: value ?? '' });

/** Column titles, rows, an empty line, totals, an empty line, what it is. For spreadsheets and scripts alike. */
export function toCsv(sheet: Sheet): string {
  const lines = [
    csvRow(sheet.columns.map((column) => column.title)),
    ...sheet.rows.map((row) => csvRow(row.map(csvText))),
    '\r\n',
    ...sheet.totals.map((row) => csvRow(row.map(csvText))),
    '\r\n',
    ...sheet.about.map((row) => csvRow(row.map(inertText))),
  ];
  return BYTE_ORDER_MARK + lines.join('');
}

function csvText(cell: Cell): string {
  if ('amount' in cell) return decimalText(cell.amount);
  if ('count' in cell) return String(cell.count);
  return inertText('date' in cell ? cell.date : cell.text);
}

/** An XLSX file with real numbers and dates; what it is stands on a second sheet. */
export async function toXlsx(sheet: Sheet): Promise<Buffer> {
  const bold = (value: string): XlsxCell => ({ value, type: String, fontWeight: 'bold' });
  const row = (cells: readonly Cell[]): XlsxRow => cells.map(xlsxCell);
  return writeXlsxFile([
    {
      sheet: sheet.name,
      data: [sheet.columns.map((column) => bold(column.title)), ...sheet.rows.map(row), ...sheet.totals.map(row)],
      columns: sheet.columns.map(({ width }) => ({ width })),
      stickyRowsCount: 1,
    },
    {
      sheet: 'About',
      data: sheet.about.map(([name, value]) => [bold(name), { value, type: String }]),
      columns: [{ width: 20 }, { width: 80 }],
    },
  ]).toBuffer();
}

/** Digits that a spreadsheet's number holds exactly; a longer amount stays a text rather than become another one. */
const EXACT_DIGITS = 15;

function xlsxCell(cell: Cell): XlsxCell {
  if ('text' in cell) return cell.text === '' ? null : { value: cell.text, type: String };
  if ('date' in cell) return { value: new Date(`${cell.date}T00:00:00.000Z`), type: Date, format: 'yyyy-mm-dd' };
  if ('count' in cell) return { value: cell.count, type: Number };
  const decimal = decimalText(cell.amount);
  if (decimal.replace(/\D/g, '').length > EXACT_DIGITS) return { value: decimal, type: String, align: 'right' };
  const decimals = exponentOf(cell.amount.currency) ?? 2;
  return { value: Number(decimal), type: Number, format: decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}` };
}
