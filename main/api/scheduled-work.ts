import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { type ScheduleRunner, startSchedule } from '../schedule/runner.ts';
import type { Api } from './executor.ts';

/** A day's backup, and sign-ins that would run out, are looked for this often. */
const DAILY_LOOK_MS = 3_600_000;

/** Who stands in the trail for what the schedule begins. */
export const SCHEDULE_ACTOR = 'daybook';

/** What a host that stays open does by itself: the runs of the schedule, the daily backup, keeping signed in. */
export function startScheduledWork(api: Api, ports: { readonly clock: Clock; readonly log: Log }): ScheduleRunner {
  const { clock, log } = ports;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** The call has told its trouble where a person looks (the settings); here it goes to the log. */
  const quietly = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      log.warn({ error: asDaybookError(thrown).toJSON() }, what);
    }
  };
  return startSchedule({
    ...{ clock, log },
    look: async () => (await api.run('schedule.look', {})).due,
    run: async (due) => {
      const occasion = { trigger: 'schedule' as const, reason: null, ...due };
      await api.run('sync.run', {}, undefined, { actor: SCHEDULE_ACTOR, occasion });
    },
    keepUp: async () => {
      if (clock.now() - lookedAt < DAILY_LOOK_MS && clock.now() >= lookedAt) return;
      lookedAt = clock.now();
      await quietly('the daily backup failed', () => api.run('backup.daily', {}));
      await quietly('the sign-ins could not be kept', () => api.run('connections.keepSignedIn', {}));
    },
  });
}
