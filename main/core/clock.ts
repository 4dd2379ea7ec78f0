import type { CalendarDate, Instant } from './calendar.ts';
import { instantOf } from './calendar.ts';

/**
 * Time as a port: the only way the engine learns what time it is or waits. Tests and the simulation pass a virtual one.
 */
export type Clock = {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Waits; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** The present instant. */
export function instantNow(clock: Clock): Instant {
  return instantOf(clock.now());
}

/** Today's date in an IANA time zone (the workspace's). */
export function today(clock: Clock, timeZone = 'UTC'): CalendarDate {
  // en-CA formats as YYYY-MM-DD.
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    clock.now(),
  );
}

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', stop);
          resolve();
        }, ms);
        const stop = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', stop, { once: true });
      }),
  };
}

export type VirtualClock = Clock & {
  /** Moves time on; sleepers whose time has come wake in order. */
  advance(ms: number): void;
  /** Jumps to an instant, also backwards (a corrected wall clock). */
  set(epochMs: number): void;
};

/**
 * A clock that stands still until it is moved. A sleep returns at once after moving the clock on by its length, so that
 * retries and back-off run in no real time.
 */
export function virtualClock(startEpochMs: number): VirtualClock {
  let now = startEpochMs;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason;
      now += ms;
      await Promise.resolve();
    },
    advance: (ms) => {
      now += ms;
    },
    set: (epochMs) => {
      now = epochMs;
    },
  };
}

/** Lets the event loop serve others between two pieces of long work. Carries no time, so it is no part of the port. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
