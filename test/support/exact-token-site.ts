/** The sign-in of one country site of Exact Online, as its token endpoint behaves (facts 1.2, 1.3): one app, one user. */
import type { Clock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';

const REFRESH_AFTER_MS = 570_000;
const ACCESS_LASTS_MS = 600_000;
const CODE_LASTS_MS = 180_000;
const REFRESH_LASTS_MS = 30 * 86_400_000;

/** What happens to the next token request: it, or its answer, is lost; or it is answered so. */
export type TokenFault = 'lose_request' | 'lose_answer' | (() => Response);

export type ExactTokenSite = {
  readonly fetch: Fetch;
  /** Forms of all token requests that arrived. */
  readonly asked: URLSearchParams[];
  readonly faults: TokenFault[];
  /** Called with each token request that arrives, before it is answered. */
  onAsked: () => void | Promise<void>;
  /** Takes refresh tokens that are spent, as has been seen at times. */
  lenient: boolean;
  /** How far the site's own clock is behind. */
  behindMs: number;
  /** What the browser would bring back after the person has agreed. */
  agree(): string;
  /** Whether the API would take this access token now. */
  takes(accessToken: string): boolean;
  /** As when the same user signs in elsewhere: the chain moves on without us. */
  moveOn(): void;
};

export const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

export const REFUSALS = {
  tooEarly: () =>
    json(
      400,
      { error: 'access_denied', error_description: 'Rate limit exceeded: access_token not expired' },
      { Reason: 'TooEarlyToRefreshTokens: 12' },
    ),
  expired: () =>
    json(400, {
      error: 'invalid_request',
      error_description: 'The refresh token expired at 10/11/2022 9:18:20 PM and it is now 11/12/2022 9:18:20 PM',
    }),
  broken: () =>
    json(400, {
      error: 'invalid_grant',
      error_description: 'Token is not allowed, because of invalid or empty chainId',
    }),
  used: () => new Response('Unauthorized Client: Old refresh token used.', { status: 401 }),
};

export function exactTokenSite(clock: Clock): ExactTokenSite {
  let count = 0;
  let code: { text: string; at: number } | null = null;
  let chain: { access: string; refresh: string; at: number } | null = null;
  const now = () => clock.now() - site.behindMs;

  const issue = () => {
    count += 1;
    chain = { access: `gAAA-access-${count}`, refresh: `stamp!refresh-${count}`, at: now() };
    return json(200, {
      access_token: chain.access,
      token_type: 'bearer',
      expires_in: '600',
      refresh_token: chain.refresh,
    });
  };

  const answer = (form: URLSearchParams): Response => {
    if (form.get('client_id') !== 'app' || form.get('client_secret') !== 'client-secret-1')
      return json(400, { error: 'invalid_client' });
    if (form.get('grant_type') === 'authorization_code') {
      const good = code !== null && form.get('code') === code.text && now() - code.at < CODE_LASTS_MS;
      code = null;
      return good ? issue() : json(400, { error: 'invalid_grant', error_description: 'Invalid authorization code' });
    }
    if (chain === null) return REFUSALS.broken();
    if (form.get('refresh_token') !== chain.refresh && !site.lenient) return REFUSALS.used();
    const age = now() - chain.at;
    if (age < REFRESH_AFTER_MS) return REFUSALS.tooEarly();
    return age >= REFRESH_LASTS_MS ? REFUSALS.expired() : issue();
  };

  const site: ExactTokenSite = {
    asked: [],
    faults: [],
    onAsked: () => {},
    lenient: false,
    behindMs: 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/api/v1/current/Me') {
        const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '';
        if (!site.takes(token)) return new Response('', { status: 401 });
        return json(200, { d: { results: [{ FullName: 'Anna de Wit', UserName: 'anna' }] } });
      }
      if (pathname !== '/api/oauth2/token') return new Response('', { status: 404 });
      const fault = site.faults.shift();
      if (fault === 'lose_request') throw new TypeError('fetch failed');
      const form = new URLSearchParams(await request.text());
      site.asked.push(form);
      await site.onAsked();
      const response = typeof fault === 'function' ? fault() : answer(form);
      if (fault === 'lose_answer') throw new TypeError('terminated');
      return response;
    },
    agree: () => {
      code = { text: `stamp!code-${count}`, at: now() };
      return code.text;
    },
    takes: (token) => chain !== null && token === chain.access && now() - chain.at < ACCESS_LASTS_MS,
    moveOn: () => void issue(),
  };
  return site;
}
