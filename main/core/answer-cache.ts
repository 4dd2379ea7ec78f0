import type { Clock } from './clock.ts';

/** `notOlderMs` narrows the lifetime for one caller; the younger answer is then everybody's. */
export type Remembered<Value> = (key: string, stop: AbortSignal | undefined, notOlderMs?: number) => Promise<Value>;

/**
 * Remembers answers for a while, so that a journal of 250 entries asks for the chart of accounts once. A failed read is
 * not remembered. `forget` empties all of it: after a refusal the other side is evidently not what we thought.
 */
export function createCache(clock: Clock, lifetimeMs: number) {
  const clearers: Array<() => void> = [];
  return {
    of<Value>(load: (key: string, stop: AbortSignal | undefined) => Promise<Value>): Remembered<Value> {
      const held = new Map<string, { readonly readAt: number; readonly value: Promise<Value> }>();
      clearers.push(() => held.clear());
      return (key, stop, notOlderMs = lifetimeMs) => {
        const known = held.get(key);
        if (known !== undefined && clock.now() < known.readAt + Math.min(lifetimeMs, notOlderMs)) return known.value;
        const readAt = clock.now();
        const value = load(key, stop);
        const entry = { readAt, value };
        held.set(key, entry);
        value.catch(() => {
          if (held.get(key) === entry) held.delete(key);
        });
        return value;
      };
    },
    forget(): void {
      for (const clear of clearers) clear();
    },
  };
}
