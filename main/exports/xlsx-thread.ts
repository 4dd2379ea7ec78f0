import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { yieldToOthers } from '../core/clock.ts';
import type { Sheet } from './sheet.ts';

/** Copying rows to the thread costs time on this one: a page at a time. */
const PAGE = 500;

/** `toXlsx` in a thread of its own, so that the screens stay quick meanwhile. */
export async function xlsxInThread({ rows, ...frame }: Sheet, stop?: AbortSignal): Promise<Buffer> {
  const worker = new Worker(new URL('./xlsx-worker.ts', import.meta.url), { workerData: frame });
  try {
    const answer = once(worker, 'message', stop === undefined ? {} : { signal: stop });
    // Told by `await answer` below; a stop in between must not end the process.
    answer.catch(() => {});
    for (let start = 0; start < rows.length; start += PAGE) {
      stop?.throwIfAborted();
      worker.postMessage(rows.slice(start, start + PAGE));
      await yieldToOthers();
    }
    worker.postMessage(null);
    const [bytes] = await answer;
    return Buffer.from(bytes);
  } finally {
    await worker.terminate();
  }
}
