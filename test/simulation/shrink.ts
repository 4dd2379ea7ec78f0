/** Looks for the shortest story that still breaks the same promise: fewer days, then less and less of what came up. */
import type { Job } from './job.ts';
import type { SimulationResult } from './run.ts';

export type ShrinkOptions = {
  run(job: Job): Promise<SimulationResult>;
  /** Whether there is still time to look further. */
  goOn(): boolean;
};

export type Shrunk = { readonly job: Job; readonly result: SimulationResult };

/** Greedy: what can be left out is left out, and the next thing is tried without it. */
export async function shrink(failing: Shrunk, { run, goOn }: ShrinkOptions): Promise<Shrunk> {
  const promise = failing.result.broken[0]?.promise;
  let best = failing;
  const attempt = async (change: Partial<Job>): Promise<boolean> => {
    const job = { ...best.job, ...change };
    const result = await run(job);
    if (result.broken[0]?.promise !== promise) return false;
    best = { job: { ...job, company: result.company }, result };
    return true;
  };
  for (const days of fewerDays(Math.min(failing.job.days, failing.result.day)))
    if (goOn() && (await attempt({ days }))) break;
  // What came up, in halves, quarters, and at last one by one.
  for (
    let size = Math.ceil(best.result.used.length / 2);
    size >= 1 && goOn();
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (const part of partsOf(best.result.used, size)) {
      if (!goOn()) break;
      await attempt({ without: [...(best.job.without ?? []), ...part].sort() });
    }
  }
  for (const days of fewerDays(best.job.days)) if (goOn() && (await attempt({ days }))) break;
  return best;
}

/** From the fewest on: the first that still breaks is the shortest of these. */
function fewerDays(days: number): number[] {
  return [1, 2, 3, 5, 8, 13, days].filter((fewer, index, all) => fewer <= days && all.indexOf(fewer) === index);
}

function partsOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
