import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Connection } from './connection.ts';

/** As much of the log as makes moving it into the file worth a thread. */
const WORTH_A_THREAD_BYTES = 32n * 2n ** 20n;

/** In pages. */
type LogState = { readonly log: bigint; readonly checkpointed: bigint };

/**
 * True when the log holds so much that is not in the file yet. Only asked outside of a transaction; it moves nothing
 * (SQLite, `wal_checkpoint(NOOP)`).
 */
export function isWorthCheckpoint(connection: Connection): boolean {
  const state = connection.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)').get();
  const page = connection.prepare<[], bigint>('PRAGMA page_size').pluck().get();
  return state !== undefined && (state.log - state.checkpointed) * (page ?? 0n) >= WORTH_A_THREAD_BYTES;
}

/** Moves the log into the file in a thread of its own. */
export async function checkpointInThread(path: string): Promise<void> {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: path });
  await once(worker, 'message');
}
