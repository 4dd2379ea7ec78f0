import { expect, test } from 'vitest';
import { type Job, replayCommand } from './job.ts';
import type { SimulationResult } from './run.ts';
import { shrink } from './shrink.ts';

const KINDS = ['drop-after', 'edit', 'fetch', 'kill', 'post', 'split', 'undo'];

/** A world that breaks when its story has four days, a kill and a lost answer, whatever else is in it. */
function fragile(): { run: (job: Job) => Promise<SimulationResult>; runs: () => number } {
  let runs = 0;
  return {
    runs: () => runs,
    run: async ({ seed, days, without = [] }) => {
      runs += 1;
      const used = KINDS.filter((kind) => !without.includes(kind));
      const breaks = days >= 4 && used.includes('kill') && used.includes('drop-after');
      return {
        ...{ seed, company: 'harbor', ok: !breaks, steps: days, day: days, used, digest: '' },
        ...{ faults: 0, kills: 0, requests: 0, posted: 0, movements: 0 },
        broken: breaks ? [{ promise: 'nothing is in the ERP twice', detail: '' }] : [],
      };
    },
  };
}

test('the shortest story that still breaks has few days and nothing that is not needed', async () => {
  const { run } = fragile();
  const job = { seed: 7, days: 20 };
  const shortest = await shrink({ job, result: await run(job) }, { run, goOn: () => true });
  expect(replayCommand(shortest.job)).toBe(
    'npm run -s simulate -- --replay 7 --days 5 --company harbor --without edit,fetch,post,split,undo',
  );
});

test('the search ends when its time is over, with the shortest story so far', async () => {
  const { run, runs } = fragile();
  const job = { seed: 7, days: 20 };
  const result = await run(job);
  const shortest = await shrink({ job, result }, { run, goOn: () => runs() < 6 });
  expect(shortest.job.days).toBe(5);
  expect(runs()).toBeLessThanOrEqual(7);
});
