import { afterEach, describe, expect, test } from 'vitest';
import { practiceApi } from '../../test/support/practice-api.ts';
import { type ScheduleWorld, scheduleWorld } from '../../test/support/schedule-world.ts';
import type { Conditions } from '../schedule/look.ts';

/** Fridays, Mondays and the rest of November 2026 in Amsterdam, an hour ahead of UTC. */
let world: ScheduleWorld | undefined;
afterEach(() => world?.close());

const begin = (start: string, options?: Parameters<typeof scheduleWorld>[1]) => {
  world = scheduleWorld(start, options);
  return world;
};
const begun = (runs: ReadonlyArray<{ readonly at: string }>) => runs.map(({ at }) => at.slice(0, 16));

test('a workspace that is opened for the first time begins with its next slot, not with one of before', async () => {
  const world = begin('2026-11-20T08:00:00.000Z');
  const host = await world.host();
  await world.awakeAt('2026-11-20T08:10:00.000Z', '2026-11-20T11:00:00.000Z');
  expect(begun(await host.runs())).toEqual(['2026-11-20T11:00']);
});

test('the run begins at each time of the schedule, and no person stands for it', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const host = await world.host();
  await world.awakeAt(
    ...['2026-11-20T06:29:00.000Z', '2026-11-20T06:30:00.000Z', '2026-11-20T06:31:00.000Z'],
    ...['2026-11-20T10:59:00.000Z', '2026-11-20T11:00:00.000Z', '2026-11-20T23:00:00.000Z'],
  );
  const runs = await host.runs();
  expect(begun(runs)).toEqual(['2026-11-20T06:30', '2026-11-20T11:00']);
  expect(runs[0]).toMatchObject({ actor: 'daybook', state: 'done', missed: 0, dueAt: '2026-11-20T06:30:00.000Z' });
});

test('a computer that slept for three days makes up for all of it with one run, which says so', async () => {
  const world = begin('2026-11-17T05:00:00.000Z');
  const host = await world.host();
  await world.awakeAt('2026-11-17T06:30:00.000Z', '2026-11-20T15:00:00.000Z', '2026-11-20T15:05:00.000Z');
  const runs = await host.runs();
  expect(begun(runs)).toEqual(['2026-11-17T06:30', '2026-11-20T15:00']);
  // Due since Tuesday noon; two slots of Wednesday, Thursday and Friday after it.
  expect(runs[1]).toMatchObject({ dueAt: '2026-11-17T11:00:00.000Z', missed: 6 });
});

test('a computer that was off runs once when Daybook is opened again, a minute late or a week', async () => {
  const world = begin('2026-11-19T12:00:00.000Z');
  const first = await world.host();
  await first.close();
  world.setClock('2026-11-20T06:31:00.000Z');
  const second = await world.host();
  await world.awakeAt('2026-11-20T06:32:00.000Z');
  expect(begun(await second.runs())).toEqual(['2026-11-20T06:31']);
  await second.close();
  world.setClock('2026-11-27T20:00:00.000Z');
  const third = await world.host();
  await world.awakeAt('2026-11-27T20:01:00.000Z', '2026-11-27T20:30:00.000Z');
  expect(begun(await third.runs())).toEqual(['2026-11-20T06:31', '2026-11-27T20:00']);
});

test('nothing is made up for that nobody wanted: a schedule that was off, or times that were added', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const host = await world.host();
  await host.save({ enabled: false });
  await world.awakeAt('2026-11-20T09:00:00.000Z');
  await host.save({ enabled: true });
  await world.awakeAt('2026-11-20T09:10:00.000Z');
  await host.save({ times: ['05:15', '08:00'] });
  await world.awakeAt('2026-11-20T09:20:00.000Z');
  await host.save({}, 'Asia/Tokyo');
  await world.awakeAt('2026-11-20T09:30:00.000Z');
  expect(await host.runs()).toEqual([]);
});

test('a clock that is set back repeats no slot; one that was years ahead does not silence the schedule', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const host = await world.host();
  await world.awakeAt('2026-11-20T11:00:00.000Z', '2026-11-20T05:00:00.000Z', '2026-11-20T11:10:00.000Z');
  expect(begun(await host.runs())).toEqual(['2026-11-20T11:00']);
  await world.awakeAt('2031-01-06T06:30:00.000Z', '2026-11-20T12:00:00.000Z', '2026-11-23T06:30:00.000Z');
  expect(begun(await host.runs())).toEqual(['2026-11-20T11:00', '2031-01-06T06:30', '2026-11-23T06:30']);
});

test('a weekend, a holiday of the country and a day that was taken out have no run', async () => {
  const world = begin('2026-12-24T05:00:00.000Z');
  const host = await world.host();
  await host.save({ times: ['07:30'], days: [1, 2, 4, 5], holidays: { country: 'NL', region: null } });
  await world.awakeAt(
    ...[24, 25, 26, 27, 28, 29, 30, 31].map((day) => `2026-12-${day}T06:30:00.000Z`),
    '2027-01-01T06:30:00.000Z',
  );
  expect(begun(await host.runs())).toEqual([
    ...['2026-12-24T06:30', '2026-12-28T06:30', '2026-12-29T06:30', '2026-12-31T06:30'],
  ]);
});

describe.each([
  ['Europe/Amsterdam', '2026-03-28T12:00', ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-30T00:30'], [1, 2]],
  ['Europe/Amsterdam', '2026-10-24T12:00', ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30'], [0, 2]],
  ['America/New_York', '2026-03-07T12:00', ['2026-03-08T06:30', '2026-03-08T07:00', '2026-03-09T06:30'], [1, 2]],
  ['Australia/Lord_Howe', '2026-10-02T18:00', ['2026-10-03T15:00', '2026-10-03T15:30', '2026-10-04T15:30'], [1, 2]],
])('over a change of daylight saving in %s (%s)', (timeZone, start, awake, at) => {
  test('the slot of half past two runs once a day, also where it does not exist or exists twice', async () => {
    const world = begin(`${start}:00.000Z`, { timeZone });
    const host = await world.host();
    await host.save({ times: ['02:30'], days: [1, 2, 3, 4, 5, 6, 7] });
    await world.awakeAt(...awake.map((instant) => `${instant}:00.000Z`));
    expect(begun(await host.runs())).toEqual(at.map((index) => awake[index]));
  });
});

test('on leap day the run is there', async () => {
  const world = begin('2028-02-28T12:00:00.000Z');
  const host = await world.host();
  await world.awakeAt('2028-02-29T06:30:00.000Z');
  expect(begun(await host.runs())).toEqual(['2028-02-29T06:30']);
});

test('of two hosts on one workspace one runs, and when it is gone the other', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const [desktop, server] = [await world.host(), await world.host()];
  await world.awakeAt('2026-11-20T06:30:00.000Z', '2026-11-20T11:00:00.000Z');
  expect(begun(await server.runs())).toEqual(['2026-11-20T06:30', '2026-11-20T11:00']);
  await desktop.close();
  await world.awakeAt('2026-11-23T06:30:00.000Z');
  expect(begun(await server.runs())).toHaveLength(3);
});

describe('a computer that says how it is powered and connected', () => {
  const free: Conditions = { onBattery: false, metered: false, online: true };

  test('waits for power, a network without a price, and any network; then runs once and tells for what it waited', async () => {
    let now: Conditions = { onBattery: true, metered: true, online: false };
    const world = begin('2026-11-20T05:00:00.000Z');
    const host = await world.host(() => now);
    await world.awakeAt('2026-11-20T06:30:00.000Z');
    expect((await host.api.run('today.get', {})).waiting).toMatchObject({
      dueAt: '2026-11-20T06:30:00.000Z',
      waited: [{ for: 'power' }, { for: 'unmetered' }, { for: 'network' }],
    });
    now = { ...now, online: true };
    await world.awakeAt('2026-11-20T07:00:00.000Z');
    now = { ...now, onBattery: false };
    await world.awakeAt('2026-11-20T11:00:00.000Z');
    expect(await host.runs()).toEqual([]);
    now = free;
    await world.awakeAt('2026-11-20T12:00:00.000Z', '2026-11-20T12:10:00.000Z');
    const runs = await host.runs();
    expect(begun(runs)).toEqual(['2026-11-20T12:00']);
    expect(runs[0]).toMatchObject({
      missed: 1,
      waited: [
        { for: 'power', from: '2026-11-20T06:30:20.000Z', until: '2026-11-20T11:00:20.000Z' },
        { for: 'unmetered', from: '2026-11-20T06:30:20.000Z', until: '2026-11-20T12:00:20.000Z' },
        { for: 'network', from: '2026-11-20T06:30:20.000Z', until: '2026-11-20T07:00:20.000Z' },
      ],
    });
    expect((await host.api.run('today.get', {})).waiting).toBeNull();
  });

  test('runs anyway where the settings say so, but not without a network', async () => {
    let now: Conditions = { onBattery: true, metered: true, online: false };
    const world = begin('2026-11-20T05:00:00.000Z');
    const host = await world.host(() => now);
    await host.save({ onBattery: 'run', onMetered: 'run' });
    await world.awakeAt('2026-11-20T06:30:00.000Z');
    expect(await host.runs()).toEqual([]);
    now = { ...now, online: true };
    await world.awakeAt('2026-11-20T06:40:00.000Z');
    expect(begun(await host.runs())).toEqual(['2026-11-20T06:40']);
  });

  test('keeps what waits over a change of the settings that is not about times', async () => {
    const world = begin('2026-11-20T05:00:00.000Z');
    const host = await world.host(() => ({ ...free, onBattery: true }));
    await world.awakeAt('2026-11-20T06:30:00.000Z');
    await host.save({ onBattery: 'run' });
    await world.awakeAt('2026-11-20T06:50:00.000Z');
    expect(begun(await host.runs())).toEqual(['2026-11-20T06:50']);
  });

  test('says that it cannot know where it cannot, and runs', async () => {
    const world = begin('2026-11-20T05:00:00.000Z');
    const host = await world.host();
    expect((await host.api.run('schedule.status', {})).conditions).toEqual({
      ...{ onBattery: null, metered: null, online: null },
    });
    await world.awakeAt('2026-11-20T06:30:00.000Z');
    expect(await host.runs()).toHaveLength(1);
  });
});

describe('a digest', () => {
  test('comes with the first run of each day, tells of what happened since the last one, and names no amount', async () => {
    const world = begin('2026-11-19T05:00:00.000Z');
    const host = await world.host();
    await host.save({ digest: 'daily' });
    await world.awakeAt('2026-11-19T06:30:00.000Z');
    const first = await host.api.run('digest.latest', {});
    expect(first).toMatchObject({ period: 'daily', untilAt: expect.stringContaining('2026-11-19T06:30') });
    expect(first?.subject).toContain('Thursday 19 November 2026');
    await world.awakeAt('2026-11-19T11:00:00.000Z');
    expect((await host.api.run('digest.latest', {}))?.untilAt).toBe(first?.untilAt);
    await world.awakeAt('2026-11-20T06:30:00.000Z');
    const second = await host.api.run('digest.latest', {});
    expect(second?.fromAt).toBe(first?.untilAt);
    expect(second?.body).toMatch(/\n\n2 runs, 0 new lines from the banks\.\n\nNothing needs you beyond the review\./);
  });

  test('of a week comes with the first run from Monday on', async () => {
    const world = begin('2026-11-19T05:00:00.000Z');
    const host = await world.host();
    await host.save({ digest: 'weekly', holidays: { country: 'NL', region: null } });
    const at = async (instant: string) => {
      await world.awakeAt(instant);
      return (await host.api.run('digest.latest', {}))?.untilAt.slice(0, 10);
    };
    expect(await at('2026-11-19T06:30:00.000Z')).toBe('2026-11-19');
    expect(await at('2026-11-20T06:30:00.000Z')).toBe('2026-11-19');
    expect(await at('2026-11-23T06:30:00.000Z')).toBe('2026-11-23');
    expect(await at('2026-11-27T06:30:00.000Z')).toBe('2026-11-23');
  });

  test('is not made where none is wanted', async () => {
    const world = begin('2026-11-19T05:00:00.000Z');
    const host = await world.host();
    await world.awakeAt('2026-11-19T06:30:00.000Z');
    expect(await host.api.run('digest.latest', {})).toBeNull();
  });
});

test('what cannot be a schedule is said in plain words, and nothing is changed', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const host = await world.host();
  await expect(host.save({ days: [] })).rejects.toMatchObject({
    ...{ code: 'usage', path: 'schedule.days', message: expect.stringContaining('Choose at least one day') },
  });
  await expect(host.save({ holidays: { country: 'XX', region: null } })).rejects.toMatchObject({ code: 'usage' });
  await expect(host.save({ holidays: { country: 'DE', region: 'XX' } })).rejects.toMatchObject({
    ...{ code: 'usage', path: 'schedule.holidays.region' },
  });
  await expect(host.save({ every: { hours: 2, from: '18:00', until: '08:00' } })).rejects.toMatchObject({
    message: 'The field schedule.every is wrong: must begin before it ends.',
  });
  await expect(host.save({ times: ['7:30'] })).rejects.toMatchObject({ message: expect.stringContaining('07:30') });
  expect((await host.api.run('settings.get', {})).schedule.days).toEqual([1, 2, 3, 4, 5]);
});

test('the preview answers for a schedule that is not saved yet', async () => {
  const world = begin('2026-11-20T05:00:00.000Z');
  const host = await world.host();
  const { schedule } = await host.api.run('settings.get', {});
  const every = { hours: 6, from: '06:00', until: '18:00' };
  const { runs } = await host.api.run('schedule.preview', {
    ...{ schedule: { ...schedule, times: [], every }, timeZone: 'UTC', count: 4 },
  });
  expect(runs.map(({ at }) => at)).toEqual([
    ...['2026-11-20T06:00:00.000Z', '2026-11-20T12:00:00.000Z', '2026-11-20T18:00:00.000Z'],
    '2026-11-23T06:00:00.000Z',
  ]);
  expect(runs[3]?.skipped.map(({ reason }) => reason)).toEqual(['Saturday', 'Sunday']);
});

test('a run under way is stopped from any screen, though a bank does not answer at all', async () => {
  const { promise: asked, resolve: reached } = Promise.withResolvers<void>();
  const practice = await practiceApi();
  try {
    await practice.api.run('setup.apply', { document: JSON.parse(JSON.stringify(practice.setup)) });
    practice.hang(reached);
    const ended = practice.api.run('sync.run', {}).catch((thrown: unknown) => thrown);
    await asked;
    const { runs } = await practice.api.run('activity.runs', { limit: 1 });
    expect(runs[0]).toMatchObject({ state: 'running', finishedAt: null });
    await practice.api.run('runs.stop', { id: runs[0]?.id ?? '' });
    expect(await ended).toMatchObject({ code: 'cancelled' });
    const { state, parts } = await practice.api.run('runs.get', { id: runs[0]?.id ?? '' });
    expect(state).toBe('cancelled');
    expect(parts.at(-1)?.sentence).toBe('The run was stopped. What was fetched by then is kept.');
  } finally {
    await practice.close();
  }
});
