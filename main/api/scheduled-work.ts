import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { type ScheduleRunner, startSchedule } from '../schedule/runner.ts';
import type { Api } from './executor.ts';

/** A day's backup is looked for this often. */
const BACKUP_LOOK_MS = 3_600_000;

/** What a host that stays open does by itself: the runs of the schedule and the daily backup. */
export function startScheduledWork(api: Api, ports: { readonly clock: Clock; readonly log: Log }): ScheduleRunner {
  const { clock, log } = ports;
  let backupLookedAt = Number.NEGATIVE_INFINITY;
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
      if (clock.now() - backupLookedAt < BACKUP_LOOK_MS) return;
      backupLookedAt = clock.now();
      await quietly('the daily backup failed', () => api.run('backup.daily', {}));
    },
  });
}
