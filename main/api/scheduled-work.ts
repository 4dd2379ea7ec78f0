import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { type ScheduleRunner, startSchedule } from '../schedule/runner.ts';
import type { Api } from './executor.ts';

/** A day's backup, and sign-ins that would run out, are looked for this often. */
const DAILY_LOOK_MS = 3_600_000;

/** Banks whose pause is over are looked for this often. */
const RETRY_LOOK_MS = 60_000;

/** Who stands in the trail for what the schedule begins. */
export const SCHEDULE_ACTOR = 'daybook';

/** What a host that stays open does by itself: the runs of the schedule, the daily backup, keeping signed in. */
export function startScheduledWork(api: Api, ports: { readonly clock: Clock; readonly log: Log }): ScheduleRunner {
  const { clock, log } = ports;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let retriedAt = Number.NEGATIVE_INFINITY;
  const isDue = (last: number, every: number) => clock.now() - last >= every || clock.now() < last;
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
      if (isDue(retriedAt, RETRY_LOOK_MS)) {
        retriedAt = clock.now();
        await quietly('banks could not be fetched again', () => retry(api));
      }
      if (!isDue(lookedAt, DAILY_LOOK_MS)) return;
      lookedAt = clock.now();
      await quietly('the daily backup failed', () => api.run('backup.daily', {}));
      await quietly('the sign-ins could not be kept', () => api.run('connections.keepSignedIn', {}));
      await quietly('ends could not be announced', () => api.run('connections.keepUp', {}));
    },
  });
}

/** A bank that was down, or asked for a pause, is fetched again without a person. */
async function retry(api: Api): Promise<void> {
  const { feedIds } = await api.run('connections.dueRetries', {});
  if (feedIds.length === 0) return;
  const reason =
    feedIds.length === 1 ? 'The pause of a bank is over.' : `The pauses of ${feedIds.length} banks are over.`;
  const occasion = { trigger: 'schedule' as const, reason, dueAt: null, missed: 0, waited: [] };
  await api.run('sync.run', { feedIds }, undefined, { actor: SCHEDULE_ACTOR, occasion });
}
