import type { Clock } from './clock.ts';

export type Remembered<Value> = (key: string, stop: AbortSignal | undefined) => Promise<Value>;

/**
 * Remembers answers for a while, so that a journal of 250 entries asks for the chart of accounts once. A failed read is
 * not remembered. `forget` empties all of it: after a refusal the other side is evidently not what we thought.
 */
export function createCache(clock: Clock, lifetimeMs: number) {
  const clearers: Array<() => void> = [];
  return {
    of<Value>(load: Remembered<Value>): Remembered<Value> {
      const held = new Map<string, { readonly until: number; readonly value: Promise<Value> }>();
      clearers.push(() => held.clear());
      return (key, stop) => {
        const known = held.get(key);
        if (known !== undefined && clock.now() < known.until) return known.value;
        const value = load(key, stop);
        const entry = { until: clock.now() + lifetimeMs, value };
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
