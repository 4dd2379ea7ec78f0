import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstFreshSeed } from './fresh-seeds.ts';
import { type Job, replayCommand } from './job.ts';
import { startWorkers, type Workers } from './workers.ts';

// Each world is connected, lives through few days, and is put right. Together they take some 130 seconds of a processor:
// more days are for `npm run -s simulate`.
const FIXED = { count: 200, from: 1, days: 1 } as const;
const FRESH = { count: 50, from: firstFreshSeed(), days: 2 } as const;
const PATIENCE_MS = 600_000;

let workers: Workers;
beforeAll(() => {
  workers = startWorkers();
});
afterAll(() => workers.close());

async function broken({ count, from, days }: { count: number; from: number; days: number }) {
  const jobs = Array.from({ length: count }, (_, index): Job => ({ seed: from + index, days }));
  const reports = await Promise.all(jobs.map(async (job) => ({ job, ...(await workers.run(job)) })));
  const steps = reports.reduce((sum, { result }) => sum + result.steps, 0);
  return {
    steps,
    broken: reports.flatMap(({ job, result }) =>
      result.ok ? [] : [{ replay: replayCommand(job), why: result.broken }],
    ),
  };
}

test('every promise holds in 200 fixed worlds full of trouble', { timeout: PATIENCE_MS }, async () => {
  const outcome = await broken(FIXED);
  expect(outcome.broken).toEqual([]);
  expect(outcome.steps).toBeGreaterThan(FIXED.count * 2);
});

test('every promise holds in 50 worlds that nobody has seen before this commit', { timeout: PATIENCE_MS }, async () => {
  const outcome = await broken(FRESH);
  expect(outcome.broken).toEqual([]);
  expect(outcome.steps).toBeGreaterThan(FRESH.count * 4);
});
