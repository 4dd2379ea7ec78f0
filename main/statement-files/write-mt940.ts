import { addDays, type CalendarDate } from '../core/calendar.ts';
import { decimalText } from '../core/money.ts';
import { bankCodeOf } from './bank-codes.ts';
import { type ExportDay, type ExportOf, type ExportRow, statementId, statementNumber } from './export-day.ts';
import { swiftLines, swiftText } from './swift-text.ts';

/**
 * MT940, one message a day, balances chained. Field 86 has the words that Dutch and Belgian banks use (`/EREF/`,
 * `/NAME/`, `/REMI/`). Lines end with CR LF; every character is of set X.
 * Source: SWIFT MT 940; Dynamics 365 and Exact Online import it without block heads.
 */
export function writeMt940({ account, days }: ExportOf): string {
  const { currency } = account;
  const lines: string[] = [];
  let before: CalendarDate | null = null;
  for (const day of days) {
    lines.push(
      `:20:${statementId(account, day)}`,
      `:25:${swiftText(account.number).slice(0, 35)}`,
      `:28C:${statementNumber(day)}/1`,
      `:60F:${balance(day.opening, before ?? addDays(day.date, -1), currency)}`,
    );
    // One by one: a busy day has more rows than a call may have arguments.
    for (const row of day.rows) lines.push(...movement(row, day, currency));
    lines.push(`:62F:${balance(day.closing, day.date, currency)}`, '-');
    before = day.date;
  }
  return `${lines.join('\r\n')}\r\n`;
}

function movement(row: ExportRow, day: ExportDay, currency: string): string[] {
  const value = short(row.valueDate ?? day.date);
  const entry = day.date.slice(5).replace('-', '');
  const mark = row.minor < 0n ? 'D' : 'C';
  const { swift } = bankCodeOf(row);
  const said = swiftText(swift === 'NCHK' && row.checkNumber !== null ? row.checkNumber : (row.reference ?? ''));
  // A longer reference stands whole in field 86. Two slashes, or one at an end, would be read as a border.
  const fits = said !== '' && said.length <= 16 && !said.includes('//') && !/^\/|\/$/.test(said);
  const head = `:61:${value}${entry}${mark}${amount(row.minor, currency)}${swift}${fits ? said : 'NONREF'}//${row.id}`;
  const words = [word('EREF', row.reference), word('NAME', row.counterparty), word('REMI', row.text)].join('');
  const [first = '', ...more] = swiftLines(words, 65, 6);
  return [head, `:86:${first}`, ...more];
}

/** A slash inside of a value is written as a hyphen, so that no value looks like a word. */
function word(name: string, value: string | null): string {
  const text = swiftText(value ?? '').replaceAll('/', '-');
  return text === '' ? '' : `/${name}/${text}`;
}

function balance(minor: bigint, date: CalendarDate, currency: string): string {
  return `${minor < 0n ? 'D' : 'C'}${short(date)}${currency}${amount(minor, currency)}`;
}

/** Without sign, with a comma even where the currency has no decimals. */
function amount(minor: bigint, currency: string): string {
  const text = decimalText({ minor: minor < 0n ? -minor : minor, currency }).replace('.', ',');
  return text.includes(',') ? text : `${text},`;
}

function short(date: CalendarDate): string {
  return date.slice(2).replaceAll('-', '');
}
