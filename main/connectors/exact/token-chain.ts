import type { Clock } from '../../core/clock.ts';
import { asDaybookError, type ErrorCode } from '../../core/errors.ts';
import type { Http, HttpAnswer } from '../../core/http.ts';
import type { TokenChain } from '../../core/token-chains.ts';
import type { ExactSettings } from './config.ts';
import { type KeptTokens, readKept, SIGN_IN_LASTS_MS } from './kept-tokens.ts';
import { askToken, type Grant, type Issued, readIssued } from './token-endpoint.ts';

export type TokenParts = {
  readonly settings: ExactSettings;
  readonly http: Http;
  readonly clock: Clock;
  readonly secret: (name: string) => string;
};

/** The transport's errors after which it is sure that nothing left this computer. */
const NOTHING_SENT: ReadonlySet<ErrorCode> = new Set(['setup_invalid', 'wrong_keys', 'rate_limited']);

export type TokenAnswer = {
  readonly answer: HttpAnswer;
  readonly issued: Issued;
  readonly times: { readonly asked: number; readonly came: number };
};

/**
 * One request for tokens, its intent on disk before it leaves. When its answer is lost the intent stays: new tokens may
 * have been issued, and the old one spent.
 */
export async function requestTokens(
  chain: TokenChain,
  { settings, http, clock, secret }: TokenParts,
  kept: KeptTokens | null,
  grant: Grant,
): Promise<TokenAnswer> {
  const clientSecret = secret('clientSecret');
  await chain.begin();
  const asked = clock.now();
  try {
    const answer = await askToken(http, settings, clientSecret, grant);
    return { answer, issued: readIssued(answer), times: { asked, came: clock.now() } };
  } catch (thrown) {
    if (NOTHING_SENT.has(asDaybookError(thrown).code)) await endWithout(chain, kept);
    throw thrown;
  }
}

/** Keeps tokens that came back, durably, before anybody uses them. @returns what the chain holds now. */
export async function keepIssued(chain: TokenChain, tokens: KeptTokens): Promise<KeptTokens> {
  return readKept(await chain.save(JSON.stringify(tokens))) ?? tokens;
}

/** Keeps what was learnt without new tokens. @returns what the chain holds now, which another process may have kept. */
export async function keepNote(chain: TokenChain, tokens: KeptTokens): Promise<KeptTokens> {
  return readKept(await chain.note(JSON.stringify(tokens))) ?? tokens;
}

/** Ends a request that surely brought no tokens. That an earlier answer was lost must not be forgotten with it. */
export async function endWithout(chain: TokenChain, kept: KeptTokens | null): Promise<void> {
  const interrupted = chain.unfinished || (kept?.interrupted ?? false);
  if (!interrupted) return chain.giveUp();
  if (kept !== null) await keepNote(chain, { ...kept, interrupted });
}

/** The tokens of a granted request, as they are kept. */
export function granted(
  access: NonNullable<Issued['access']>,
  refreshToken: string,
  times: TokenAnswer['times'],
  user: string | null,
): KeptTokens {
  return {
    refreshToken,
    refreshedAt: times.came,
    accessToken: access.token,
    accessSince: times.came,
    accessUntil: times.asked + access.lastsMs,
    user,
    waitUntil: null,
    interrupted: false,
    ended: null,
  };
}

export function hasRunOut(kept: KeptTokens, now: number): boolean {
  return now >= kept.refreshedAt + SIGN_IN_LASTS_MS;
}
