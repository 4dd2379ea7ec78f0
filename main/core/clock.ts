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
  /** A limit of time for a piece of work. Whoever asks for one calls `clear` when the work is over. */
  deadline(ms: number): Deadline;
};

export type Deadline = {
  /** Aborted, with a `TimeoutError` as its reason, when the time is over. */
  readonly signal: AbortSignal;
  clear(): void;
};

/** The present instant. */
export function instantNow(clock: Clock): Instant {
  return instantOf(clock.now());
}

/** Today's date in an IANA time zone (the workspace's). */
export function today(clock: Pick<Clock, 'now'>, timeZone = 'UTC'): CalendarDate {
  return dayFormat(timeZone).format(clock.now());
}

/** Made once for each time zone: making one takes a hundred times as long as using it. */
const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  const known = dayFormats.get(timeZone);
  if (known !== undefined) return known;
  // en-CA formats as YYYY-MM-DD.
  const made = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  dayFormats.set(timeZone, made);
  return made;
}

/** The longest time a Node timer holds (24.8 days); a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      let left = ms;
      for (; left > LONGEST_TIMER_MS; left -= LONGEST_TIMER_MS) await wait(LONGEST_TIMER_MS, signal);
      await wait(left, signal);
    },
    deadline: (ms) => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(timeIsOver()), Math.min(ms, LONGEST_TIMER_MS));
      return { signal: controller.signal, clear: () => clearTimeout(timer) };
    },
  };
}

function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
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
  });
}

function timeIsOver(): DOMException {
  return new DOMException('The time limit passed.', 'TimeoutError');
}

export type VirtualClock = Clock & {
  /** Moves time on; sleepers and deadlines whose time has come wake in order. */
  advance(ms: number): void;
  /** Corrects the wall clock, also backwards. What runs at present keeps the length it asked for. */
  set(epochMs: number): void;
};

export type HoldableClock = VirtualClock & {
  /**
   * Time stands still for all until the work ends: for work in threads (keys, file checks), whose real length must not
   * decide when a sleeper wakes. The work itself must not sleep.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
};

type Alarm = { at: number; readonly sleeper: boolean; readonly ring: () => void };

/**
 * A clock that stands still while anything is being done. Once everybody sleeps, it jumps to the next alarm, so that
 * retries and back-off run in no real time. A deadline alone does not move it: an answer that arrives without anybody
 * sleeping is in time however long it really took, and one that a practice server delays by `sleep` is late exactly
 * when the delay is longer than the deadline.
 */
export function virtualClock(startEpochMs: number): HoldableClock {
  let now = startEpochMs;
  let watching = false;
  let holding = 0;
  const alarms = new Set<Alarm>();

  const next = () => {
    let first: Alarm | undefined;
    for (const alarm of alarms) if (!first || alarm.at < first.at) first = alarm;
    return first;
  };
  const ring = (alarm: Alarm) => {
    alarms.delete(alarm);
    now = Math.max(now, alarm.at);
    alarm.ring();
  };
  const add = (ms: number, sleeper: boolean, onTime: () => void) => {
    const alarm = { at: now + Math.ceil(ms), sleeper, ring: onTime };
    alarms.add(alarm);
    return alarm;
  };
  const someoneSleeps = () => [...alarms].some((alarm) => alarm.sleeper);
  const watch = async () => {
    watching = true;
    while (someoneSleeps()) {
      // Two turns of the event loop: whoever can go on without time passing has gone on by then.
      await yieldToOthers();
      await yieldToOthers();
      const alarm = holding === 0 && someoneSleeps() ? next() : undefined;
      if (alarm) ring(alarm);
    }
    watching = false;
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const stop = () => {
          alarms.delete(alarm);
          reject(signal?.reason);
        };
        const alarm = add(ms, true, () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        });
        signal?.addEventListener('abort', stop, { once: true });
        if (!watching) void watch();
      }),
    deadline: (ms) => {
      const controller = new AbortController();
      const alarm = add(ms, false, () => controller.abort(timeIsOver()));
      return { signal: controller.signal, clear: () => alarms.delete(alarm) };
    },
    advance: (ms) => {
      const until = now + ms;
      for (let alarm = next(); alarm && alarm.at <= until; alarm = next()) ring(alarm);
      now = Math.max(now, until);
    },
    set: (epochMs) => {
      for (const alarm of alarms) alarm.at += epochMs - now;
      now = epochMs;
    },
    hold: async (work) => {
      holding += 1;
      try {
        return await work();
      } finally {
        holding -= 1;
      }
    },
  };
}

/** Lets the event loop serve others between two pieces of long work. Carries no time, so it is no part of the port. */
export function yieldToOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
