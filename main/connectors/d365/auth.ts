import { ConfidentialClientApplication, type INetworkModule, type NodeAuthOptions } from '@azure/msal-node';
import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { asDaybookError, DaybookError, type ErrorCode } from '../../core/errors.ts';
import { type Http, type HttpAnswer, retryAfterMs } from '../../core/http.ts';
import type { D365Settings } from './config.ts';

export type Credential = { readonly secret: string } | { readonly certificateKey: string };

/** Access tokens of one connection. `fresh` asks for a new one although the held one has not expired. */
export type Tokens = { get(options: { readonly fresh: boolean }): Promise<string> };

const AUTHORITY_HOSTS = {
  public: 'login.microsoftonline.com',
  usgov: 'login.microsoftonline.us',
  china: 'login.partner.microsoftonline.cn',
} as const;

const TOKEN_TIMEOUT_MS = 30_000;
/** A token is renewed this long before it expires, as MSAL itself does. */
const EARLY_MS = 300_000;

const granted = z.looseObject({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const refused = z.looseObject({
  error: z.string(),
  error_description: z.string().nullish(),
  error_codes: z.array(z.union([z.number(), z.string()])).nullish(),
  correlation_id: z.string().nullish(),
});

/**
 * Client credentials through MSAL, with our own transport beneath it: only the token request ever leaves (no discovery),
 * a loopback `tokenEndpoint` replaces Entra's address, and expiry goes by the injected clock.
 * Source: facts §1; Microsoft identity platform, "client credentials grant".
 * @throws DaybookError `wrong_keys`, `keys_expired`, `wrong_environment`, `registration_needed`, `not_permitted` …
 */
export function createTokens(settings: D365Settings, credential: () => Credential, http: Http, clock: Clock): Tokens {
  let held: { readonly token: string; readonly until: number } | undefined;
  let running: Promise<string> | undefined;

  const acquire = async (): Promise<string> => {
    const scope = `${settings.origin}/.default`;
    const transport = createTransport(settings, http, clock);
    try {
      const application = new ConfidentialClientApplication({
        auth: authOptions(settings, credential()),
        system: { networkClient: transport.network, disableInternalRetries: true },
      });
      const asked = clock.now();
      const result = await application.acquireTokenByClientCredential({ scopes: [scope], skipCache: true });
      if (!result) throw unreadable();
      held = { token: result.accessToken, until: asked + transport.lifetimeMs() - EARLY_MS };
      return result.accessToken;
    } catch (thrown) {
      throw transport.failure() ?? credentialError(thrown);
    }
  };

  return {
    get: async ({ fresh }) => {
      if (!fresh && held !== undefined && clock.now() < held.until) return held.token;
      running ??= acquire().finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

function authOptions(settings: D365Settings, credential: Credential): NodeAuthOptions {
  const host = AUTHORITY_HOSTS[settings.cloud];
  const authority = `https://${host}/${settings.tenant}`;
  return {
    clientId: settings.clientId,
    authority,
    knownAuthorities: [host],
    // With the metadata at hand MSAL asks nobody where the token endpoint is.
    authorityMetadata: JSON.stringify({
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      issuer: `${authority}/v2.0`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
    }),
    ...('secret' in credential
      ? { clientSecret: credential.secret }
      : {
          clientCertificate: {
            thumbprintSha256: settings.certificate?.thumbprintSha256 ?? '',
            privateKey: credential.certificateKey,
          },
        }),
  };
}

/** MSAL's network port. Failures are kept aside, because MSAL would wrap them and throttle by the machine's clock. */
function createTransport(settings: D365Settings, http: Http, clock: Clock) {
  let failure: DaybookError | undefined;
  let lifetimeMs = 0;
  const fail = (error: DaybookError): never => {
    failure = error;
    throw error;
  };
  const network: INetworkModule = {
    sendGetRequestAsync: async () =>
      fail(new DaybookError('foreign_host', 'A sign-in request to an unknown address was stopped before it was sent.')),
    sendPostRequestAsync: async (url, options) => {
      const answer = await http
        .send({
          method: 'POST',
          url: settings.tokenUrl ?? url,
          headers: options?.headers ?? {},
          body: options?.body ?? '',
          timeoutMs: TOKEN_TIMEOUT_MS,
          retry: 'reads',
        })
        .catch((thrown: unknown) => fail(asDaybookError(thrown)));
      if (answer.status !== 200) return fail(tokenError(answer, clock));
      const json = asJson(answer.text);
      const body = granted.safeParse(json);
      if (!body.success) return fail(unreadable());
      lifetimeMs = body.data.expires_in * 1000;
      // The library's own type parameter names this shape; it was checked above.
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: body.data as never };
    },
  };
  return { network, failure: () => failure, lifetimeMs: () => lifetimeMs };
}

/** Entra's codes that a person can repair. Source: facts §1.3. */
const AADSTS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  '7000215': [
    'wrong_keys',
    'Microsoft Entra refused the client secret; paste the secret itself, not its id, and save.',
  ],
  '7000222': [
    'keys_expired',
    'The client secret has expired; create a new one in Microsoft Entra and replace it here.',
  ],
  '700016': ['wrong_keys', 'Microsoft Entra does not know this client id in this tenant; check both.'],
  '700027': [
    'wrong_keys',
    'Microsoft Entra refused the certificate; check that it is registered with the application and that the clock is right.',
  ],
  '90002': ['wrong_keys', 'Microsoft Entra does not know this tenant; check the directory id.'],
  '500011': [
    'wrong_environment',
    'The Dynamics 365 address is not known in this tenant; check the endpoint, or use the tenant that it belongs to.',
  ],
  '65001': [
    'registration_needed',
    'The application has no consent for this Dynamics 365 address; ask the administrator to grant it.',
  ],
  '53003': [
    'not_permitted',
    'A conditional access policy of Microsoft Entra blocks this application; ask the administrator.',
  ],
  '50049': [
    'wrong_environment',
    'This tenant belongs to another Microsoft cloud; choose the right cloud in the connection.',
  ],
  '90072': ['wrong_environment', 'The account belongs to another tenant; check the directory id of the connection.'],
};

function tokenError(answer: HttpAnswer, clock: Clock): DaybookError {
  const waitMs = retryAfterMs(answer.headers, clock.now());
  if (answer.status === 429)
    return new DaybookError('rate_limited', 'Microsoft Entra asked Daybook to slow down; it tries again by itself.', {
      retryAfterMs: waitMs,
      providerCode: 'HTTP 429',
    });
  const body = refused.safeParse(asJson(answer.text));
  if (answer.status >= 500 || (body.success && body.data.error === 'temporarily_unavailable'))
    return new DaybookError(
      'provider_down',
      'Microsoft Entra cannot be reached just now; Daybook tries again by itself.',
      {
        retryAfterMs: waitMs,
        providerCode: `HTTP ${answer.status}`,
      },
    );
  if (!body.success) return unreadable();
  const number =
    body.data.error_codes?.map(String).find((code) => code in AADSTS) ??
    /AADSTS(\d+)/.exec(body.data.error_description ?? '')?.[1];
  const [code, sentence] = AADSTS[number ?? ''] ?? [
    'wrong_keys' as const,
    'Microsoft Entra refused to sign this application in; check tenant, client id and secret of the connection.',
  ];
  return new DaybookError(code, sentence, {
    providerCode: number === undefined ? body.data.error : `AADSTS${number}`,
    requestId: body.data.correlation_id ?? undefined,
  });
}

/** What MSAL says before anything is sent: a key that is no PEM text, a tenant such as `common`. */
function credentialError(thrown: unknown): DaybookError {
  if (thrown instanceof DaybookError) return thrown;
  return new DaybookError(
    'wrong_keys',
    'The sign-in data of this connection cannot be used; check tenant, client id and the secret or certificate key.',
    { cause: thrown },
  );
}

function unreadable(): DaybookError {
  return new DaybookError(
    'answer_unreadable',
    'Microsoft Entra gave an unreadable answer; Daybook tries again by itself.',
  );
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
