import { useCallback, useSyncExternalStore } from 'react';
import { call, shownError } from './client.ts';
import type { CallInput, CallName, CallOutput, SerialError } from './contract.ts';
import { onChanged, topicsOf } from './topics.ts';

/** An answer as a screen shows it. While it is read anew `data` stays, so that nothing flickers. */
export type Answer<N extends CallName> = {
  readonly data: CallOutput<N> | undefined;
  readonly error: SerialError | undefined;
  readonly loading: boolean;
  readonly refetch: () => void;
};

type Shot = { readonly data: unknown; readonly error: SerialError | undefined; readonly loading: boolean };

type Query = {
  readonly name: CallName;
  readonly input: unknown;
  readonly watchers: Set<() => void>;
  shot: Shot;
  running: boolean;
  /** Changed while it was being read: read once more. */
  again: boolean;
  /** `performance.now` of the last answer. */
  readAt: number;
  unsubscribe: () => void;
};

const IDLE: Shot = { data: undefined, error: undefined, loading: false };
const queries = new Map<string, Query>();
/** Unwatched answers kept, and how long an answer needs no second look. */
const MOST_IDLE = 60;
const FRESH_MS = 2_000;

/**
 * Reads by a call and reads anew when main says that what it shows has changed. Components that ask the same share one
 * answer. Null as input: ask nothing yet.
 */
export function useCall<N extends CallName>(name: N, input: CallInput<N> | null): Answer<N> {
  const key = input === null ? null : `${name} ${JSON.stringify(input)}`;
  const subscribe = useCallback((tell: () => void) => (key === null ? () => undefined : watch(key, tell)), [key]);
  const shot = useSyncExternalStore(subscribe, () => (key === null ? IDLE : queryOf(key, name, input).shot));
  const refetch = useCallback(() => {
    const query = key === null ? undefined : queries.get(key);
    if (query) void read(query);
  }, [key]);
  return { ...(shot as Pick<Answer<N>, 'data' | 'error' | 'loading'>), refetch };
}

function queryOf(key: string, name: CallName, input: unknown): Query {
  const known = queries.get(key);
  if (known) return known;
  const made: Query = {
    name,
    input,
    watchers: new Set(),
    shot: { ...IDLE, loading: true },
    running: false,
    again: false,
    readAt: Number.NEGATIVE_INFINITY,
    unsubscribe: () => undefined,
  };
  made.unsubscribe = onChanged(topicsOf(name), () => (made.watchers.size === 0 ? forget(key, made) : void read(made)));
  queries.set(key, made);
  return made;
}

function watch(key: string, tell: () => void): () => void {
  const query = queries.get(key);
  if (!query) return () => undefined;
  if (query.watchers.size === 0 && performance.now() - query.readAt > FRESH_MS) void read(query);
  query.watchers.add(tell);
  // The most recently watched stand last, and are forgotten last.
  queries.delete(key);
  queries.set(key, query);
  return () => {
    query.watchers.delete(tell);
    if (query.watchers.size === 0) forgetOldest();
  };
}

function forget(key: string, query: Query): void {
  query.unsubscribe();
  queries.delete(key);
}

/** Answers that nobody watches stay for a while: the next screen that asks has something to show at once. */
function forgetOldest(): void {
  const idle = [...queries].filter(([, query]) => query.watchers.size === 0);
  for (const [key, query] of idle.slice(0, Math.max(0, idle.length - MOST_IDLE))) forget(key, query);
}

async function read(query: Query): Promise<void> {
  if (query.running) {
    query.again = true;
    return;
  }
  query.running = true;
  show(query, { ...query.shot, loading: true });
  do {
    query.again = false;
    try {
      const data = await call(query.name, query.input as CallInput<CallName>);
      query.readAt = performance.now();
      show(query, { data, error: undefined, loading: query.again });
    } catch (thrown) {
      show(query, { data: query.shot.data, error: shownError(thrown), loading: query.again });
    }
  } while (query.again);
  query.running = false;
}

function show(query: Query, shot: Shot): void {
  query.shot = shot;
  for (const tell of query.watchers) tell();
}
