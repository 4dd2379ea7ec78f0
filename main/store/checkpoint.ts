import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Connection } from './connection.ts';

/** As much of the log as makes moving it into the file worth a thread. */
const WORTH_A_THREAD_BYTES = 32n * 2n ** 20n;

/** In pages. */
type LogState = { readonly log: bigint; readonly checkpointed: bigint };

/**
 * A look at the log, to be taken after each write and outside of a transaction: true when it holds so much that is not
 * in the file yet. It moves nothing (SQLite, `wal_checkpoint(NOOP)`).
 */
export function watchLog(connection: Connection): () => boolean {
  const look = connection.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)');
  const page = connection.prepare<[], bigint>('PRAGMA page_size').pluck().get() ?? 0n;
  return () => {
    const state = look.get();
    return state !== undefined && (state.log - state.checkpointed) * page >= WORTH_A_THREAD_BYTES;
  };
}

/** Moves the log into the file in a thread of its own. */
export async function checkpointInThread(path: string): Promise<void> {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: path });
  await once(worker, 'message');
}
