import { z } from 'zod';

/** How an access token and a sign-in age at Exact Online. Facts 1.3. */
export const REFRESH_AFTER_MS = 570_000;
export const SIGN_IN_LASTS_MS = 30 * 86_400_000;
/** `expires_in`, where an answer leaves it out. */
export const ACCESS_LASTS_MS = 600_000;

/** The text of a token chain. Instants are milliseconds since 1970. */
const keptSchema = z.object({
  /** Null once it is known to be worth nothing. */
  refreshToken: z.string().min(1).nullable(),
  /** When the refresh token came: it dies 30 days after. */
  refreshedAt: z.number(),
  accessToken: z.string().min(1).nullable(),
  /** When its answer came, so that it is at least this old. */
  accessSince: z.number(),
  /** Counted from before its request, so that it surely lives until then. */
  accessUntil: z.number(),
  user: z.string().nullable(),
  /** Exact said that it is too early to refresh: nothing is asked before. */
  waitUntil: z.number().nullable(),
  /** The answer to a refresh was lost, so the refresh token may be spent. */
  interrupted: z.boolean(),
  ended: z.object({ code: z.enum(['signed_out', 'signed_in_elsewhere']), sentence: z.string() }).nullable(),
});

export type KeptTokens = z.infer<typeof keptSchema>;

/** Null before the first sign-in, and for a text that this version cannot read: both need a person. */
export function readKept(stored: string | null): KeptTokens | null {
  if (stored === null) return null;
  try {
    const parsed = keptSchema.safeParse(JSON.parse(stored));
    return parsed.success ? parsed.data : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/** Young enough that Exact would refuse to renew it. A token of the future is one of a clock that was set back. */
export function isYoung(kept: KeptTokens, now: number): boolean {
  const age = now - kept.accessSince;
  return kept.accessToken !== null && age >= 0 && age < REFRESH_AFTER_MS;
}
