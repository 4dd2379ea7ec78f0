import { epochOf, instantOf } from '../core/calendar.ts';
import { type Clock, instantNow, yieldToOthers } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Processes } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { Reader, Store, Writer } from './store.ts';

/**
 * Holders that live in this process. A lease that names our own process id and is not among them is left from an
 * earlier process with the same id (in a container every start has the same one), so it is free.
 */
const heldHere = new Set<string>();

export type LeaseOptions = {
  /** What is held, e.g. `posting:conn_01…:USMF`. */
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
  /** How long a holder may go without `renew`: longer than the time-out of any request made under the lease. */
  readonly ttlMs: number;
};

/**
 * The right to do something that only one process may do, kept in the workspace. It ends by `release`, by its time, or
 * by the death of its process (seen by the other processes of this computer).
 *
 * Call `renew` before each request to the outside, so that the lease outlives the request's time-out: then nobody else
 * can begin while an answer may still come. Inside a write, `stillMine` is exact.
 */
export type Lease = {
  readonly name: string;
  /** Unique for this holding; nobody else ever has it. */
  readonly holder: string;
  /** Prolongs it to `ttlMs` from now. Throws `busy_elsewhere` when another process took it over: stop at once. */
  renew(): Promise<void>;
  /** Gives it back. Does nothing when it is no longer ours. */
  release(): Promise<void>;
  /** Whether it is still ours, as of this transaction. */
  stillMine(db: Reader): Promise<boolean>;
};

/**
 * Takes a lease, or null when another holds it. A lease whose time is over is free, and one of a dead process on this
 * computer at once.
 */
export async function acquireLease(store: Store, options: LeaseOptions): Promise<Lease | null> {
  const { name, clock, ttlMs } = options;
  const holder = newId('hold', options);
  // Before the row can be seen, lest another asker in this process takes it for a left one.
  heldHere.add(holder);
  let taken = false;
  try {
    taken = await store.write((trx) => take(trx, holder, options));
  } finally {
    if (!taken) heldHere.delete(holder);
  }
  return taken ? leaseOf(store, { name, holder, clock, ttlMs }) : null;
}

async function take(trx: Writer, holder: string, options: LeaseOptions): Promise<boolean> {
  const { name, clock, processes, ttlMs } = options;
  const held = await trx.selectFrom('lease').selectAll().where('name', '=', name).executeTakeFirst();
  if (held && !isFree(held, options)) return false;
  const values = {
    holder,
    host: processes.host,
    pid: processes.pid,
    acquired_at: instantNow(clock),
    expires_at: instantOf(clock.now() + ttlMs),
  };
  await trx
    .insertInto('lease')
    .values({ name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
  return true;
}

/**
 * Does `work` under the lease and gives it back afterwards, also when `work` fails. While another holds it, asks again
 * every `pollMs` (default a second) for up to `waitMs` (default a minute), then `busy_elsewhere`.
 */
export async function withLease<T>(
  store: Store,
  options: LeaseOptions & { readonly waitMs?: number; readonly pollMs?: number; readonly stop?: AbortSignal },
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const { clock, waitMs = 60_000, pollMs = 1_000, stop } = options;
  let lease = await acquireLease(store, options);
  for (let waited = 0; !lease; waited += pollMs) {
    if (waited >= waitMs) throw await heldElsewhere(store, options.name);
    await clock.sleep(pollMs, stop);
    // A virtual clock sleeps in no time: let the holder in this process come on.
    await yieldToOthers();
    lease = await acquireLease(store, options);
  }
  try {
    return await work(lease);
  } finally {
    await lease.release();
  }
}

function leaseOf(
  store: Store,
  held: { readonly name: string; readonly holder: string; readonly clock: Clock; readonly ttlMs: number },
): Lease {
  const { name, holder, clock, ttlMs } = held;
  const mine = (db: Reader) =>
    db.selectFrom('lease').select('name').where('name', '=', name).where('holder', '=', holder).executeTakeFirst();
  return {
    name,
    holder,
    stillMine: async (db) => (await mine(db)) !== undefined,
    renew: async () => {
      const renewed = await store.write((trx) =>
        trx
          .updateTable('lease')
          .set({ expires_at: instantOf(clock.now() + ttlMs) })
          .where('name', '=', name)
          .where('holder', '=', holder)
          .executeTakeFirst(),
      );
      if (renewed.numUpdatedRows > 0n) return;
      heldHere.delete(holder);
      throw await heldElsewhere(store, name);
    },
    release: async () => {
      heldHere.delete(holder);
      await store.write((trx) =>
        trx.deleteFrom('lease').where('name', '=', name).where('holder', '=', holder).execute(),
      );
    },
  };
}

/** Names of the leases that somebody living holds now, among those that begin with `prefix`. */
export async function leasesHeld(
  db: Reader,
  prefix: string,
  ports: Pick<LeaseOptions, 'clock' | 'processes'>,
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('lease')
    .selectAll()
    .where('name', '>=', prefix)
    .where('name', '<', `${prefix}\u{10FFFF}`)
    .execute();
  return new Set(rows.filter((held) => !isFree(held, ports)).map(({ name }) => name));
}

function isFree(
  held: { readonly holder: string; readonly host: string; readonly pid: bigint; readonly expires_at: string },
  { clock, processes }: Pick<LeaseOptions, 'clock' | 'processes'>,
): boolean {
  if (epochOf(held.expires_at) <= clock.now()) return true;
  if (held.host !== processes.host) return false;
  const pid = Number(held.pid);
  return pid === processes.pid ? !heldHere.has(held.holder) : !processes.isAlive(pid);
}

async function heldElsewhere(store: Store, name: string): Promise<DaybookError> {
  const held = await store.read.selectFrom('lease').select(['host', 'pid']).where('name', '=', name).executeTakeFirst();
  const who = held ? `Another Daybook (process ${held.pid} on ${held.host})` : 'Another Daybook';
  return new DaybookError(
    'busy_elsewhere',
    `${who} is doing this for the same workspace. Nothing was changed here; try again when it has finished.`,
  );
}
