import { type CalendarDate, instantOf, isCalendarDate } from '../../core/calendar.ts';

/**
 * Exact's dates are days in somebody's books. They come as `/Date(ms)/`, milliseconds of midnight UTC, or as zone-less
 * ISO text, and go out as zone-less ISO text; a `Z` would be shifted. No local time is ever involved. Source: facts §2.2.
 */

/** Milliseconds of 1 January 1900 and of 31 December 9999: what stands outside is no day. */
const FIRST_MS = -2_208_988_800_000;
const LAST_MS = 253_402_214_400_000;

/** The day of a date field; null for an empty field and for texts that are no date. */
export function dayOf(text: string): CalendarDate | null {
  const wrapped = /^\/Date\((-?\d{1,17})(?:[+-]\d{4})?\)\/$/.exec(text);
  if (wrapped !== null) {
    const ms = Number(wrapped[1]);
    return ms >= FIRST_MS && ms <= LAST_MS ? instantOf(ms).slice(0, 10) : null;
  }
  const day = text.slice(0, 10);
  return isCalendarDate(day) ? day : null;
}

/** How a day stands in a request body: `2026-01-29T00:00:00`. */
export function midnight(day: CalendarDate): string {
  return `${day}T00:00:00`;
}
