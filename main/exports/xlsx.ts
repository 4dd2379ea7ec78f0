import writeXlsxFile, { type Cell as XlsxCell, type Row as XlsxRow } from 'write-excel-file/node';
import { exponentOf } from '../core/currencies.ts';
import { decimalText } from '../core/money.ts';
import type { Cell, Sheet, Table } from './sheet.ts';

/**
 * An XLSX file with real numbers and dates; texts are texts and never formulas. The head stays while rows scroll. It
 * holds its thread for as long as it takes (seen: 20 s for 100,000 rows), so it runs in one of its own: see
 * `xlsxInThread`.
 */
export async function toXlsx(sheet: Sheet): Promise<Buffer> {
  const head: XlsxRow[] = [
    ...sheet.about.map(([name, value]): XlsxRow => [bold(name), { value: fitting(value), type: String }]),
    [],
    ...(sheet.totals === null ? [] : [...tableRows(sheet.totals), []]),
  ];
  const [titles = [], ...rows] = tableRows(sheet);
  const stays = head.length + 1;
  return writeXlsxFile([
    {
      sheet: sheet.name,
      data: [...head, titles, ...rows],
      columns: sheet.columns.map(({ width }) => ({ width })),
      ...(stays <= MOST_STICKY_ROWS ? { stickyRowsCount: stays } : {}),
      orientation: 'landscape',
    },
  ]).toBuffer();
}

/** More would leave no room for the rows on a small screen. */
const MOST_STICKY_ROWS = 14;

function tableRows({ columns, rows }: Table): XlsxRow[] {
  const titles = columns.map(({ title, kind }): XlsxCell => {
    return kind === 'figure' ? { ...bold(title), align: 'right' } : bold(title);
  });
  return [titles, ...rows.map((row) => row.map(xlsxCell))];
}

function bold(value: string) {
  return { value, type: String, fontWeight: 'bold' } as const;
}

/** Digits that a spreadsheet's number holds exactly; a longer amount stays a text rather than become another one. */
const EXACT_DIGITS = 15;

function xlsxCell(cell: Cell): XlsxCell {
  if ('text' in cell) return cell.text === '' ? null : { value: fitting(cell.text), type: String };
  if ('date' in cell) return { value: new Date(`${cell.date}T00:00:00.000Z`), type: Date, format: 'yyyy-mm-dd' };
  if ('count' in cell) return { value: cell.count, type: Number };
  const decimal = decimalText(cell.amount);
  if (decimal.replace(/\D/g, '').length > EXACT_DIGITS) return { value: decimal, type: String, align: 'right' };
  const decimals = exponentOf(cell.amount.currency) ?? 2;
  return { value: Number(decimal), type: Number, format: decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}` };
}

/** Excel calls a file damaged whose cell holds more characters than this. */
const MOST_CHARACTERS = 32_767;

function fitting(value: string): string {
  if (value.length <= MOST_CHARACTERS) return value;
  const note = ` … (${value.length} characters, cut here)`;
  return value.slice(0, MOST_CHARACTERS - note.length).replace(/[\uD800-\uDBFF]$/, '') + note;
}
