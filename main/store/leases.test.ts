import { afterEach, beforeEach, expect, test } from 'vitest';
import { secondProcess } from '../../test/support/second-process.ts';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import type { Processes } from '../core/ports.ts';
import { systemProcesses } from '../core/processes.ts';
import { acquireLease, type Lease, type LeaseOptions, withLease } from './leases.ts';
import { openStore, type Store } from './store.ts';

const MINUTE = 60_000;
let workspace: TempWorkspace;
/** Another process on the same file. */
let second: Store;
/** Process ids of computer `desk` that are running. */
let running: Set<number>;

beforeEach(async () => {
  workspace = await tempWorkspace();
  second = await openStore({ path: workspace.store.path, clock: workspace.clock, random: workspace.random });
  running = new Set([11, 22]);
});
afterEach(async () => {
  await second.close();
  await workspace.close();
});

function as(pid: number, host = 'desk'): LeaseOptions {
  const processes: Processes = { host, pid, isAlive: (id) => running.has(id) };
  return { name: 'posting:USMF', clock: workspace.clock, random: workspace.random, processes, ttlMs: 10 * MINUTE };
}

async function held(lease: Promise<Lease | null>): Promise<Lease> {
  const taken = await lease;
  if (!taken) throw new Error('not taken');
  return taken;
}

test('of two processes one gets the lease, and the other when it was given back', async () => {
  const both = await Promise.all([acquireLease(workspace.store, as(11)), acquireLease(second, as(22))]);
  expect(both.filter((lease) => lease !== null)).toHaveLength(1);
  await Promise.all(both.map((lease) => lease?.release()));
  const next = await held(acquireLease(second, as(22)));
  expect(await second.write((trx) => next.stillMine(trx))).toBe(true);
});

test('leases of different names do not touch each other', async () => {
  await held(acquireLease(workspace.store, as(11)));
  await held(acquireLease(second, { ...as(22), name: 'posting:USRT' }));
});

test('within one process a lease is held once, too', async () => {
  const first = await held(acquireLease(workspace.store, as(11)));
  expect(await acquireLease(workspace.store, as(11))).toBeNull();
  await first.release();
  await held(acquireLease(workspace.store, as(11)));
});

test('a lease ends by its time, and renewing prolongs it', async () => {
  const lease = await held(acquireLease(workspace.store, as(11)));
  workspace.clock.advance(9 * MINUTE);
  await lease.renew();
  workspace.clock.advance(9 * MINUTE);
  expect(await acquireLease(second, as(22))).toBeNull();
  workspace.clock.advance(MINUTE);
  await held(acquireLease(second, as(22)));
});

test('who lost the lease learns it before the next request and inside a write, and cannot give back what is another’s', async () => {
  const lost = await held(acquireLease(workspace.store, as(11)));
  workspace.clock.advance(11 * MINUTE);
  const taken = await held(acquireLease(second, as(22)));
  await expect(lost.renew()).rejects.toMatchObject({ code: 'busy_elsewhere' });
  await expect(lost.renew()).rejects.toThrow('process 22 on desk');
  expect(await workspace.store.write((trx) => lost.stillMine(trx))).toBe(false);
  await lost.release();
  expect(await second.write((trx) => taken.stillMine(trx))).toBe(true);
});

test('an expired lease that nobody took is still its holder’s', async () => {
  const lease = await held(acquireLease(workspace.store, as(11)));
  workspace.clock.advance(11 * MINUTE);
  expect(await workspace.store.write((trx) => lease.stillMine(trx))).toBe(true);
  await lease.renew();
  expect(await acquireLease(second, as(22))).toBeNull();
});

test('the lease of a dead process on this computer is free at once', async () => {
  await held(acquireLease(workspace.store, as(11)));
  running.delete(11);
  await held(acquireLease(second, as(22)));
});

test('the lease of another computer is waited for, whatever runs here', async () => {
  await held(acquireLease(workspace.store, as(33, 'laptop')));
  expect(await acquireLease(second, as(22))).toBeNull();
  workspace.clock.advance(10 * MINUTE);
  await held(acquireLease(second, as(22)));
});

test('a lease left by an earlier process with our own process id is free at once', async () => {
  const at = new Date(workspace.clock.now() + MINUTE).toISOString();
  const left = { name: 'posting:USMF', holder: 'hold_before', host: 'desk', pid: 11, acquired_at: at, expires_at: at };
  await workspace.store.write((trx) => trx.insertInto('lease').values(left).execute());
  await held(acquireLease(workspace.store, as(11)));
});

test('a lease whose taking was rolled back is held by nobody', async () => {
  const failing: Store = { ...workspace.store, write: () => Promise.reject(new Error('disk')) };
  await expect(acquireLease(failing, as(11))).rejects.toThrow('disk');
  await held(acquireLease(workspace.store, as(11)));
});

test('who waits gets the lease when its holder has finished', async () => {
  const seen: string[] = [];
  const first = withLease(workspace.store, as(11), async () => {
    seen.push('first begins');
    await workspace.clock.sleep(1);
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    seen.push('first ends');
  });
  const next = withLease(second, as(22), async () => seen.push('second'));
  await Promise.all([first, next]);
  expect(seen).toEqual(['first begins', 'first ends', 'second']);
});

test('who waits too long is told which process has it, and its work is not begun', async () => {
  await held(acquireLease(workspace.store, as(11)));
  let begun = false;
  const waiting = withLease(second, { ...as(22), waitMs: 5_000, pollMs: 1_000 }, async () => {
    begun = true;
  });
  const before = workspace.clock.now();
  await expect(waiting).rejects.toMatchObject({ code: 'busy_elsewhere', retryable: true });
  await expect(waiting).rejects.toThrow('process 11 on desk');
  expect(begun).toBe(false);
  expect(workspace.clock.now() - before).toBe(5_000);
});

test('waiting can be stopped', async () => {
  await held(acquireLease(workspace.store, as(11)));
  const stop = AbortSignal.abort(new Error('stopped'));
  await expect(withLease(second, { ...as(22), stop }, async () => {})).rejects.toThrow('stopped');
});

test('a lease is given back when the work fails', async () => {
  const failed = withLease(workspace.store, as(11), () => Promise.reject(new Error('no')));
  await expect(failed).rejects.toThrow('no');
  await held(acquireLease(second, as(22)));
});

test('the lease of a real process is refused while it lives and taken over when it was killed', async () => {
  const other = await secondProcess(workspace.store.path);
  try {
    expect(await other.ask('lease posting:USMF')).toBe('leased');
    const mine = { ...as(0), processes: systemProcesses() };
    expect(await acquireLease(workspace.store, mine)).toBeNull();
    await other.kill();
    await held(acquireLease(workspace.store, mine));
  } finally {
    await other.kill();
  }
});
