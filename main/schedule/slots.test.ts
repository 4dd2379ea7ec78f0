import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, epochOf, instantOf, isBusinessDay } from '../core/calendar.ts';
import { today } from '../core/clock.ts';
import { holidayCalendar, holidayCountries, holidayRegions } from './holidays.ts';
import { type Schedule, scheduleSetting } from './settings.ts';
import { countSlots, dayBegins, nextRuns, nextSlotAfter, type Plan, timesOf } from './slots.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function plan(change: Partial<Schedule> = {}, timeZone = 'Europe/Amsterdam'): Plan {
  return { schedule: { ...scheduleSetting.fallback, ...change }, timeZone, holidays: () => null };
}

const after = (instant: string, change: Partial<Schedule> = {}, timeZone?: string) =>
  nextSlotAfter(epochOf(instant), plan(change, timeZone));

test('unless told otherwise the run is at half past seven and at noon of business days', () => {
  expect(after('2026-11-20T05:00:00.000Z')).toBe('2026-11-20T06:30:00.000Z');
  expect(after('2026-11-20T06:30:00.000Z')).toBe('2026-11-20T11:00:00.000Z');
  expect(after('2026-11-20T11:00:00.000Z')).toBe('2026-11-23T06:30:00.000Z');
});

test('the slot is a time in the zone of the workspace, to the second', () => {
  expect(after('2026-11-20T05:00:00.000Z', {}, 'America/New_York')).toBe('2026-11-20T12:30:00.000Z');
  expect(after('2026-11-20T05:00:00.000Z', {}, 'Asia/Kathmandu')).toBe('2026-11-20T06:15:00.000Z');
  expect(after('2026-11-20T06:29:59.999Z')).toBe('2026-11-20T06:30:00.000Z');
  expect(after('2026-11-20T06:30:00.001Z')).toBe('2026-11-20T11:00:00.000Z');
});

test('a schedule that is off, or has no time, or no day, has no next run', () => {
  expect(after('2026-11-20T05:00:00.000Z', { enabled: false })).toBeNull();
  expect(after('2026-11-20T05:00:00.000Z', { times: [] })).toBeNull();
  expect(after('2026-11-20T05:00:00.000Z', { days: [] })).toBeNull();
});

test('every few hours means from one time of day to another, both included, beside the times', () => {
  const every = { hours: 4, from: '06:00', until: '18:00' };
  expect(timesOf({ ...scheduleSetting.fallback, times: ['07:30', '10:00'], every })).toEqual([
    ...['06:00', '07:30', '10:00', '14:00', '18:00'],
  ]);
  expect(after('2026-11-20T13:30:00.000Z', { times: [], every })).toBe('2026-11-20T17:00:00.000Z');
  expect(after('2026-11-20T17:00:00.000Z', { times: [], every })).toBe('2026-11-23T05:00:00.000Z');
});

test('leap day is a day like any other', () => {
  expect(after('2028-02-28T12:00:00.000Z', { times: ['07:30'] })).toBe('2028-02-29T06:30:00.000Z');
  expect(after('2028-02-29T06:30:00.000Z', { times: ['07:30'] })).toBe('2028-03-01T06:30:00.000Z');
});

describe('over the changes of daylight saving', () => {
  const daily = (times: string[], timeZone: string, from: string, days: number) => {
    const slots: string[] = [];
    let at = epochOf(from);
    for (let day = 0; day < days; day++) {
      const next = nextSlotAfter(at, plan({ days: EVERY_DAY, times }, timeZone));
      if (next === null) throw new Error('no slot');
      slots.push(next.slice(0, 16));
      at = epochOf(next);
    }
    return slots;
  };

  test.each([
    // 02:30 does not exist: the first moment that does.
    ['02:30', 'Europe/Amsterdam', '2026-03-28T12:00:00.000Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    // It exists twice: the first time.
    ['02:30', 'Europe/Amsterdam', '2026-10-24T12:00:00.000Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['02:30', 'America/New_York', '2026-03-07T12:00:00.000Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['01:30', 'America/New_York', '2026-10-31T12:00:00.000Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    // Half an hour is skipped.
    ['02:15', 'Australia/Lord_Howe', '2026-10-03T04:00:00.000Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
    // Midnight itself is skipped.
    ['00:00', 'America/Santiago', '2026-09-05T12:00:00.000Z', ['2026-09-06T04:00', '2026-09-07T03:00']],
    // An hour before the change and after it, on the other side of the world.
    ['07:30', 'Pacific/Auckland', '2026-09-25T12:00:00.000Z', ['2026-09-25T19:30', '2026-09-26T18:30']],
  ])('the slot %s in %s comes once a day', (at, timeZone, from, expected) => {
    expect(daily([at], timeZone, from, expected.length)).toEqual(expected);
  });

  test('a run every hour has 23 slots on the short day, 24 on the long one, and never two at once', () => {
    const every = { hours: 1, from: '00:00', until: '23:00' };
    const on = (day: string) => {
      const begin = epochOf(dayBegins(day, 'Europe/Amsterdam'));
      const end = epochOf(dayBegins(addDays(day, 1), 'Europe/Amsterdam'));
      const slots = [];
      let at: number | null = begin - 1;
      while (at !== null) {
        const next = nextSlotAfter(at, plan({ days: EVERY_DAY, times: [], every }));
        at = next === null || epochOf(next) >= end ? null : epochOf(next);
        if (at !== null) slots.push(at);
      }
      expect(new Set(slots).size).toBe(slots.length);
      return slots.length;
    };
    expect([on('2026-03-29'), on('2026-03-30'), on('2026-10-25')]).toEqual([23, 24, 24]);
  });

  test('a day begins when its zone says so', () => {
    expect(dayBegins('2026-03-29', 'Europe/Amsterdam')).toBe('2026-03-28T23:00:00.000Z');
    expect(dayBegins('2026-03-30', 'Europe/Amsterdam')).toBe('2026-03-29T22:00:00.000Z');
    expect(dayBegins('2026-09-06', 'America/Santiago')).toBe('2026-09-06T04:00:00.000Z');
    expect(dayBegins('2026-11-20', 'Pacific/Kiritimati')).toBe('2026-11-19T10:00:00.000Z');
    expect(dayBegins('2026-11-20', 'Pacific/Pago_Pago')).toBe('2026-11-20T11:00:00.000Z');
  });

  test('from any moment, in any zone, the next slot is later, on a wanted day, and at most four days away', () => {
    const zones = ['Europe/Amsterdam', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Tehran', 'Pacific/Apia', 'UTC'];
    const moment = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2032, 0, 1) });
    const minutes = fc.integer({ min: 0, max: 1_439 });
    const check = (from: number, at: number, timeZone: string) => {
      const time = `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
      const next = nextSlotAfter(from, plan({ times: [time] }, timeZone));
      const epoch = epochOf(next ?? '');
      expect(epoch).toBeGreaterThan(from);
      expect(epoch - from).toBeLessThanOrEqual(4 * 86_400_000);
      expect(isBusinessDay(today({ now: () => epoch }, timeZone))).toBe(true);
    };
    fc.assert(fc.property(moment, minutes, fc.constantFrom(...zones), check), { numRuns: 150, seed: 6 });
  });
});

test('slots that were missed are counted by the clock on the wall', () => {
  const count = (from: string, to: string) => countSlots(epochOf(from), epochOf(to), plan());
  expect(count('2026-11-19T06:30:00.000Z', '2026-11-20T11:00:00.000Z')).toBe(3);
  expect(count('2026-11-20T11:00:00.000Z', '2026-11-23T06:29:00.000Z')).toBe(0);
  expect(count('2026-11-20T11:00:00.000Z', '2026-11-23T06:30:00.000Z')).toBe(1);
  expect(count('2026-11-20T11:00:00.000Z', '2026-11-20T10:00:00.000Z')).toBe(0);
});

describe('holidays of a country', () => {
  const nl = { country: 'NL', region: null };

  test('are passed over, and the preview says which days and why', async () => {
    const christmas = { ...plan({ times: ['07:30'], holidays: nl }), holidays: await holidayCalendar(nl) };
    expect(nextRuns(epochOf('2026-12-24T12:00:00.000Z'), 2, christmas)).toEqual([
      {
        at: '2026-12-28T06:30:00.000Z',
        skipped: [
          { date: '2026-12-25', reason: 'Christmas Day' },
          { date: '2026-12-26', reason: 'Boxing Day' },
          { date: '2026-12-27', reason: 'Sunday' },
        ],
      },
      { at: '2026-12-29T06:30:00.000Z', skipped: [] },
    ]);
  });

  test('that move with Easter, and days in lieu, are known', async () => {
    const uk = await holidayCalendar({ country: 'GB', region: 'ENG' });
    expect(['2027-03-26', '2027-03-29', '2027-12-27'].map(uk)).toEqual([
      ...['Good Friday', 'Easter Monday'],
      expect.stringContaining('substitute day'),
    ]);
    const us = await holidayCalendar({ country: 'US', region: null });
    expect(us('2026-11-26')).toBe('Thanksgiving Day');
    // Independence Day is on a Saturday; banks are closed on the day before.
    expect(us('2026-07-03')).toContain('substitute day');
  });

  test('may belong to one region of it, and may last several days', async () => {
    const [germany, northRhine] = await Promise.all(
      [null, 'NW'].map((region) => holidayCalendar({ country: 'DE', region })),
    );
    expect([germany?.('2026-11-01'), northRhine?.('2026-11-01')]).toEqual([null, "All Saints' Day"]);
    // Half a day, and no holiday by law: banks book.
    expect(northRhine?.('2026-12-24')).toBeNull();
    const emirates = await holidayCalendar({ country: 'AE', region: null });
    expect(['2026-03-20', '2026-03-22'].map(emirates)).toEqual([
      ...[expect.stringContaining('Ramadan'), expect.stringContaining('Ramadan')],
    ]);
  });

  test('can be chosen from a list of names, with regions where they matter', async () => {
    const countries = await holidayCountries();
    expect(countries.length).toBeGreaterThan(150);
    expect(countries).toContainEqual({ code: 'NL', name: 'Netherlands' });
    expect(await holidayRegions('DE')).toContainEqual({ code: 'NW', name: 'Nordrhein-Westfalen' });
    expect(await holidayRegions('LU')).toEqual([]);
  });
});

test('a preview never runs on where there is nothing', () => {
  expect(nextRuns(epochOf('2026-11-20T12:00:00.000Z'), 5, plan({ enabled: false }))).toEqual([]);
  expect(nextRuns(epochOf(instantOf(0)), 5, { ...plan(), holidays: () => 'Strike' })).toEqual([]);
});
