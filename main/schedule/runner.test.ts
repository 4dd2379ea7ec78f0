import { expect, test } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { silentLog } from '../core/ports.ts';
import type { Due } from './look.ts';
import { startSchedule } from './runner.ts';

const DUE: Due = { dueAt: '2026-11-20T06:30:00.000Z', missed: 0, waited: [] };
const START = Date.parse('2026-11-20T06:00:00.000Z');

test('trouble with a look or a run ends neither the schedule nor its daily work; a run that could not begin is tried again later', async () => {
  const clock = virtualClock(START);
  const said: string[] = [];
  const told = (what: string) => void said.push(`${(clock.now() - START) / 1_000} ${what}`);
  let looks = 0;
  const runner = startSchedule({
    ...{ clock, log: silentLog },
    look: async () => {
      looks += 1;
      if (looks === 1) throw new DaybookError('database_corrupt', 'The file is damaged.');
      return DUE;
    },
    run: async () => {
      told('run');
      throw new DaybookError('disk_full', 'The disk is full.');
    },
    keepUp: async () => told('daily work'),
  });
  await clock.sleep(700_000);
  await runner.stop();
  expect(said.filter((one) => one.endsWith('run'))).toEqual(['20 run', '620 run']);
  expect(said.filter((one) => one.endsWith('daily work')).length).toBeGreaterThan(20);
});

test('a run that another process has is looked for again soon, and one that a person stopped is over', async () => {
  const clock = virtualClock(START);
  const tried: number[] = [];
  const runner = startSchedule({
    ...{ clock, log: silentLog },
    look: async () => (tried.length < 3 ? DUE : null),
    run: async () => {
      tried.push((clock.now() - START) / 1_000);
      throw tried.length < 3
        ? new DaybookError('busy_elsewhere', 'Another Daybook has it.')
        : new DaybookError('cancelled', 'Stopped.');
    },
  });
  await clock.sleep(120_000);
  await runner.stop();
  expect(tried).toEqual([0, 20, 40]);
});

test('a computer that wakes up, or is plugged in, is looked at at once', async () => {
  const clock = virtualClock(START);
  const looks: number[] = [];
  const runner = startSchedule({
    ...{ clock, log: silentLog },
    look: async () => {
      looks.push((clock.now() - START) / 1_000);
      return null;
    },
    run: async () => {},
  });
  await clock.sleep(5_000);
  runner.look();
  await clock.sleep(21_000);
  await runner.stop();
  expect(looks).toEqual([0, 5, 25]);
});
