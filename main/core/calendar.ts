/**
 * Calendar dates and instants.
 *
 * A booking date is a day in somebody's books, not a moment: it is the text `YYYY-MM-DD` and is never turned into a
 * `Date` and back through a time zone. An instant is a moment: ISO 8601 in UTC with milliseconds.
 */

/** A day, `YYYY-MM-DD`. Compare with `<`: the text order is the calendar order. */
export type CalendarDate = string;

/** A moment in UTC, `YYYY-MM-DDTHH:MM:SS.sssZ`. */
export type Instant = string;

const DAY_MS = 86_400_000;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** True for a day that exists: `2026-02-29` and `2026-13-01` do not. */
export function isCalendarDate(text: string): boolean {
  const match = SHAPE.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return day >= 1 && day <= daysIn(year, month);
}

/** Days of a month of the Gregorian calendar; 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/**
 * True for a day that can stand in a ledger: 1970 to 2153. D365 F&O uses 1900-01-01 for "empty" and 2154-12-31 for
 * "never", so a feed that sends such a day has an error and not a booking date.
 */
export function isPlausibleDate(text: string): boolean {
  return isCalendarDate(text) && text >= '1970-01-01' && text < '2154-01-01';
}

/** The day `days` later (earlier when negative). Throws when `date` is no day, or the result needs a fifth digit. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const result = new Date(Date.parse(`${date}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10);
  if (!isCalendarDate(result)) throw new RangeError(`${date} and ${days} days leave the calendar`);
  return result;
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return (Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / DAY_MS;
}

/** 0 Sunday to 6 Saturday. */
export function weekday(date: CalendarDate): number {
  return new Date(`${date}T00:00:00.000Z`).getUTCDay();
}

/** Monday to Friday. Bank holidays are the schedule's business, not the calendar's. */
export function isBusinessDay(date: CalendarDate): boolean {
  const day = weekday(date);
  return day !== 0 && day !== 6;
}

/** Every day from `from` to `to`, both included. */
export function daysFrom(from: CalendarDate, to: CalendarDate): CalendarDate[] {
  const days: CalendarDate[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The instant of a millisecond count since 1970. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

/** Milliseconds since 1970 of an instant. */
export function epochOf(instant: Instant): number {
  return Date.parse(instant);
}
