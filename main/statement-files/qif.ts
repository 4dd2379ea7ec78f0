import type { CalendarDate } from '../core/calendar.ts';
import { quoted, refuse } from './refusal.ts';
import type { Balance, ReadHints, Statement, StatementRow } from './statement.ts';
import { proveStatement } from './tie.ts';
import { dateOrNull, knownCurrency, minorOf, orNull } from './values.ts';

export type QifFile = { readonly statements: Statement[]; readonly notes: string[] };

const MONEY = new Set(['bank', 'ccard', 'cash', 'oth a', 'oth l']);
const LISTS = new Set(['cat', 'class', 'memorized', 'security', 'prices', 'tag', 'budget', 'account']);

type Record = { readonly line: number; readonly lines: readonly string[] };
type Section = { readonly line: number; readonly type: string; readonly records: Record[] };

/**
 * QIF. It names neither currency nor account number nor, mostly, a balance: a person says of which account it is, and its
 * lines stay without proof. Dates are read in the one order that fits all of them.
 * Source: Intuit, Quicken Interchange Format.
 */
export async function readQif(text: string, hints: ReadHints, breathe: () => Promise<void>): Promise<QifFile> {
  const sections = sectionsOf(text);
  const statements: Statement[] = [];
  const notes: string[] = [];
  for (const { line, type, records } of sections) {
    await breathe();
    if (LISTS.has(type)) continue;
    if (type === 'invst') {
      notes.push(`${records.length} investment movements were left out: they are no bank movements.`);
      continue;
    }
    if (!MONEY.has(type)) refuse(line, `${quoted(`!Type:${type}`)} is no kind of account that Daybook reads.`);
    statements.push(readSection({ line, type, records }, hints));
  }
  if (statements.length === 0) refuse(1, 'The file holds no movements of a bank account.');
  return { statements, notes };
}

function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  let lines: string[] = [];
  let begun = 0;
  const endRecord = () => {
    if (lines.length > 0) sections.at(-1)?.records.push({ line: begun, lines });
    lines = [];
  };
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const content = raw.trimEnd();
    const type = /^!(?:Type:)?(.+)$/i.exec(content)?.[1]?.trim().toLowerCase();
    if (type !== undefined) {
      endRecord();
      if (type.startsWith('option:') || type.startsWith('clear:')) continue;
      sections.push({ line: index + 1, type, records: [] });
    } else if (content === '^') endRecord();
    else if (content.trim() !== '') {
      // What stands before the first section is a comment.
      if (sections.length === 0) continue;
      if (lines.length === 0) begun = index + 1;
      lines.push(content);
    }
  }
  if (lines.length > 0 && MONEY.has(sections.at(-1)?.type ?? ''))
    refuse(begun, 'The last movement has no end (^): the file was cut off.');
  return sections;
}

function readSection({ line, records }: Section, hints: ReadHints): Statement {
  if (hints.currency === undefined)
    refuse(line, 'The format does not say in which currency the account is. Choose the account or give its currency.');
  const currency = knownCurrency(hints.currency, line);
  const order = dateOrder(records, hints);
  const comma = usesDecimalComma(records);
  const rows: StatementRow[] = [];
  let opening: Balance | null = null;
  for (const record of records) {
    const row = readRow(record, { currency, order, comma });
    if (row.text === 'Opening Balance' || row.counterparty === 'Opening Balance') {
      if (opening !== null) refuse(record.line, 'The account has a second opening balance.');
      opening = { minor: row.minor, date: row.date };
    } else rows.push(row);
  }
  const days = rows.map((row) => row.date).sort();
  return proveStatement({
    line,
    account: { number: null, bank: null, name: null, institution: null },
    currency,
    id: null,
    sequence: null,
    from: days[0] ?? opening?.date ?? null,
    to: days.at(-1) ?? opening?.date ?? null,
    opening: null,
    closing: null,
    rows,
    unreadable: [],
    notes: ['The format has no closing balance, so nothing proves that the file is whole.'],
  });
}

type Reading = { readonly currency: string; readonly order: Order; readonly comma: boolean };

function readRow({ line, lines }: Record, { currency, order, comma }: Reading): StatementRow {
  const first = (letter: string) => orNull(lines.find((one) => one.startsWith(letter))?.slice(1));
  const written = first('D');
  if (written === null) refuse(line, 'A movement has no date.');
  const date = dayOf(written, order);
  if (date === null) refuse(line, `A movement has the date ${quoted(written)}, which does not exist.`);
  const minor = minorOf(plain(first('T') ?? first('U'), comma), currency, line, 'The amount of a movement');
  const parts = lines.filter((one) => one.startsWith('$'));
  if (parts.length > 0) {
    const sum = parts.reduce((all, one) => all + minorOf(plain(one.slice(1), comma), currency, line, 'A part'), 0n);
    if (sum !== minor) refuse(line, 'The parts of a movement do not add up to its amount.');
  }
  const payee = first('P');
  const memo = first('M');
  const number = first('N');
  return {
    line,
    date,
    valueDate: null,
    minor,
    text: memo ?? payee ?? 'Movement without text',
    bankText: memo === null ? null : payee,
    counterparty: payee,
    reference: number !== null && !/^\d+$/.test(number) ? number : null,
    bankReference: null,
    checkNumber: number !== null && /^\d+$/.test(number) ? number : null,
    code: null,
    payload: JSON.stringify({ lines }),
  };
}

type Order = 'day_first' | 'month_first' | 'year_first';

/** `D8/12/13`, `D2/10'2020`, `D2020-02-10`, `D10.02.2020`. */
function dateParts(text: string): [string, string, string] | null {
  const match = /^\s*(\d{1,4})\s*[./' -]\s*(\d{1,2})\s*[./' -]\s*(\d{1,4})\s*$/.exec(text);
  return match === null ? null : [match[1] ?? '', match[2] ?? '', match[3] ?? ''];
}

function dateOrder(records: readonly Record[], hints: ReadHints): Order {
  let [dayFirst, monthFirst] = [false, false];
  let line = records[0]?.line ?? 1;
  for (const record of records) {
    const written = record.lines.find((one) => one.startsWith('D'))?.slice(1) ?? '';
    const parts = dateParts(written);
    if (parts === null) continue;
    if (parts[0].length === 4) return 'year_first';
    if (Number(parts[0]) > 12) dayFirst = true;
    if (Number(parts[1]) > 12) monthFirst = true;
    if (dayFirst || monthFirst) line = record.line;
  }
  if (dayFirst && monthFirst) refuse(line, 'Some dates have the day first and some the month first.');
  if (dayFirst) return 'day_first';
  if (monthFirst) return 'month_first';
  if (hints.dateOrder !== undefined) return hints.dateOrder;
  return refuse(line, 'No date tells whether the day or the month stands first. Say which one it is.');
}

function dayOf(text: string, order: Order): CalendarDate | null {
  const parts = dateParts(text);
  if (parts === null) return null;
  const [a, b, c] = parts;
  const [year, month, day] = order === 'year_first' ? [a, b, c] : order === 'day_first' ? [c, b, a] : [c, a, b];
  const full = year.length <= 2 ? `${Number(year) >= 70 ? '19' : '20'}${year.padStart(2, '0')}` : year;
  return dateOrNull(`${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
}

/** True when amounts are written 1.234,56: some amount has a comma that can only be a decimal one. */
function usesDecimalComma(records: readonly Record[]): boolean {
  const amounts = records.flatMap(({ lines }) => lines.filter((one) => /^[TU$]/.test(one)).map((one) => one.slice(1)));
  return amounts.some((text) => /,\d{1,2}\s*$/.test(text) || /\.\d{3},/.test(text));
}

function plain(text: string | null, comma: boolean): string | null {
  if (text === null) return null;
  return comma ? text.replace(/[.' ]/g, '').replace(',', '.') : text.replace(/[,' ]/g, '');
}
