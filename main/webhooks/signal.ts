import type { Clock } from '../core/clock.ts';

/** Lets one loop wait for another: a raise is never missed, also when nobody waits just then. */
export type Signal = {
  raise(): void;
  /** Until raised, or `ms` have passed, or `stop`; never throws. */
  wait(ms: number, stop: AbortSignal): Promise<void>;
};

export function createSignal(clock: Clock): Signal {
  let raised = false;
  let wake = () => {};
  return {
    raise: () => {
      raised = true;
      wake();
    },
    wait: async (ms, stop) => {
      if (!raised && !stop.aborted) {
        const woken = new AbortController();
        wake = () => woken.abort();
        // Only an abort ends a sleep early, and each of them is what was waited for.
        await clock.sleep(ms, AbortSignal.any([woken.signal, stop])).catch(() => {});
        wake = () => {};
      }
      raised = false;
    },
  };
}
