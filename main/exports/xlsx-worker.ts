import { parentPort, workerData } from 'node:worker_threads';
import type { Cell, Sheet } from './sheet.ts';
import { toXlsx } from './xlsx.ts';

// A thread of `xlsxInThread`: takes the rows page by page, and answers with the file's bytes.
const frame = workerData as Omit<Sheet, 'rows'>;
const rows: Array<readonly Cell[]> = [];

parentPort?.on('message', async (page: ReadonlyArray<readonly Cell[]> | null) => {
  if (page !== null) {
    rows.push(...page);
    return;
  }
  parentPort?.postMessage(await toXlsx({ ...frame, rows }));
  parentPort?.close();
});
