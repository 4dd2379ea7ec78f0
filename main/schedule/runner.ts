import { epochOf } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { nextRunAfter, type Schedule } from './settings.ts';

export type ScheduleRunner = {
  /** Lets a run under way end. */
  stop(): Promise<void>;
};

export type ScheduleOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Read anew at each look, so that a change in the settings counts at once. */
  readonly read: () => Promise<{ readonly schedule: Schedule; readonly timeZone: string }>;
  /** The morning run. Its trouble is told by the run itself. */
  readonly run: () => Promise<void>;
  /** What is due at any time of a day, such as its backup; asked for at each look. */
  readonly keepUp?: () => Promise<void>;
};

/** A computer that slept wakes at any time: the clock is looked at this often, and not slept until the slot. */
const LOOK_EVERY_MS = 20_000;

/**
 * Starts the run at the times of the schedule while a host is open. Slots that passed while the computer slept are made
 * up for by one run, not by one each. What was missed while no host was open is not made up for.
 */
export function startSchedule({ clock, log, read, run, keepUp }: ScheduleOptions): ScheduleRunner {
  const stopping = new AbortController();
  const loop = async () => {
    let looked = clock.now();
    while (!stopping.signal.aborted) {
      try {
        await clock.sleep(LOOK_EVERY_MS, stopping.signal);
      } catch {
        // Only the stop ends a sleep early.
        return;
      }
      const now = clock.now();
      const { schedule, timeZone } = await read();
      const due = nextRunAfter(looked, timeZone, schedule);
      // A wall clock that was set back must not repeat the slots in between.
      looked = Math.max(looked, now);
      if (due !== null && epochOf(due) <= now) await run();
      await keepUp?.();
    }
  };
  const ended = loop().catch((thrown: unknown) => {
    log.error({ error: asDaybookError(thrown).toJSON() }, 'the schedule stopped');
  });
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
