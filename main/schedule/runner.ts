import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Due } from './look.ts';

export type ScheduleRunner = {
  /** Looks at once: the computer woke up, or was plugged in. */
  look(): void;
  /** Lets a run under way end; whoever closes a host stops that run first. */
  stop(): Promise<void>;
};

export type ScheduleOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Asked anew each time, so that a change in the settings counts at once. */
  readonly look: () => Promise<Due | null>;
  /** One run for all that is due. */
  readonly run: (due: Due) => Promise<void>;
  /** What is due at any time of a day, such as its backup; asked for at each look. */
  readonly keepUp?: () => Promise<void>;
};

/** A computer that slept wakes at any time: the clock is looked at this often, and not slept until the slot. */
export const LOOK_EVERY_MS = 20_000;
/** After a run that could not even be recorded (a full disk), or that another process has. */
const AGAIN_MS = 10 * 60_000;

/** Looks at the schedule while a host is open, and begins what is due. Trouble ends one look, never the looking. */
export function startSchedule({ clock, log, look, run, keepUp }: ScheduleOptions): ScheduleRunner {
  const stopping = new AbortController();
  let notBefore = Number.NEGATIVE_INFINITY;
  const once = async () => {
    // A wall clock that was set back does not make it wait longer.
    const held = notBefore - clock.now();
    if (held > 0 && held <= AGAIN_MS) return;
    const due = await look();
    if (due === null || stopping.signal.aborted) return;
    try {
      await run(due);
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled') return;
      if (error.code !== 'busy_elsewhere') notBefore = clock.now() + AGAIN_MS;
      throw error;
    }
  };
  let woken = new AbortController();
  const rest = async () => {
    woken = new AbortController();
    try {
      await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([stopping.signal, woken.signal]));
    } catch {
      // Ended early, by the stop or by a look that was asked for.
    }
  };
  let looked = false;
  const loop = async () => {
    // The first look is at once: what a computer that was off has missed is due.
    while (!stopping.signal.aborted) {
      try {
        await once();
        if (looked && !stopping.signal.aborted) await keepUp?.();
        looked = true;
      } catch (thrown) {
        const error = asDaybookError(thrown);
        if (error.code === 'busy_elsewhere') log.debug({ code: error.code }, 'another process runs the schedule');
        else log.warn({ error: error.toJSON() }, 'the schedule could not do its work');
      }
      await rest();
    }
  };
  const ended = loop();
  return {
    look: () => woken.abort(),
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
