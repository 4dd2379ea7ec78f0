import { z } from 'zod';
import type { Instant } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Environment } from '../capabilities.ts';

/** Names of dimensions in the order in which the environment joins them; only for tenants that do not tell the order. */
const segments = z.array(z.string().min(1)).min(1).optional();

/**
 * The non-secret settings of a D365 connection, as they stand in the setup document. The client secret is the secret
 * `secret`; with a certificate, its private key (PEM, PKCS#8) is the secret `certificateKey`.
 */
export const d365Config = z.strictObject({
  /** The environment's address, e.g. `https://contoso.operations.dynamics.com`; on-premises with `/namespaces/AXSF`. */
  endpoint: z.string().min(1),
  /** Sandbox only: where the token request goes instead of Microsoft Entra. A bare address gets Entra's path. */
  tokenEndpoint: z.string().min(1).optional(),
  /** Directory (tenant) id or its domain name. */
  tenant: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be a directory id or a domain name'),
  clientId: z.string().min(1),
  certificate: z
    .strictObject({ thumbprintSha256: z.string().regex(/^[0-9A-Fa-f]{64}$/, 'must be 64 hexadecimal characters') })
    .optional(),
  cloud: z.enum(['public', 'usgov', 'china']).default('public'),
  /** The day on which Microsoft Entra ends the client secret. No service tells it: noted here, it is announced a week before. */
  secretExpiresOn: z.iso.date('must be a date such as 2027-11-20').optional(),
  /** Longest text that this environment's journal lines keep. The service does not publish it; longer ones are cut in silence. */
  textLimit: z.int().min(20).max(1000).default(60),
  /** Most lines in one changeset, which is one transaction and one synchronous request. */
  linesPerRequest: z.int().min(2).max(1000).default(300),
  /**
   * Also look for entries in the posted ledger, because a clean-up job may have deleted the lines of posted journals. Off
   * only where the tenant's BI sets are too slow to be asked.
   */
  searchPostedLedger: z.boolean().default(true),
  dimensions: z
    .strictObject({
      /** Order of the account string, with `MainAccount` as one of the names. */
      account: segments,
      /** Order of the default-dimension string. */
      default: segments,
      /** What the account structures demand of main accounts from … to …; the service does not publish it. */
      required: z
        .array(
          z.strictObject({ from: z.string().min(1), to: z.string().min(1), dimensions: z.array(z.string().min(1)) }),
        )
        .default([]),
    })
    .default({ required: [] }),
});

export type D365Config = z.infer<typeof d365Config>;

/** A checked connection: addresses without a trailing slash, host in lower case. */
export type D365Settings = Omit<D365Config, 'endpoint' | 'tokenEndpoint'> & {
  /** Everything before `/data`. */
  readonly base: string;
  /** Scheme, host and port: what a token is issued for, and the only origin that ever receives it. */
  readonly origin: string;
  readonly tokenUrl: string | undefined;
};

/**
 * Reads the settings and applies the rules of the connection's environment: https everywhere, except that a sandbox
 * may name a loopback address with http for the service and for its tokens.
 * @throws DaybookError `setup_invalid` with the field's path.
 */
export function readSettings(config: unknown, environment: Environment): D365Settings {
  const parsed = d365Config.safeParse(config);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') || 'connection';
    throw invalid(
      path,
      `The field ${path} of the Dynamics 365 connection is not right: ${issue?.message ?? 'unknown'}.`,
    );
  }
  const { endpoint, tokenEndpoint, ...rest } = parsed.data;
  const address = readAddress('endpoint', endpoint, environment);
  const path = address.pathname.replace(/\/+$/, '').replace(/\/data$/, '');
  if (path !== '' && !isLoopback(address) && path.toLowerCase() !== '/namespaces/axsf')
    throw invalid('endpoint', 'The endpoint must be the address of the environment alone, without a page or company.');
  return {
    ...rest,
    base: address.origin + path,
    origin: address.origin,
    tokenUrl: readTokenUrl(tokenEndpoint, address, rest.tenant, environment),
  };
}

function readTokenUrl(
  tokenEndpoint: string | undefined,
  endpoint: URL,
  tenant: string,
  environment: Environment,
): string | undefined {
  if (tokenEndpoint === undefined) {
    // Credentials for a local server must never travel to Microsoft by accident.
    if (isLoopback(endpoint))
      throw invalid('tokenEndpoint', 'A local endpoint needs a local tokenEndpoint; name it in the connection.');
    return undefined;
  }
  if (environment === 'production')
    throw invalid('tokenEndpoint', 'A production connection takes its tokens from Microsoft; remove tokenEndpoint.');
  const address = readAddress('tokenEndpoint', tokenEndpoint, environment);
  if (!isLoopback(address))
    throw invalid(
      'tokenEndpoint',
      'A tokenEndpoint must be an address of this computer, such as http://127.0.0.1:8081.',
    );
  const path = address.pathname.replace(/\/+$/, '');
  return address.origin + (path === '' ? `/${tenant}/oauth2/v2.0/token` : path);
}

function readAddress(field: string, text: string, environment: Environment): URL {
  const address = URL.parse(text.trim());
  if (!address || (address.protocol !== 'https:' && address.protocol !== 'http:'))
    throw invalid(field, `The ${field} must be a full address that begins with https://.`);
  if (address.username !== '' || address.password !== '' || address.search !== '' || address.hash !== '')
    throw invalid(field, `The ${field} must be an address alone, without a user name, question mark or number sign.`);
  if (address.protocol === 'http:' && (environment === 'production' || !isLoopback(address)))
    throw invalid(field, `The ${field} must begin with https://, so that figures and keys travel encrypted.`);
  return address;
}

function isLoopback(address: URL): boolean {
  return /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(address.hostname);
}

function invalid(path: string, sentence: string): DaybookError {
  return new DaybookError('setup_invalid', sentence, { path });
}

/** The first moment without a valid secret, by the day that a person has noted. */
export function secretEndsAt(config: unknown): Instant | null {
  const parsed = d365Config.safeParse(config);
  const day = parsed.success ? parsed.data.secretExpiresOn : undefined;
  return day === undefined ? null : `${day}T00:00:00.000Z`;
}
