import { expect, test } from 'vitest';
import { epochOf } from '../core/calendar.ts';
import { dayBegins, nextRunAfter, type Schedule } from './settings.ts';

const schedule: Schedule = { enabled: true, times: ['12:00', '07:30'], businessDaysOnly: true };
const after = (instant: string, change: Partial<Schedule> = {}, timeZone = 'Europe/Amsterdam') =>
  nextRunAfter(epochOf(instant), timeZone, { ...schedule, ...change });

test('the next run is the earliest time of the day that is still to come, in the workspace’s zone', () => {
  expect(after('2026-11-20T05:00:00.000Z')).toBe('2026-11-20T06:30:00.000Z');
  expect(after('2026-11-20T06:30:00.000Z')).toBe('2026-11-20T11:00:00.000Z');
  expect(after('2026-11-20T05:00:00.000Z', {}, 'America/New_York')).toBe('2026-11-20T12:30:00.000Z');
});

test('a weekend is passed over unless somebody wants it', () => {
  expect(after('2026-11-20T12:00:00.000Z')).toBe('2026-11-23T06:30:00.000Z');
  expect(after('2026-11-20T12:00:00.000Z', { businessDaysOnly: false })).toBe('2026-11-21T06:30:00.000Z');
});

test('a schedule that is off, or has no time, has no next run', () => {
  expect(after('2026-11-20T05:00:00.000Z', { enabled: false })).toBeNull();
  expect(after('2026-11-20T05:00:00.000Z', { times: [] })).toBeNull();
});

test('the change to summer time neither skips nor doubles a run', () => {
  const sunday = { businessDaysOnly: false, times: ['02:30'] };
  // 02:30 does not exist on 29 March 2026: an hour later.
  expect(after('2026-03-29T00:00:00.000Z', sunday)).toBe('2026-03-29T01:30:00.000Z');
  expect(after('2026-03-29T01:30:00.000Z', sunday)).toBe('2026-03-30T00:30:00.000Z');
  expect(dayBegins('2026-03-29', 'Europe/Amsterdam')).toBe('2026-03-28T23:00:00.000Z');
  expect(dayBegins('2026-03-30', 'Europe/Amsterdam')).toBe('2026-03-29T22:00:00.000Z');
});
