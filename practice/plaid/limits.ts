import { z } from 'zod';
import type { Clock } from '../../main/core/clock.ts';
import { rateLimit } from './problems.ts';

/** Requests a minute and Item in Plaid's sandbox (plaid.com/docs/errors/rate-limit-exceeded). */
const PER_MINUTE: Readonly<Record<string, number>> = {
  '/transactions/sync': 50,
  '/transactions/refresh': 2,
  '/accounts/get': 100,
  '/accounts/balance/get': 25,
  '/auth/get': 100,
  '/identity/get': 100,
  '/item/get': 40,
  '/item/remove': 100,
  '/investments/holdings/get': 100,
  '/investments/transactions/get': 100,
};

const body = z.object({ access_token: z.string() });

/** Counts requests; throws Plaid's refusal when an Item is asked too often. */
export function createLimits(clock: Clock): { count(path: string, request: unknown): void } {
  const windows = new Map<string, number[]>();
  return {
    count: (path, request) => {
      const allowed = PER_MINUTE[path];
      const token = body.safeParse(request).data?.access_token;
      if (allowed === undefined || token === undefined) return;
      const key = `${path} ${token}`;
      const now = clock.now();
      const recent = (windows.get(key) ?? []).filter((at) => at > now - 60_000);
      if (recent.length >= allowed) throw rateLimit(path);
      windows.set(key, [...recent, now]);
    },
  };
}
