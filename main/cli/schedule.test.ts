import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';

let cli: CliWorld;
beforeAll(() => {
  cli = cliWorld();
});
afterAll(() => cli.close());

test('schedule shows times, days, what a computer on battery does, and the next runs', async () => {
  const { out } = await cli.run('schedule');
  expect(out).toContain('Fetches by itself: 07:30, 12:00, mon tue wed thu fri,');
  expect(out).toContain('Without mains power: wait.');
  expect(out).toContain('the browser host and the command line cannot');
  expect((await cli.json('schedule', 'show')).document.next).toHaveLength(5);
});

test('schedule set changes what is named and leaves the rest', async () => {
  const { exit, document } = await cli.json(
    ...['schedule', 'set', '--time', '06:15', '09:00', '--every', '4', '--from', '10:00', '--days', 'mon-thu,sat'],
    ...['--holidays', 'DE-NW', '--on-battery', 'run', '--digest', 'weekly', '--time-zone', 'Europe/Berlin'],
  );
  expect(exit).toBe(0);
  expect(document).toMatchObject({
    timeZone: 'Europe/Berlin',
    schedule: {
      ...{ enabled: true, times: ['06:15', '09:00'], every: { hours: 4, from: '10:00', until: '18:00' } },
      ...{ days: [1, 2, 3, 4, 6], holidays: { country: 'DE', region: 'NW' }, onBattery: 'run', onMetered: 'wait' },
      digest: 'weekly',
    },
  });
  const later = await cli.json('schedule', 'set', '--until', '20:00');
  expect(later.document).toMatchObject({ schedule: { every: { hours: 4, from: '10:00', until: '20:00' } } });
  const after = await cli.json('schedule', 'set', '--off', '--every', '0', '--holidays', 'none');
  expect(after.document).toMatchObject({
    schedule: { enabled: false, times: ['06:15', '09:00'], every: null, holidays: null, days: [1, 2, 3, 4, 6] },
    next: [],
  });
  expect((await cli.run('schedule')).out).toMatch(/^Off: /);
});

test.each([
  [['--time', '7:30'], 'such as 07:30'],
  [['--every', 'often'], 'no number of hours'],
  [['--every', '13'], 'every.hours'],
  [['--from', '09:00'], 'Say --every as well'],
  [['--days', 'caturday'], 'mon-fri'],
  [['--holidays', 'Netherlands'], 'such as NL'],
  [['--holidays', 'XX'], 'not known'],
  [['--on-battery', 'hide'], 'wait, run'],
  [['--time-zone', 'Europe/Nowhere'], 'not known here'],
  [['--on', '--off'], 'cannot be used with'],
])('schedule set %j is refused in plain words', async (words, said) => {
  const { exit, err } = await cli.run('schedule', 'set', ...words);
  expect([exit, err]).toEqual([2, expect.stringContaining(said)]);
});

test('a run can be listed, read whole and not stopped once it has ended', async () => {
  expect((await cli.run('runs')).out).toContain('No run yet.');
  await cli.run('sync');
  const { document } = await cli.json('runs');
  const [run] = document.runs as Array<{ id: string; state: string; story: string[] }>;
  expect(run).toMatchObject({ state: 'done', story: ['Fetched 0 banks: 0 new lines.'] });
  expect((await cli.run('runs', 'show', run?.id ?? '')).out).toContain('Fetched 0 banks: 0 new lines.');
  expect(await cli.json('runs', 'stop', run?.id ?? '')).toMatchObject({
    exit: 1,
    document: { error: { code: 'stale', sentence: 'This run has ended already. Nothing was changed.' } },
  });
  expect(await cli.json('runs', 'show', 'nothing')).toMatchObject({ document: { error: { code: 'not_found' } } });
});

test('a digest can be read at any time, and the schedule’s own once there is one', async () => {
  const { document } = await cli.json('digest', '--weekly');
  expect(document.digest).toMatchObject({ period: 'weekly', body: expect.stringContaining('To review: 0 entries.') });
  expect((await cli.run('digest', '--latest')).out).toContain('no digest yet');
});
