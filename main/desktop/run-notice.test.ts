import { afterEach, expect, it } from 'vitest';
import { type ScheduleWorld, scheduleWorld } from '../../test/support/schedule-world.ts';
import type { Api } from '../api/executor.ts';
import { yieldToOthers } from '../core/clock.ts';
import type { Notice } from './notify.ts';
import { latestRunTeller } from './run-notice.ts';

let world: ScheduleWorld | undefined;
afterEach(() => world?.close());

it('tells nobody of runs that need nobody, and tells of a digest once', async () => {
  const told: Notice[] = [];
  const thrown: unknown[] = [];
  world = scheduleWorld('2026-11-19T05:00:00.000Z');
  const host = await world.host();
  const teller = latestRunTeller(
    () => host.api,
    (notice) => void told.push(notice),
    (error) => void thrown.push(error),
  );
  const look = async () => {
    teller.look();
    for (let turn = 0; turn < 100; turn++) await yieldToOthers();
  };
  await look();
  await world.awakeAt('2026-11-19T06:30:00.000Z');
  await look();
  expect(await host.runs()).toHaveLength(1);
  expect(told).toEqual([]);
  await host.save({ digest: 'daily' });
  await world.awakeAt('2026-11-19T11:00:00.000Z');
  await look();
  await look();
  expect(told).toEqual([
    {
      title: 'Daybook digest of Daybook, Thursday 19 November 2026',
      body: expect.stringContaining('2 runs, 0 new lines'),
    },
  ]);
  expect(thrown).toEqual([]);
});

it('tells what a person is needed for, once, and nothing of before the app started', async () => {
  const told: Notice[] = [];
  const needs = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ needsPerson: true, sentence: `Need ${index + 1}.` }));
  const stories: Record<string, unknown[]> = {
    old: needs(1),
    new: [{ needsPerson: false, sentence: 'Fetched 3 banks.' }, ...needs(5)],
  };
  let runs = [{ id: 'old', tells: true }];
  const answers: Record<string, (input: { id: string }) => unknown> = {
    'activity.runs': () => ({ runs }),
    'digest.latest': () => null,
    'runs.get': ({ id }) => ({ parts: stories[id] }),
  };
  const api = { run: async (name: string, input: { id: string }) => answers[name]?.(input) } as unknown as Api;
  const teller = latestRunTeller(
    () => api,
    (notice) => void told.push(notice),
    (thrown) => {
      throw thrown;
    },
  );
  const look = async () => {
    teller.look();
    for (let turn = 0; turn < 20; turn++) await yieldToOthers();
  };
  await look();
  expect(told).toEqual([]);
  runs = [{ id: 'quiet', tells: false }, { id: 'new', tells: true }, ...runs];
  await look();
  await look();
  expect(told).toEqual([{ title: 'Daybook needs you', body: 'Need 1.\nNeed 2.\nNeed 3.\nAnd 2 more.' }]);
});
