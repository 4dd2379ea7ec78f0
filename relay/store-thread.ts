import { Worker } from 'node:worker_threads';
import { yieldToOthers } from '../main/core/clock.ts';
import type { RelayStore } from './store.ts';

/** What can be asked of the thread: all of a store but its listeners, which stay here. */
export type StoreMethod = Exclude<keyof RelayStore, 'onNews'>;
export type StoreCall = { readonly id: number; readonly method: StoreMethod; readonly args: readonly unknown[] };
export type StoreAnswer = { readonly id: number } & ({ readonly result: unknown } | { readonly failure: unknown });
/** What the thread tells at once: answers in the order of their ends, and channels with news. */
export type FromThread = { readonly answers: readonly StoreAnswer[]; readonly news: readonly string[] };

type Pending = { readonly resolve: (result: never) => void; readonly reject: (reason: unknown) => void };

/**
 * The SQLite store in a thread of its own: while the disk is waited for, the next notices are read and sealed. All that is
 * asked in one turn of the event loop goes over together, and becomes one commit there. `onDeath`: the thread ended
 * by itself; nothing that is asked will ever be answered.
 */
export async function openSqliteThread(file: string, onDeath: (error: Error) => void): Promise<RelayStore> {
  const worker = new Worker(new URL('./store-worker.ts', import.meta.url), { workerData: { file } });
  const listeners: ((channel: string | null) => void)[] = [];
  const pending = new Map<number, Pending>();
  let asked: StoreCall[] = [];
  let ids = 0;
  let dead: Error | undefined;
  let closing = false;

  const die = (error: Error) => {
    dead ??= error;
    for (const { reject } of pending.values()) reject(dead);
    pending.clear();
    if (!closing) onDeath(dead);
  };
  worker.on('error', die);
  worker.on('exit', () => dead ?? die(new Error('The thread of the storage has ended.')));
  worker.on('message', ({ answers, news }: FromThread) => {
    for (const answer of answers) {
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if ('failure' in answer) waiting?.reject(answer.failure);
      else waiting?.resolve(withBuffers(answer.result));
    }
    for (const channel of news) for (const listener of listeners) listener(channel);
  });

  const flush = () => {
    worker.postMessage(asked);
    asked = [];
  };
  const ask =
    <M extends StoreMethod>(method: M) =>
    (...args: Parameters<RelayStore[M]>): Promise<Awaited<ReturnType<RelayStore[M]>>> =>
      new Promise((resolve, reject) => {
        if (dead) return reject(dead);
        ids += 1;
        pending.set(ids, { resolve, reject });
        asked.push({ id: ids, method, args });
        if (asked.length === 1) void yieldToOthers().then(flush);
      });

  const store: RelayStore = {
    createChannel: ask('createChannel'),
    channel: ask('channel'),
    rotate: ask('rotate'),
    revoke: ask('revoke'),
    setHookSecret: ask('setHookSecret'),
    hookSecret: ask('hookSecret'),
    append: ask('append'),
    messagesAfter: ask('messagesAfter'),
    acknowledge: ask('acknowledge'),
    saveChallenge: ask('saveChallenge'),
    spendChallenge: ask('spendChallenge'),
    saveSession: ask('saveSession'),
    session: ask('session'),
    openSignIn: ask('openSignIn'),
    waitingSignIn: ask('waitingSignIn'),
    returnSignIn: ask('returnSignIn'),
    signInReturn: ask('signInReturn'),
    purge: ask('purge'),
    totals: ask('totals'),
    check: ask('check'),
    onNews: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      closing = true;
      await ask('close')();
      await worker.terminate();
    },
  };
  await store.check();
  return store;
}

/** Between threads a Buffer becomes the plain bytes below it. */
function withBuffers(result: unknown): never;
function withBuffers(result: unknown): unknown {
  if (result instanceof Uint8Array) return Buffer.from(result.buffer, result.byteOffset, result.byteLength);
  if (!Array.isArray(result)) return result;
  return result.map((row) => ({ ...row, sealed: withBuffers(row.sealed) }));
}
