import type { IncomingHttpHeaders } from 'node:http';
import type { HookProvider } from './protocol.ts';

type ProviderRule = {
  /** What the check at the desktop needs; nothing else is kept. */
  readonly headers: readonly string[];
  /** An empty body is how the provider tries the address: 200, and nothing to deliver. */
  readonly emptyIsTrial: boolean;
};

const signed = (...headers: string[]): ProviderRule => ({ headers, emptyIsTrial: false });

/** Facts: Plaid §6, Exact §7, Stripe §1, PayPal §2, Dynamics 365 §9. */
export const PROVIDER_RULES: Readonly<Record<HookProvider, ProviderRule>> = {
  plaid: signed('plaid-verification'),
  // Signed inside the body; the address is tried with an empty POST when a subscription is made.
  exact: { headers: [], emptyIsTrial: true },
  stripe: signed('stripe-signature'),
  paypal: signed(
    'paypal-transmission-id',
    'paypal-transmission-time',
    'paypal-transmission-sig',
    'paypal-cert-url',
    'paypal-auth-algo',
    'paypal-auth-version',
  ),
  // Business events have no signature: a secret ends the path, of which we know the hash.
  d365: { headers: [], emptyIsTrial: false },
};

/** The headers that are kept, names in lower case. */
export function keptHeaders(provider: HookProvider, given: IncomingHttpHeaders): [string, string][] {
  const kept: [string, string][] = [];
  for (const name of ['content-type', ...PROVIDER_RULES[provider].headers]) {
    const value = given[name];
    if (value !== undefined) kept.push([name, Array.isArray(value) ? value.join(', ') : value]);
  }
  return kept;
}
