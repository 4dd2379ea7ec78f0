/**
 * The token endpoint and its chains: one chain per app and user, a refresh token that dies when the next one is issued,
 * and a window in which refreshing is allowed at all.
 */
import type { Site, User } from './site.ts';

export type Application = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly webhookSecret: string;
  readonly redirectUri: string;
};

export type OAuth = {
  /** A code after consent; valid three minutes and once. Makes nothing invalid yet. */
  issueCode(user: User, divisions: ReadonlySet<number>): string;
  /** Answers `POST /api/oauth2/token`. */
  token(request: Request): Promise<Response>;
  /** Who calls with this token; undefined for an unknown one and for one older than ten minutes. */
  caller(bearer: string): { readonly user: User; readonly divisions: ReadonlySet<number> } | undefined;
  /** The user's current chain, for the people of the control. */
  chainOf(user: User): Chain | undefined;
  /** Takes the app away from the user: tokens and chain are gone. */
  forget(user: User): void;
  /** Signs in anew elsewhere: the chain that was there is broken. */
  takeOver(user: User, divisions: ReadonlySet<number>): Tokens;
  /** Gives the chain new tokens, whatever its age: what another computer would get. */
  rotate(chain: Chain): Tokens;
};

export type Tokens = { readonly access: string; readonly refresh: string };

export type Chain = {
  readonly user: User;
  readonly divisions: ReadonlySet<number>;
  refresh: string;
  /** Refresh tokens that were replaced, the last one last. */
  readonly replaced: string[];
  issuedAt: number;
  /** Whether the tokens issued last were used for anything. */
  used: boolean;
};

const ACCESS_MS = 600_000;
const EARLIEST_REFRESH_MS = 570_000;
const REFRESH_MS = 30 * 86_400_000;
const CODE_MS = 180_000;
const HOUR_MS = 3_600_000;

export function createOAuth(site: Site, app: Application): OAuth {
  const { clock, random, settings } = site;
  const chains = new Map<string, Chain>();
  const access = new Map<string, { readonly chain: Chain; readonly expiresAt: number }>();
  const codes = new Map<string, { readonly user: User; readonly divisions: ReadonlySet<number>; until: number }>();
  const calls = new Map<string, number>();
  const errors: number[] = [];

  // Codes hold a `!`, which travels encoded and must be decoded exactly once.
  const secret = (length: number) => Buffer.from(random.bytes(length)).toString('base64url');

  const rotate = (chain: Chain): Tokens => {
    const tokens = { access: secret(48), refresh: `stampNL001.${secret(32)}` };
    if (chain.refresh !== '') chain.replaced.push(chain.refresh);
    chain.refresh = tokens.refresh;
    chain.issuedAt = clock.now();
    chain.used = false;
    for (const [old, { expiresAt }] of access) if (expiresAt <= clock.now()) access.delete(old);
    access.set(tokens.access, { chain, expiresAt: clock.now() + ACCESS_MS });
    return tokens;
  };

  const refuse = (status: number, error: string, description: string, reason?: string): Response => {
    errors.push(clock.now());
    const headers: Record<string, string> = reason === undefined ? {} : { reason };
    return Response.json({ error, error_description: description }, { status, headers });
  };
  const answer = (tokens: Tokens) =>
    Response.json({
      access_token: tokens.access,
      token_type: 'bearer',
      expires_in: String(ACCESS_MS / 1000),
      refresh_token: tokens.refresh,
    });
  const brokenChain = () => refuse(400, 'invalid_grant', 'Token is not allowed, because of invalid or empty chainId');

  const takeOver = (user: User, divisions: ReadonlySet<number>): Tokens => {
    const chain: Chain = { user, divisions, refresh: '', replaced: [], issuedAt: 0, used: false };
    chains.set(user.id, chain);
    return rotate(chain);
  };

  const byCode = (form: URLSearchParams): Response => {
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    if (code === undefined || code.until <= clock.now())
      return refuse(400, 'invalid_grant', 'The authorization code is invalid or has expired.');
    if (form.get('redirect_uri') !== app.redirectUri)
      return refuse(400, 'invalid_request', `Callback URI '${form.get('redirect_uri') ?? ''}' is not valid`);
    return answer(takeOver(code.user, code.divisions));
  };

  const byRefreshToken = (form: URLSearchParams): Response => {
    const sent = form.get('refresh_token') ?? '';
    const chain = [...chains.values()].find(({ refresh, replaced }) => refresh === sent || replaced.includes(sent));
    if (chain === undefined) return brokenChain();
    const isLast = chain.replaced.at(-1) === sent;
    const grace = settings.oldRefreshToken === 'until_new_is_used' && isLast && !chain.used;
    if (chain.refresh !== sent && !grace) {
      errors.push(clock.now());
      return new Response('Unauthorized Client: Old refresh token used.', { status: 401 });
    }
    const age = clock.now() - chain.issuedAt;
    if (age > REFRESH_MS) {
      const ended = usDate(chain.issuedAt + REFRESH_MS);
      const now = usDate(clock.now());
      return refuse(400, 'invalid_request', `The refresh token expired at ${ended} and it is now ${now}.`);
    }
    if (age < EARLIEST_REFRESH_MS) {
      errors.push(clock.now());
      const rotated = settings.earlyRefreshRotates ? { refresh_token: rotate(chain).refresh } : {};
      return Response.json(
        { error: 'access_denied', error_description: 'Rate limit exceeded: access_token not expired', ...rotated },
        { status: 400, headers: { reason: 'TooEarlyToRefreshTokens: access_token not expired' } },
      );
    }
    return answer(rotate(chain));
  };

  return {
    issueCode: (user, divisions) => {
      const code = `stampNL001.${secret(24).slice(0, 12)}!${secret(24)}`;
      codes.set(code, { user, divisions, until: clock.now() + CODE_MS });
      return code;
    },
    token: async (request) => {
      const form = new URLSearchParams(await request.text());
      const recent = errors.filter((at) => at > clock.now() - HOUR_MS);
      errors.splice(0, errors.length, ...recent);
      if (settings.errorLimit !== null && recent.length >= settings.errorLimit)
        return new Response(null, { status: 429 });
      if (form.get('client_id') !== app.clientId || form.get('client_secret') !== app.clientSecret)
        return refuse(400, 'invalid_client', 'Client authentication failed.');
      const day = `${app.clientId}|${site.now().slice(0, 10)}`;
      calls.set(day, (calls.get(day) ?? 0) + 1);
      if (settings.tokenLimit !== null && (calls.get(day) ?? 0) > settings.tokenLimit)
        return refuse(400, 'access_denied', 'Rate limit exceeded: too many token calls today');
      const grant = form.get('grant_type');
      if (grant === 'authorization_code') return byCode(form);
      if (grant === 'refresh_token') return byRefreshToken(form);
      return refuse(400, 'unsupported_grant_type', `The grant type '${grant ?? ''}' is not supported.`);
    },
    caller: (bearer) => {
      const token = access.get(bearer);
      if (token === undefined || token.expiresAt <= clock.now()) return undefined;
      if (token.chain.issuedAt + ACCESS_MS === token.expiresAt) token.chain.used = true;
      return token.chain;
    },
    forget: (user) => {
      chains.delete(user.id);
      for (const [token, { chain }] of access) if (chain.user === user) access.delete(token);
    },
    chainOf: (user) => chains.get(user.id),
    takeOver,
    rotate,
  };
}

/** `10/11/2022 9:18:20 PM`: for people. */
function usDate(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const hour = date.getUTCHours();
  const time = `${hour % 12 === 0 ? 12 : hour % 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  return `${day} ${time} ${hour < 12 ? 'AM' : 'PM'}`;
}
