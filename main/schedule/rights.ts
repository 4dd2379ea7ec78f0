/** Who may run: leases of the workspace, and the wish to stop that comes from another process. */
import type { Instant } from '../core/calendar.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';
import { acquireLease, type Lease, leasesHeld } from '../store/leases.ts';
import { runningRuns, selectRun } from '../store/runs.ts';
import { readScheduleState } from '../store/schedule-state.ts';
import type { Writer } from '../store/store.ts';
import { TAKEN_OVER } from './run-step.ts';

/** Before a run's id: held while its process is with it. */
export const RUN_LEASE = 'run:';
/** Longer than any request with its repeats; renewed while the run tells of its progress. */
const LEASE_MS = 30 * 60_000;
/** How often a run under way looks whether somebody wants it stopped, and renews its lease. */
const LOOK_EVERY_MS = 5_000;
const RENEW_EVERY_MS = 60_000;

/** Shows to other processes that the run lives. Its name is its own, so nobody else can hold it. */
export function leaseOfRun({ store, ports }: Daybook, runId: string): Promise<Lease | null> {
  const { clock, random, processes } = ports;
  return acquireLease(store, { name: RUN_LEASE + runId, clock, random, processes, ttlMs: LEASE_MS });
}

/**
 * The right to run what the schedule has due, for one process of the workspace.
 * @throws DaybookError `busy_elsewhere` when another has it, or has run it meanwhile
 */
export async function claimSlot({ store, ports }: Daybook, dueAt: Instant): Promise<Lease> {
  const { clock, random, processes } = ports;
  const lease = await acquireLease(store, { name: 'schedule', clock, random, processes, ttlMs: LEASE_MS });
  const state = lease && (await readScheduleState(store.read));
  if (lease && (state === null || state.coveredUntil < dueAt)) return lease;
  await lease?.release();
  throw new DaybookError(
    'busy_elsewhere',
    'Another Daybook runs the schedule of this workspace; nothing is done twice.',
  );
}

/** A disk that takes no write leaves the rows; they are nobody's from then on, and their time ends. */
export async function giveBack({ ports }: Daybook, leases: ReadonlyArray<Lease | null>): Promise<void> {
  for (const given of await Promise.allSettled(leases.map((lease) => lease?.release())))
    if (given.status === 'rejected') ports.log.warn({ err: given.reason }, 'the right to run could not be given back');
}

/** Looks now and then whether another process wants the run stopped, or has its right by now, and keeps the leases. Never throws. */
export function lookOut(
  daybook: Daybook,
  runId: string,
  leases: ReadonlyArray<Lease | null>,
  stopping: AbortController,
) {
  const { clock, log } = daybook.ports;
  let looked = clock.now();
  let renewed = looked;
  return async () => {
    const now = clock.now();
    if (now - looked < LOOK_EVERY_MS && now >= looked) return;
    looked = now;
    try {
      const row = await selectRun(daybook.store.read, runId);
      if (row?.cancel_asked_at != null) stopping.abort();
      if (now - renewed < RENEW_EVERY_MS) return;
      renewed = now;
      for (const lease of leases) await lease?.renew();
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'busy_elsewhere') stopping.abort(TAKEN_OVER);
      log.warn({ runId, error: error.toJSON() }, 'a run could not be looked after');
    }
  };
}

/** Runs whose process died. Their lease is free, so nobody is with them any more. */
export async function endInterrupted(trx: Writer, daybook: Daybook): Promise<void> {
  const held = await leasesHeld(trx, RUN_LEASE, daybook.ports);
  for (const { id } of await runningRuns(trx))
    if (!held.has(RUN_LEASE + id))
      await trx.updateTable('run').set({ state: 'interrupted' }).where('id', '=', id).execute();
}
