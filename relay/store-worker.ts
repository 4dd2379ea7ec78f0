/** The thread of `store-thread.ts`: the SQLite store, asked by messages. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { yieldToOthers } from '../main/core/clock.ts';
import { openSqliteStore } from './store-sqlite.ts';
import type { FromThread, StoreAnswer, StoreCall } from './store-thread.ts';

const { file } = z.object({ file: z.string() }).parse(workerData);
const store = openSqliteStore(file);
let answers: StoreAnswer[] = [];
let news: string[] = [];

const flush = () => {
  const told: FromThread = { answers, news };
  parentPort?.postMessage(told);
  answers = [];
  news = [];
};
const soon = () => {
  if (answers.length + news.length === 1) void yieldToOthers().then(flush);
};
const answer = (next: StoreAnswer) => {
  answers.push(next);
  soon();
};

store.onNews((channel) => {
  if (channel === null || news.includes(channel)) return;
  news.push(channel);
  soon();
});
parentPort?.on('message', (calls: readonly StoreCall[]) => {
  for (const { id, method, args } of calls) {
    const asked: Promise<unknown> = Reflect.apply(store[method], store, args);
    asked.then(
      (result) => answer({ id, result }),
      (failure: unknown) => answer({ id, failure }),
    );
  }
});
