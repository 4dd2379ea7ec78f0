import type { RelayStore } from './store.ts';

/** Who at this node wants to know of news of a channel, whichever node made them. */
export type Hub = {
  subscribe(channel: string, listener: () => void): () => void;
  /** Resolves at the next news of the channel, or when `stop` is aborted. */
  nextNews(channel: string, stop: AbortSignal): Promise<void>;
  /** Aborted when the node goes down: whoever waits answers now. */
  readonly stopping: AbortSignal;
  stop(): void;
};

export function createHub(store: RelayStore): Hub {
  const listeners = new Map<string, Set<() => void>>();
  const stopping = new AbortController();
  store.onNews((channel) => {
    const told = channel === null ? [...listeners.values()].flatMap((each) => [...each]) : listeners.get(channel);
    for (const listener of told ?? []) listener();
  });

  const subscribe: Hub['subscribe'] = (channel, listener) => {
    const own = listeners.get(channel) ?? new Set();
    listeners.set(channel, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0 && listeners.get(channel) === own) listeners.delete(channel);
    };
  };
  return {
    subscribe,
    nextNews: (channel, stop) =>
      new Promise((resolve) => {
        if (stop.aborted) return resolve();
        const done = () => {
          unsubscribe();
          stop.removeEventListener('abort', done);
          resolve();
        };
        const unsubscribe = subscribe(channel, done);
        stop.addEventListener('abort', done);
      }),
    stopping: stopping.signal,
    stop: () => stopping.abort(),
  };
}
