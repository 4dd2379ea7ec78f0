import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addDays,
  daysBetween,
  daysFrom,
  epochOf,
  instantOf,
  isBusinessDay,
  isCalendarDate,
  isPlausibleDate,
  weekday,
} from './calendar.ts';

const date = fc
  .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2154-12-31T00:00:00Z'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const days = fc.integer({ min: -30_000, max: 30_000 });

test('only days that exist are calendar dates', () => {
  for (const text of [
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-4-1',
    '20260401',
    '',
    '2026-04-01T00',
  ])
    expect(isCalendarDate(text)).toBe(false);
  for (const text of ['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']) expect(isCalendarDate(text)).toBe(true);
  expect(isCalendarDate('1900-02-29')).toBe(false);
  const part = (max: number) => fc.integer({ min: 0, max });
  fc.assert(
    fc.property(part(9999), part(13), part(32), (year, month, day) => {
      const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
      const length = [0, 31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0][month] ?? 0;
      expect(isCalendarDate(text)).toBe(day >= 1 && day <= length);
    }),
  );
  fc.assert(fc.property(date, (day) => isCalendarDate(day)));
});

test('the days that an ERP uses for empty and never are not plausible', () => {
  expect(['1900-01-01', '2154-12-31', '1969-12-31', '2026-02-30'].some(isPlausibleDate)).toBe(false);
  expect(['1970-01-01', '2026-11-20', '2153-12-31'].every(isPlausibleDate)).toBe(true);
});

test('adding days and counting them are inverse, whatever clocks change in between', () => {
  fc.assert(
    fc.property(date, days, (from, count) => {
      const to = addDays(from, count);
      expect(isCalendarDate(to)).toBe(true);
      expect(daysBetween(from, to)).toBe(count);
      expect(addDays(to, -count)).toBe(from);
      expect(to > from).toBe(count > 0);
      expect(weekday(to)).toBe((((weekday(from) + count) % 7) + 7) % 7);
    }),
  );
});

test('a day outside the calendar is refused and not made up', () => {
  expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
  expect(() => addDays('0000-01-01', -1)).toThrow(RangeError);
  expect(() => addDays('2026-02-30x', 1)).toThrow(RangeError);
});

test('a range holds every day once, both ends included', () => {
  expect(daysFrom('2024-02-28', '2024-03-01')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01']);
  expect(daysFrom('2026-01-02', '2026-01-01')).toEqual([]);
  fc.assert(
    fc.property(date, fc.integer({ min: 0, max: 800 }), (from, count) => {
      const range = daysFrom(from, addDays(from, count));
      expect(range).toHaveLength(count + 1);
      expect(new Set(range).size).toBe(count + 1);
    }),
  );
});

test('Saturday and Sunday are no business days', () => {
  expect(daysFrom('2026-11-16', '2026-11-22').map(isBusinessDay)).toEqual([true, true, true, true, true, false, false]);
  expect(weekday('2026-11-22')).toBe(0);
});

test('an instant keeps its millisecond', () => {
  expect(instantOf(Date.UTC(2026, 10, 20, 6, 0, 0, 7))).toBe('2026-11-20T06:00:00.007Z');
  fc.assert(fc.property(fc.integer({ min: 0, max: 5_000_000_000_000 }), (ms) => epochOf(instantOf(ms)) === ms));
});
