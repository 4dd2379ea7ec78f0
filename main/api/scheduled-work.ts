import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { type ScheduleRunner, startSchedule } from '../schedule/runner.ts';
import type { Api } from './executor.ts';

/** A day's backup, and sign-ins that would run out, are looked for this often. */
const DAILY_LOOK_MS = 3_600_000;

/** What a host that stays open does by itself: the runs of the schedule, the daily backup, keeping signed in. */
export function startScheduledWork(api: Api, ports: { readonly clock: Clock; readonly log: Log }): ScheduleRunner {
  const { clock, log } = ports;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** The call has told its trouble where a person looks (the run's story, the settings); here it goes to the log. */
  const quietly = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      log.warn({ error: asDaybookError(thrown).toJSON() }, what);
    }
  };
  return startSchedule({
    clock,
    log,
    read: () => api.run('settings.get', {}),
    run: () => quietly('the scheduled run failed', () => api.run('sync.run', {})),
    keepUp: async () => {
      if (clock.now() - lookedAt < DAILY_LOOK_MS) return;
      lookedAt = clock.now();
      await quietly('the daily backup failed', () => api.run('backup.daily', {}));
      await quietly('the sign-ins could not be kept', () => api.run('connections.keepSignedIn', {}));
    },
  });
}
