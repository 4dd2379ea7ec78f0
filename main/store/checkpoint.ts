import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Connection } from './connection.ts';

/** The log's size from which moving it into the file would hold up the screens. */
const WORTH_A_THREAD_BYTES = 32 * 2 ** 20;

/**
 * Runs `work` without SQLite's own checkpoint at its commits: after a large write it would copy hundreds of megabytes
 * on the main thread (seen: 0.6 s for 100,000 lines).
 */
export async function withoutCheckpoint<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const pages = connection.pragma('wal_autocheckpoint', { simple: true });
  connection.pragma('wal_autocheckpoint = 0');
  try {
    return await work();
  } finally {
    connection.pragma(`wal_autocheckpoint = ${String(pages)}`);
  }
}

/** Moves a large log into the file in a thread of its own; a small one is left to SQLite. */
export async function checkpointInThread(path: string): Promise<void> {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log === undefined || log.size < WORTH_A_THREAD_BYTES) return;
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), { workerData: path });
  await once(worker, 'message');
}
