import { DaybookError } from '../../core/errors.ts';
import type { TokenChain } from '../../core/token-chains.ts';
import { type KeptTokens, REFRESH_AFTER_MS, readKept } from './kept-tokens.ts';
import { endWithout, granted, keepIssued, keepNote, requestTokens, type TokenParts } from './token-chain.ts';
import { endOf, judgeRefusal } from './token-errors.ts';

/** A day's limit or a block of an hour: few enough tries that they do not count against us. */
const SLOW_DOWN_MS = REFRESH_AFTER_MS;

/**
 * Renews the tokens, as the only holder of the chain: intent on disk, one request, what came back on disk, and only then
 * in use. Asks nobody when `serves` takes what another holder has brought meanwhile.
 * @throws DaybookError `signed_out`, `signed_in_elsewhere` (kept: nobody is asked again until a person signs in),
 * `not_ready` (Exact renews later), errors of the transport.
 */
export async function refreshTokens(
  chain: TokenChain,
  parts: TokenParts,
  serves: (kept: KeptTokens) => boolean,
): Promise<KeptTokens> {
  const kept = readKept(chain.stored);
  const refreshToken = kept?.refreshToken ?? null;
  if (kept === null || kept.ended !== null || refreshToken === null) throw signedOut(kept);
  if (serves(kept)) return kept;
  const began = parts.clock.now();
  if (mustWait(kept, began)) throw tooEarly(kept, began);
  const interrupted = kept.interrupted || chain.unfinished;
  const { answer, issued, times } = await requestTokens(chain, parts, kept, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  if (answer.status === 200 && issued.access !== null)
    return keepIssued(chain, granted(issued.access, issued.refreshToken ?? refreshToken, times, kept.user));

  const { came } = times;
  const refusal = judgeRefusal(answer, 'refresh', came);
  const rotated = issued.refreshToken;
  const now: KeptTokens =
    rotated === null
      ? { ...kept, interrupted }
      : { ...kept, refreshToken: rotated, refreshedAt: came, interrupted: false };
  const keep = rotated === null ? keepNote : keepIssued;

  if (refusal.kind === 'too_early' || (refusal.kind === 'ended' && rotated !== null)) {
    const waiting = await keep(chain, { ...now, waitUntil: nextTry(kept, came, rotated !== null) });
    if (serves(waiting)) return waiting;
    throw tooEarly(waiting, came);
  }
  if (refusal.kind === 'ended') {
    const ended = endOf(refusal.why, interrupted);
    // What is kept is read again here: tokens that another process has stored meanwhile go on counting.
    const after = await keepNote(chain, { ...now, refreshToken: null, accessToken: null, ended });
    if (after.ended === null && serves(after)) return after;
    if (after.ended === null) throw renewedElsewhere();
    throw signedOut(after);
  }
  if (rotated !== null) await keepIssued(chain, now);
  else if (refusal.error.code === 'rate_limited')
    await keepNote(chain, { ...now, waitUntil: came + longEnough(refusal.error.retryAfterMs ?? SLOW_DOWN_MS) });
  else if (refusal.issued === 'none') await endWithout(chain, kept);
  throw refusal.error;
}

/** A wait longer than any that is ever set was set before the clock went back. */
export function mustWait({ waitUntil }: KeptTokens, now: number): boolean {
  return waitUntil !== null && now < waitUntil && waitUntil - now <= REFRESH_AFTER_MS;
}

/**
 * Once the access token has expired, a refresh is always allowed. Of one whose age nobody knows, and after tokens were
 * issued just now, only after the longest time.
 */
function nextTry(kept: KeptTokens, now: number, issuedNow: boolean): number {
  const known = !issuedNow && now < kept.accessUntil;
  return now + longEnough(known ? kept.accessUntil - now : REFRESH_AFTER_MS);
}

function longEnough(ms: number): number {
  return Math.min(ms, REFRESH_AFTER_MS);
}

/** What a person reads when nobody is signed in. */
export function signedOut(kept: KeptTokens | null): DaybookError {
  if (kept?.ended) return new DaybookError(kept.ended.code, kept.ended.sentence);
  return new DaybookError(
    'signed_out',
    'Nobody has signed in to Exact Online for this connection yet. Sign in; Daybook opens the page in your browser.',
  );
}

function tooEarly({ waitUntil }: KeptTokens, now: number): DaybookError {
  const waitMs = Math.max(0, (waitUntil ?? now) - now);
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
  return new DaybookError(
    'not_ready',
    `Exact Online renews the sign-in at the earliest in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Daybook goes on by itself then.`,
    { retryAfterMs: waitMs },
  );
}

function renewedElsewhere(): DaybookError {
  return new DaybookError(
    'busy_elsewhere',
    'Another Daybook has renewed the sign-in to Exact Online just now. Try again.',
  );
}
