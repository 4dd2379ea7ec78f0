import { expect, test } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { startSchedule } from './runner.ts';
import type { Schedule } from './settings.ts';

const TWICE: Schedule = { enabled: true, times: ['07:30', '12:00'], businessDaysOnly: true };

/** Runs the schedule from a moment for some hours of virtual time; returns when the runs began. */
async function runsBetween(start: string, hours: number, schedule = TWICE, sleepsUntil?: string): Promise<string[]> {
  const clock = virtualClock(Date.parse(start));
  const began: string[] = [];
  const runner = startSchedule({
    clock,
    log: silentLog,
    read: async () => ({ schedule, timeZone: 'Europe/Amsterdam' }),
    run: async () => {
      began.push(new Date(clock.now()).toISOString().slice(0, 16));
    },
  });
  if (sleepsUntil !== undefined) clock.set(Date.parse(sleepsUntil));
  const end = clock.now() + hours * 3_600_000;
  while (clock.now() < end) await clock.sleep(60_000);
  await runner.stop();
  return began;
}

test('the run begins at each time of the schedule, by the clock of the workspace', async () => {
  expect(await runsBetween('2026-11-20T05:00:00Z', 8)).toEqual(['2026-11-20T06:30', '2026-11-20T11:00']);
});

test('a weekend has no run when only business days count', async () => {
  expect(await runsBetween('2026-11-21T05:00:00Z', 8)).toEqual([]);
});

test('a computer that slept through several times makes up for them once', async () => {
  expect(await runsBetween('2026-11-19T05:00:00Z', 1, TWICE, '2026-11-20T15:00:00Z')).toHaveLength(1);
});

test('a schedule that is switched off starts nothing', async () => {
  expect(await runsBetween('2026-11-20T05:00:00Z', 8, { ...TWICE, enabled: false })).toEqual([]);
});
