import { z } from 'zod';
import { DaybookError } from '../../core/errors.ts';
import type { Environment } from '../capabilities.ts';

const LANGUAGES = 'da nl en et fr de hi it lv lt no pl pt ro es sv vi'.split(' ');
const COUNTRIES = 'US GB ES NL FR IE CA DE IT PL DK NO SE EE LT LV PT BE AT FI'.split(' ');
/** Products that a sync into an ERP can use. `balance` is missing on purpose: Plaid refuses it in a link token. */
const PRODUCTS = ['transactions', 'auth', 'identity', 'investments', 'liabilities', 'signal'] as const;

const HOSTS = { sandbox: 'https://sandbox.plaid.com', production: 'https://production.plaid.com' } as const;

const product = z.enum(PRODUCTS);

/**
 * The settings of a Plaid connection in the setup document, without its secret and its items.
 * Field meanings: plaid.com/docs/api/link/#linktokencreate.
 */
export const config = z
  .strictObject({
    clientId: z.string().min(1),
    /** Sandbox only: a loopback address that stands in for Plaid. */
    endpoint: z.string().optional(),
    /** Shown to the user inside Link. Plaid replaces a name over 30 characters by "This Application". */
    clientName: z.string().min(1).max(30).default('Daybook'),
    countryCodes: z.array(z.enum(COUNTRIES)).min(1).default(['US']),
    language: z.enum(LANGUAGES).default('en'),
    /** A bank must offer all of these, so only what the job cannot do without belongs here. */
    products: z.array(product).min(1).default(['transactions']),
    requiredIfSupportedProducts: z.array(product).default([]),
    /** Best effort, never in the way of linking; auth and identity cost only when used. */
    optionalProducts: z.array(product).default(['auth']),
    /** Consent is asked, nothing is billed before first use. */
    additionalConsentedProducts: z.array(product).default(['identity', 'investments']),
    /** History to ask for when linking. Frozen by Plaid once the Item has Transactions. */
    daysRequested: z.int().min(1).max(730).default(730),
  })
  .superRefine((value, context) => {
    const seen = new Set<string>();
    for (const field of PRODUCT_FIELDS)
      value[field].forEach((name, index) => {
        if (seen.has(name))
          context.addIssue({
            code: 'custom',
            path: [field, index],
            message: `${name} is named twice; Plaid accepts each product in one list only`,
          });
        seen.add(name);
      });
  });

const PRODUCT_FIELDS = [
  'products',
  'requiredIfSupportedProducts',
  'optionalProducts',
  'additionalConsentedProducts',
] as const;

export type PlaidConfig = z.infer<typeof config>;

/** @throws DaybookError `setup_invalid` naming the first wrong field. */
export function parseConfig(value: unknown, environment: Environment): PlaidConfig & { readonly baseUrl: string } {
  const parsed = config.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw wrong(issue?.path.join('.') ?? '', issue?.message ?? 'not valid');
  }
  const settings = parsed.data;
  if (environment === 'production' && settings.daysRequested < 30)
    throw wrong('daysRequested', 'Plaid gives at least 30 days in production');
  return { ...settings, baseUrl: baseUrl(settings.endpoint, environment) };
}

function baseUrl(endpoint: string | undefined, environment: Environment): string {
  if (endpoint === undefined) return HOSTS[environment];
  if (environment === 'production') throw wrong('endpoint', 'a production connection always goes to Plaid itself');
  const url = URL.parse(endpoint);
  if (url === null) throw wrong('endpoint', 'it is not an address');
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const plain = ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
  if (!loopback || !plain || url.search !== '' || url.hash !== '')
    throw wrong(
      'endpoint',
      'only a plain http or https address on this computer is allowed, such as http://127.0.0.1:8080',
    );
  return url.href.replace(/\/+$/, '');
}

function wrong(path: string, reason: string): DaybookError {
  const field = path === '' ? 'The settings of this Plaid connection are' : `The Plaid setting "${path}" is`;
  return new DaybookError(
    'setup_invalid',
    `${field} not valid: ${reason}. Correct the setup document and apply it again.`,
    {
      path,
    },
  );
}
