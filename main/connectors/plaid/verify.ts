import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { z } from 'zod';
import { epochOf } from '../../core/calendar.ts';
import type { Stop } from '../capabilities.ts';
import type { RawNotice, RefusedNotice } from '../webhooks.ts';
import type { VerificationKeys } from './verification-keys.ts';

/** Plaid's own limit for the age of a webhook, and what clocks may be apart. */
const OLDEST_SECONDS = 5 * 60;
const AHEAD_SECONDS = 60;

const header = z.looseObject({ alg: z.literal('ES256'), kid: z.string().min(1).max(200) });
const claims = z.looseObject({
  iat: z.int().min(0),
  request_body_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Verified = { readonly verdict: 'genuine'; readonly dedupeKey: string };

/**
 * The check of `Plaid-Verification` (plaid.com/docs/api/webhooks/webhook-verification): a JWT over the hash of the raw
 * body. The header's claims are believed only after the signature; what costs nothing is looked at first.
 */
export async function verifyPlaid(
  notice: RawNotice,
  keys: VerificationKeys,
  stop: Stop,
): Promise<Verified | RefusedNotice> {
  const token = notice.headers.get('plaid-verification');
  if (token === undefined) return { verdict: 'forged', why: 'The notice has no signature.' };
  const parts = readToken(token);
  if (parts === null) return { verdict: 'forged', why: 'The signature of the notice is none of Plaid’s form.' };
  const { kid, iat, bodyHash, signed, signature } = parts;
  if (!timingSafeEqual(createHash('sha256').update(notice.body).digest(), Buffer.from(bodyHash, 'hex')))
    return { verdict: 'forged', why: 'The text of the notice was changed on its way.' };
  const received = epochOf(notice.receivedAt) / 1000;
  if (received - iat > OLDEST_SECONDS) return { verdict: 'stale', why: 'The notice came in long after it was signed.' };
  if (iat - received > AHEAD_SECONDS) return { verdict: 'stale', why: 'The notice says that it is from the future.' };
  const known = await keys.find(kid, stop);
  if (known === null) return { verdict: 'unknown_key', why: 'The notice names a key that Plaid does not know.' };
  // Judged by when it was signed: a computer that slept over a change of keys gets what came before it.
  if (known.expiredAt !== null && known.expiredAt <= iat)
    return { verdict: 'unknown_key', why: 'The notice is signed by a key that Plaid has ended.' };
  if (!verify('sha256', signed, { key: known.key, dsaEncoding: 'ieee-p1363' }, signature))
    return { verdict: 'forged', why: 'The signature of the notice is not Plaid’s.' };
  // Not over the signature: each has a twin that is valid as well.
  return { verdict: 'genuine', dedupeKey: `${iat} ${bodyHash}` };
}

function readToken(token: string) {
  const [, head, body, tail] = /^([\w-]+)\.([\w-]+)\.([\w-]{86})$/.exec(token.trim()) ?? [];
  if (head === undefined || body === undefined || tail === undefined) return null;
  const parsedHeader = header.safeParse(jsonIn(head));
  const parsedClaims = claims.safeParse(jsonIn(body));
  if (!parsedHeader.success || !parsedClaims.success) return null;
  return {
    kid: parsedHeader.data.kid,
    iat: parsedClaims.data.iat,
    bodyHash: parsedClaims.data.request_body_sha256,
    signed: Buffer.from(`${head}.${body}`, 'latin1'),
    signature: Buffer.from(tail, 'base64url'),
  };
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
