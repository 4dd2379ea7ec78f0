/** What the schedule has dealt with, for all processes of the workspace. */
import { z } from 'zod';
import type { Reader, Writer } from './store.ts';

const reason = z.enum(['power', 'unmetered', 'network']);
const waiting = z.object({
  dueAt: z.string(),
  /** `until` null: it still waits for this. */
  waited: z.array(z.object({ for: reason, from: z.string(), until: z.string().nullable() })),
});
/** A slot that is due and what it waits, or waited, for. */
export type Waiting = z.output<typeof waiting>;

export type ScheduleState = {
  /** Every slot up to here was run, or was not wanted. */
  readonly coveredUntil: string;
  readonly waiting: Waiting | null;
};

/** Null before a host has looked at the schedule for the first time. */
export async function readScheduleState(db: Reader): Promise<ScheduleState | null> {
  const row = await db.selectFrom('schedule_state').selectAll().executeTakeFirst();
  if (row === undefined) return null;
  return {
    coveredUntil: row.covered_until,
    waiting: row.waiting_json === null ? null : waiting.parse(JSON.parse(row.waiting_json)),
  };
}

/** From now on every slot up to `until` is dealt with; nothing waits any more. */
export async function coverSchedule(trx: Writer, until: string): Promise<void> {
  const values = { covered_until: until, waiting_json: null };
  await trx
    .insertInto('schedule_state')
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

export async function saveWaiting(trx: Writer, next: Waiting | null): Promise<void> {
  await trx
    .updateTable('schedule_state')
    .set({ waiting_json: next === null ? null : JSON.stringify(next) })
    .execute();
}
