import { z } from 'zod';
import { instantOf } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';
import type { TokenChain } from '../../core/token-chains.ts';
import type { SignInState } from '../sign-in.ts';
import type { ExactSettings } from './config.ts';
import { type KeptTokens, readKept, SIGN_IN_LASTS_MS } from './kept-tokens.ts';
import { endWithout, granted, hasRunOut, keepIssued, keepNote, requestTokens, type TokenParts } from './token-chain.ts';
import { endOf, judgeRefusal } from './token-errors.ts';

const NAME_TIMEOUT_MS = 10_000;

/** GET /api/oauth2/auth on the country site. Facts 1.2. */
export function signInUrl(settings: ExactSettings, state: string): string {
  const query = new URLSearchParams({
    client_id: settings.clientId,
    redirect_uri: settings.redirectUri,
    response_type: 'code',
    force_login: '0',
    state,
  });
  return `${settings.base}/api/oauth2/auth?${query}`;
}

/**
 * Changes the code for tokens, which replace those of any sign-in before, and asks once who has signed in.
 * @throws DaybookError `link_expired`, `wrong_keys`, `not_permitted`, errors of the transport; the old tokens stay then.
 */
export async function finishSignIn(chain: TokenChain, parts: TokenParts, code: string): Promise<KeptTokens> {
  const before = readKept(chain.stored);
  const { answer, issued, times } = await requestTokens(chain, parts, before, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: parts.settings.redirectUri,
  });
  const { access, refreshToken } = issued;
  if (answer.status !== 200 || access === null || refreshToken === null) {
    const refusal = judgeRefusal(answer, 'code', times.came);
    if (refusal.kind !== 'failed') throw await tooSoon(chain, before);
    if (refusal.issued === 'none') await endWithout(chain, before);
    throw refusal.error;
  }
  const kept = await keepIssued(chain, granted(access, refreshToken, times, null));
  const user = await askName(parts, access.token);
  return user === null ? kept : keepNote(chain, { ...kept, user });
}

/** Asks nobody. */
export function signInStateOf(kept: KeptTokens | null, now: number): SignInState {
  if (kept === null) return { state: 'signed_out', endsAt: null, refreshedAt: null, user: null, ended: null };
  const { user } = kept;
  const refreshedAt = instantOf(kept.refreshedAt);
  const ended = kept.ended ?? (hasRunOut(kept, now) ? endOf('expired', false) : null);
  if (ended !== null) return { state: 'signed_out', endsAt: null, refreshedAt, user, ended };
  return {
    state: 'signed_in',
    endsAt: instantOf(kept.refreshedAt + SIGN_IN_LASTS_MS),
    refreshedAt,
    user,
    ended: null,
  };
}

const person = z.looseObject({ FullName: z.string().nullish(), UserName: z.string().nullish() });
const me = z.object({ d: z.union([z.object({ results: z.array(person) }), z.array(person), person]) });

/** GET /api/v1/current/Me, the one call that needs no division. Null where Exact does not tell: it is only shown. */
async function askName({ http, settings }: TokenParts, accessToken: string): Promise<string | null> {
  try {
    const answer = await http.send({
      method: 'GET',
      url: `${settings.base}/api/v1/current/Me?$select=FullName,UserName`,
      headers: { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' },
      timeoutMs: NAME_TIMEOUT_MS,
      retry: 'never',
    });
    if (answer.status !== 200) return null;
    const { d } = me.parse(JSON.parse(answer.text));
    const row = Array.isArray(d) ? d[0] : 'results' in d && Array.isArray(d.results) ? d.results[0] : d;
    const { FullName, UserName } = person.parse(row ?? {});
    return FullName || UserName || null;
  } catch (thrown) {
    // The sign-in is done and kept; it does not fail for a name that nobody needs.
    const known = thrown instanceof DaybookError || thrown instanceof SyntaxError || thrown instanceof z.ZodError;
    if (known) return null;
    throw thrown;
  }
}

async function tooSoon(chain: TokenChain, before: KeptTokens | null): Promise<DaybookError> {
  await endWithout(chain, before);
  return new DaybookError(
    'rate_limited',
    'Exact Online gives no new sign-in so soon after the last one. Wait ten minutes and sign in again.',
  );
}
