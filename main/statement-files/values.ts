import { type CalendarDate, isPlausibleDate } from '../core/calendar.ts';
import { exponentOf } from '../core/currencies.ts';
import { decimalText, parseAmount } from '../core/money.ts';
import { quoted, refuse } from './refusal.ts';

/** Minor units of a decimal text with a point. @throws Refusal */
export function minorOf(text: string | null, currency: string, line: number, what: string): bigint {
  if (text === null) refuse(line, `${what} has no amount.`);
  const plain = /^([+-]?)(\d{0,30})(?:\.(\d{0,18}))?$/.exec(text.trim());
  const [, sign = '', whole = '', fraction = ''] = plain ?? [];
  if (plain === null || whole + fraction === '') refuse(line, `${what} is ${quoted(text)}, which is not an amount.`);
  const parsed = parseAmount(`${sign}${whole === '' ? '0' : whole}.${fraction === '' ? '0' : fraction}`, currency);
  if (parsed.ok) return parsed.money.minor;
  if (parsed.problem === 'too_precise')
    refuse(line, `${what} is ${quoted(text)}, which has more decimals than ${currency} has.`);
  if (parsed.problem === 'too_large') refuse(line, `${what} is ${quoted(text)}, more than any account holds.`);
  return refuse(line, `${what} is ${quoted(text)}, which is not an amount of ${currency}.`);
}

/** @throws Refusal for a code that is no active currency of ISO 4217 */
export function knownCurrency(code: string | null, line: number): string {
  if (code === null || code === '') refuse(line, 'The statement does not say in which currency it is.');
  if (exponentOf(code) === undefined) refuse(line, `${quoted(code)} is not a currency in use (ISO 4217).`);
  return code;
}

/** `YYMMDD` of SWIFT and BAI2; years from 70 on are of the last century. Null when there is no such day. */
export function shortDate(text: string): CalendarDate | null {
  const match = /^(\d{2})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = ''] = match;
  return dateOrNull(`${Number(year) >= 70 ? '19' : '20'}${year}-${month}-${day}`);
}

export function dateOrNull(text: string): CalendarDate | null {
  return isPlausibleDate(text) ? text : null;
}

/** An amount for a sentence, with its sign: `-12.50 EUR`. */
export function amountText(minor: bigint, currency: string): string {
  return `${decimalText({ minor, currency })} ${currency}`;
}

export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}

export function orNull(text: string | undefined): string | null {
  const plain = oneLine(text ?? '');
  return plain === '' ? null : plain;
}
