import { yieldToOthers } from '../core/clock.ts';
import { BYTE_ORDER_MARK, csvRow, inertText } from '../core/csv.ts';
import { decimalText } from '../core/money.ts';
import type { Cell, Sheet, Table } from './sheet.ts';

/**
 * The head, the totals and the rows, each followed by an empty line but the last. UTF-8 with byte order mark, comma,
 * CRLF, every field quoted, decimal point, ISO dates. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it.
 */
export async function toCsv(sheet: Sheet, stop?: AbortSignal): Promise<string> {
  const head = sheet.about.map(([name, value]) => csvRow([name, inertText(value)]));
  const totals = sheet.totals === null ? [] : [...(await tableLines(sheet.totals, stop)), EMPTY];
  return [BYTE_ORDER_MARK, ...head, EMPTY, ...totals, ...(await tableLines(sheet, stop))].join('');
}

const EMPTY = '\r\n';
const PAGE = 1_000;

async function tableLines({ columns, rows }: Table, stop: AbortSignal | undefined): Promise<string[]> {
  const lines = [csvRow(columns.map(({ title }) => title))];
  for (let start = 0; start < rows.length; start += PAGE) {
    stop?.throwIfAborted();
    for (const row of rows.slice(start, start + PAGE)) lines.push(csvRow(row.map(csvText)));
    await yieldToOthers();
  }
  return lines;
}

function csvText(cell: Cell): string {
  if ('amount' in cell) return decimalText(cell.amount);
  if ('count' in cell) return String(cell.count);
  return inertText('date' in cell ? cell.date : cell.text);
}
