import type { Clock } from '../main/core/clock.ts';

export type Rate = { readonly perSecond: number; readonly burst: number };

/** Who is remembered at most: an attacker with many addresses must not fill the memory. */
const MOST_KEYS = 50_000;

type Bucket = { left: number; at: number };

export type Limiter = {
  /** Takes one; false when none is left. */
  take(key: string): boolean;
  /** Whether one is left, without taking it. */
  has(key: string): boolean;
};

/** Token buckets by key: `burst` at once, then `perSecond`. Who comes newly has a full one; the longest silent is forgotten. */
export function limiter(clock: Pick<Clock, 'now'>, { perSecond, burst }: Rate): Limiter {
  const buckets = new Map<string, Bucket>();

  const fill = (key: string): Bucket => {
    const now = clock.now();
    const known = buckets.get(key);
    if (!known) return { left: burst, at: now };
    // A wall clock may be set back; time then counts from there on.
    const passed = Math.max(0, now - known.at);
    return { left: Math.min(burst, known.left + (passed / 1000) * perSecond), at: now };
  };
  return {
    has: (key) => fill(key).left >= 1,
    take: (key) => {
      const bucket = fill(key);
      const taken = bucket.left >= 1;
      if (taken) bucket.left -= 1;
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > MOST_KEYS) {
        const [longestSilent] = buckets.keys();
        if (longestSilent !== undefined) buckets.delete(longestSilent);
      }
      return taken;
    },
  };
}
