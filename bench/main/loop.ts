import { monitorEventLoopDelay } from 'node:perf_hooks';
import { z } from 'zod';
import { percentile } from '../support/report.ts';

export const loopFigures = z.object({
  ms: z.number(),
  /** Node's own measure: each turn counts once, however long it was. */
  p50: z.number(),
  p99: z.number(),
  longest: z.number(),
  /** How long an event that comes at any moment waits, at most, 99 times of 100: long turns count by their length. */
  anyMomentP99: z.number(),
  /** Turns that took over 50 ms. */
  over50: z.number(),
  /** Processor time of this thread in a turn: what the turn would take on a machine that does nothing else. */
  ownP99: z.number(),
  ownLongest: z.number(),
  ownOver50: z.number(),
});
export type LoopFigures = z.infer<typeof loopFigures>;

const EVERY_MS = 5;

/** Watches the event loop of this process until the returned function is called. Times are milliseconds. */
export function watchLoop(): () => LoopFigures {
  const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });
  const gaps: number[] = [];
  const own: number[] = [];
  const started = performance.now();
  let last = started;
  let spent = process.threadCpuUsage();
  const look = () => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    const { user, system } = process.threadCpuUsage(spent);
    own.push((user + system) / 1_000);
    spent = process.threadCpuUsage();
  };
  const tick = setInterval(look, EVERY_MS);
  histogram.enable();
  return () => {
    histogram.disable();
    clearInterval(tick);
    look();
    return {
      ms: last - started,
      p50: histogram.percentile(50) / 1e6,
      p99: histogram.percentile(99) / 1e6,
      longest: histogram.max / 1e6,
      anyMomentP99: waitAtAnyMoment(gaps, 0.99),
      over50: gaps.filter((gap) => gap > 50).length,
      ownP99: percentile(own, 0.99),
      ownLongest: Math.max(...own),
      ownOver50: own.filter((ms) => ms > 50).length,
    };
  };
}

/** The wait that `share` of all moments stay under, when the loop turns only at the ends of these gaps. */
function waitAtAnyMoment(gaps: readonly number[], share: number): number {
  const whole = gaps.reduce((sum, gap) => sum + gap, 0);
  let [low, high] = [0, Math.max(...gaps)];
  while (high - low > 0.1) {
    const wait = (low + high) / 2;
    const longer = gaps.reduce((sum, gap) => sum + Math.max(0, gap - wait), 0);
    if (longer / whole > 1 - share) low = wait;
    else high = wait;
  }
  return high;
}
