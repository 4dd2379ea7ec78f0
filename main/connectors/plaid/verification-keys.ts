import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Stop } from '../capabilities.ts';
import type { VerificationKey } from './answers.ts';

/** A key of Plaid's that signs webhooks. */
export type KnownKey = {
  readonly key: KeyObject;
  /** Seconds since 1970; null while it is in use. */
  readonly expiredAt: number | null;
};

export type VerificationKeys = {
  /**
   * The key of this id, or null where Plaid knows none.
   * @throws DaybookError `rate_limited` when too many unknown ids were asked for of late, and errors of the transport.
   */
  find(keyId: string, stop: Stop): Promise<KnownKey | null>;
};

const HOUR_MS = 3_600_000;
/** A key is asked for again after this, so that its end is noticed. */
const FRESH_MS = 24 * HOUR_MS;
/** While Plaid cannot be reached, a key that was good counts this long. */
const LAST_MS = 72 * HOUR_MS;
/** Whoever posts a notice chooses the id in it, so ids that Plaid does not know are asked for this often and no more. */
const MISSES = { most: 10, perMs: 10 * 60_000 };
const AWAY_MS = 3_000;
const REFUSED_MS = HOUR_MS;
const MOST_REFUSED = 500;

type Held = KnownKey & { readonly fetchedAt: number };

/**
 * Plaid's keys by id, as its documentation wants them kept (plaid.com/docs/api/webhooks/webhook-verification): fetched
 * once, asked for anew daily, one request at a time for each id.
 */
export function verificationKeys(
  fetchKey: (keyId: string, stop: Stop) => Promise<VerificationKey>,
  clock: Clock,
): VerificationKeys {
  const held = new Map<string, Held>();
  const refused = new Map<string, number>();
  const fetching = new Map<string, Promise<Held | null>>();
  /** When ids were asked for that Plaid turned out not to know. */
  let misses: number[] = [];
  /** Plaid could not be reached a moment ago: not asked for each of many notices. */
  let away: { readonly until: number; readonly error: unknown } | null = null;

  const fetchNow = async (keyId: string): Promise<Held | null> => {
    try {
      // Shared, so it listens to no single caller's stop.
      const { expired_at, kty, crv, x, y } = await fetchKey(keyId, undefined);
      const key = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
      const found = { key, expiredAt: expired_at, fetchedAt: clock.now() };
      held.set(keyId, found);
      return found;
    } catch (thrown) {
      if (!isUnknownKey(thrown)) {
        away = { until: clock.now() + AWAY_MS, error: thrown };
        throw thrown;
      }
      held.delete(keyId);
      misses.push(clock.now());
      refused.set(keyId, clock.now());
      const [oldest] = refused.keys();
      if (refused.size > MOST_REFUSED && oldest !== undefined) refused.delete(oldest);
      return null;
    }
  };

  const fetchOnce = (keyId: string): Promise<Held | null> => {
    const under = fetching.get(keyId) ?? fetchNow(keyId).finally(() => fetching.delete(keyId));
    fetching.set(keyId, under);
    return under;
  };

  const requireTurn = () => {
    const now = clock.now();
    if (away !== null && now < away.until) throw away.error;
    misses = misses.filter((at) => at > now - MISSES.perMs);
    const [first] = misses;
    if (misses.length + fetching.size < MISSES.most || first === undefined) return;
    throw new DaybookError(
      'rate_limited',
      'Many notices name keys that Plaid never gave out. Daybook asks for no more of them for a while; banks are fetched as always.',
      { retryAfterMs: first + MISSES.perMs - now },
    );
  };

  return {
    find: async (keyId, stop) => {
      stop?.throwIfAborted();
      const now = clock.now();
      const known = held.get(keyId);
      if (known) {
        const age = now - known.fetchedAt;
        if (age < FRESH_MS || known.expiredAt !== null) return known;
        return fetchOnce(keyId).catch((thrown: unknown) => {
          const away = thrown instanceof DaybookError && thrown.retryable && age < LAST_MS;
          if (away) return known;
          throw thrown;
        });
      }
      const refusedAt = refused.get(keyId);
      if (refusedAt !== undefined && now - refusedAt < REFUSED_MS) return null;
      if (!fetching.has(keyId)) requireTurn();
      return fetchOnce(keyId);
    },
  };
}

function isUnknownKey(thrown: unknown): boolean {
  return thrown instanceof DaybookError && thrown.providerCode === 'INVALID_WEBHOOK_VERIFICATION_KEY_ID';
}
