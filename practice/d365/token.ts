/** The Entra token endpoint and the check of its tokens, as F&O makes it. */
import { createPublicKey, verify } from 'node:crypto';
import type { Clock } from '../../main/core/clock.ts';
import type { Random } from '../../main/core/random.ts';

export type Credentials = {
  /** Directory id. */
  readonly tenant: string;
  readonly clientId: string;
  readonly secret: string;
  /** PEM of a certificate or public key that may sign client assertions; none by default. */
  readonly certificate?: string;
};

export type TokenService = {
  /** Answers requests to `/{tenant}/…`; undefined for other paths. */
  answer(request: Request, url: URL): Promise<Response | undefined>;
  /** Null when the request's bearer token opens this environment. */
  refuse(request: Request, url: URL): Response | null;
  /** Takes the application off the list inside F&O (tokens are still issued), or puts it back. */
  setRegistered(registered: boolean): void;
  /** Invalidates all tokens at once, as a key roll-over does. */
  forgetTokens(): void;
};

const LIFETIME_SECONDS = 3599;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

type Token = { readonly audienceHost: string; readonly expiresAt: number };

export function createTokenService(
  ports: { readonly clock: Clock; readonly random: Random },
  settings: { readonly credentials: Credentials; readonly environmentHost: string },
): TokenService {
  const { credentials, environmentHost } = settings;
  const tokens = new Map<string, Token>();
  let registered = true;

  const guid = () => {
    const hex = Buffer.from(ports.random.bytes(16)).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };

  const refusal = (status: number, error: string, code: number, text: string) => {
    const [traceId, correlationId] = [guid(), guid()];
    const timestamp = `${new Date(ports.clock.now()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    return Response.json(
      {
        error,
        error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
        error_codes: [code],
        timestamp,
        trace_id: traceId,
        correlation_id: correlationId,
        error_uri: `https://login.microsoftonline.com/error?code=${code}`,
      },
      { status },
    );
  };

  const issue = (host: string) => {
    const seconds = Math.floor(ports.clock.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      aud: `https://${host}`,
      tid: credentials.tenant,
      oid: guid(),
      appid: credentials.clientId,
      iat: seconds,
      exp: seconds + LIFETIME_SECONDS,
    };
    const signature = Buffer.from(ports.random.bytes(32)).toString('base64url');
    const token = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${signature}`;
    for (const [old, { expiresAt }] of tokens) if (expiresAt <= ports.clock.now()) tokens.delete(old);
    tokens.set(token, { audienceHost: host, expiresAt: ports.clock.now() + LIFETIME_SECONDS * 1000 });
    return Response.json(
      { token_type: 'Bearer', expires_in: LIFETIME_SECONDS, ext_expires_in: LIFETIME_SECONDS, access_token: token },
      { headers: { 'cache-control': 'no-store, no-cache' } },
    );
  };

  const grant = async (request: Request, url: URL, tenant: string): Promise<Response> => {
    const form = new URLSearchParams(await request.text());
    if (tenant.toLowerCase() !== credentials.tenant.toLowerCase())
      return refusal(
        400,
        'invalid_request',
        90002,
        `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
      );
    if (form.get('grant_type') !== 'client_credentials')
      return refusal(
        400,
        'unsupported_grant_type',
        70003,
        `The app requested an unsupported grant type '${form.get('grant_type') ?? ''}'.`,
      );
    const clientId = form.get('client_id') ?? '';
    if (clientId.toLowerCase() !== credentials.clientId.toLowerCase())
      return refusal(
        400,
        'unauthorized_client',
        700016,
        `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
      );
    const scope =
      form
        .get('scope')
        ?.split(' ')
        .find((part) => part.includes('/.default')) ?? '';
    const resource = scope.replace(/\/\.default$/, '');
    // A trailing slash or a capital makes another resource, which nobody consented to.
    if (resource.endsWith('/') || resource !== resource.toLowerCase())
      return refusal(
        400,
        'invalid_grant',
        65001,
        `The user or administrator has not consented to use the application with ID '${clientId}'.`,
      );
    const host = URL.canParse(resource) ? new URL(resource).host : '';
    if (host !== environmentHost && host !== url.host && !isLoopback(host))
      return refusal(
        400,
        'invalid_resource',
        500011,
        `The resource principal named ${resource} was not found in the tenant named ${tenant}.`,
      );
    if (form.has('client_assertion')) {
      const valid =
        form.get('client_assertion_type') === ASSERTION_TYPE &&
        isSigned(form.get('client_assertion') ?? '', credentials);
      if (!valid)
        return refusal(
          401,
          'invalid_client',
          700027,
          'The certificate with identifier used to sign the client assertion is not registered on application.',
        );
    } else if (form.get('client_secret') !== credentials.secret)
      return refusal(
        401,
        'invalid_client',
        7000215,
        `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      );
    return issue(host);
  };

  return {
    answer: async (request, url) => {
      const match = /^\/([^/]+)\/(oauth2\/v2\.0\/token|v2\.0\/\.well-known\/openid-configuration)$/.exec(url.pathname);
      const tenant = match?.[1];
      if (tenant === undefined) return undefined;
      if (match?.[2] === 'oauth2/v2.0/token')
        return request.method === 'POST' ? grant(request, url, tenant) : new Response(null, { status: 405 });
      const base = `${url.origin}/${tenant}`;
      return Response.json({
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        issuer: `${base}/v2.0`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      });
    },
    refuse: (request, url) => {
      const bearer = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      const token = bearer === undefined ? undefined : tokens.get(bearer);
      const fits =
        token !== undefined &&
        (token.audienceHost === environmentHost || token.audienceHost === url.host || isLoopback(token.audienceHost));
      if (fits && registered && token.expiresAt > ports.clock.now()) return null;
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    },
    setRegistered: (value) => {
      registered = value;
    },
    forgetTokens: () => tokens.clear(),
  };
}

/** Practice companies are served on this machine under any port. */
function isLoopback(host: string): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

/**
 * Whether a client assertion is from this client and signed by its registered certificate. Its times are not compared:
 * the library that makes it reads the machine's clock, and a practice day may be any day.
 */
function isSigned(assertion: string, { certificate, clientId }: Credentials): boolean {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  if (certificate === undefined || signature === '') return false;
  try {
    const { alg } = decoded(header);
    const { iss, sub } = decoded(claims);
    if (iss !== clientId || sub !== clientId) return false;
    const key = createPublicKey(certificate);
    const signed = Buffer.from(`${header}.${claims}`);
    const options = alg === 'PS256' ? { key, padding: 6, saltLength: 32 } : key;
    return verify('sha256', signed, options, Buffer.from(signature, 'base64url'));
  } catch {
    // Not a JWT at all: refused like a wrong signature.
    return false;
  }
}

function decoded(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
