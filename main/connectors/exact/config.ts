import { z } from 'zod';
import { DaybookError } from '../../core/errors.ts';
import type { Environment } from '../capabilities.ts';

/** The country sites: separate installations, each with its own registrations, users, tokens and divisions. Facts 1.1. */
export const SITES = {
  nl: { host: 'start.exactonline.nl', country: 'Netherlands' },
  be: { host: 'start.exactonline.be', country: 'Belgium' },
  de: { host: 'start.exactonline.de', country: 'Germany' },
  uk: { host: 'start.exactonline.co.uk', country: 'United Kingdom' },
  fr: { host: 'start.exactonline.fr', country: 'France' },
  es: { host: 'start.exactonline.es', country: 'Spain' },
  us: { host: 'start.exactonline.com', country: 'United States' },
} as const;

export type Site = keyof typeof SITES;

const siteNames = z.enum(['nl', 'be', 'de', 'uk', 'fr', 'es', 'us']);

/**
 * The non-secret settings of a connection to one country site, as they stand in the setup document. The registration's
 * client secret is the secret `clientSecret`, that of its webhooks `webhookSecret`.
 */
export const exactConfig = z.strictObject({
  site: siteNames,
  /** Client ID of the customer's own registration on this country site. */
  clientId: z.string().trim().min(1),
  /** Where the browser lands after the sign-in: exactly as registered, https. */
  redirectUri: z.string().trim().min(1),
  /** Codes of the divisions in use; none chosen yet: empty. */
  divisions: z.array(z.int().positive()).default([]),
  /** Sandbox only: the address of a practice server on this computer, in place of the country site. */
  endpoint: z.string().trim().min(1).optional(),
});

export type ExactConfig = z.infer<typeof exactConfig>;

/** A checked connection. */
export type ExactSettings = Omit<ExactConfig, 'endpoint'> & {
  /** Scheme, host and port, without a trailing slash: everything before `/api`. Tokens go nowhere else. */
  readonly base: string;
  /** Host, with the port where there is one. */
  readonly host: string;
  /** Name of the connection's token chain. */
  readonly chain: string;
};

/**
 * Reads the settings and applies the rules of the connection's environment: https everywhere, except that a sandbox may
 * name a practice server on this computer.
 * @throws DaybookError `setup_invalid` with the field's path.
 */
export function readSettings(config: unknown, environment: Environment): ExactSettings {
  const parsed = exactConfig.safeParse(config);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') || 'connection';
    throw invalid(
      path,
      `The field ${path} of the Exact Online connection is not right: ${issue?.message ?? 'unknown'}.`,
    );
  }
  const { endpoint, ...rest } = parsed.data;
  requireReturnAddress(rest.redirectUri);
  const { origin, host } = endpoint === undefined ? siteOf(rest.site) : practiceServer(endpoint, environment);
  return { ...rest, base: origin, host, chain: `exact:${host}:${rest.clientId}` };
}

function siteOf(site: Site): { readonly origin: string; readonly host: string } {
  const { host } = SITES[site];
  return { origin: `https://${host}`, host };
}

function practiceServer(endpoint: string, environment: Environment): URL {
  if (environment === 'production')
    throw invalid('endpoint', 'A production connection goes to the country site of Exact Online; remove endpoint.');
  const address = URL.parse(endpoint);
  const isWeb = address !== null && (address.protocol === 'https:' || address.protocol === 'http:');
  if (!isWeb || !/^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(address.hostname))
    throw invalid('endpoint', 'An endpoint must be an address of this computer, such as http://127.0.0.1:8083.');
  if (address.username !== '' || address.password !== '' || address.search !== '' || address.pathname !== '/')
    throw invalid('endpoint', 'The endpoint must be an address alone, without a page, user name or question mark.');
  return address;
}

/** Exact compares it letter by letter with the registration, so it is checked and never rewritten. */
function requireReturnAddress(text: string): void {
  const address = URL.parse(text);
  if (address === null || address.protocol !== 'https:' || address.username !== '' || address.password !== '')
    throw invalid('redirectUri', 'The return address must be the registered one and begin with https://.');
  if (address.search !== '' || address.hash !== '')
    throw invalid('redirectUri', 'The return address must have no question mark and no number sign in it.');
}

function invalid(path: string, sentence: string): DaybookError {
  return new DaybookError('setup_invalid', sentence, { path });
}
