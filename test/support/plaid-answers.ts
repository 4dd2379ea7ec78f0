import type { Connector, FeedAccess } from '../../main/connectors/capabilities.ts';
import type { ConnectorContext } from '../../main/connectors/context.ts';
import { connector, type PlaidConnector } from '../../main/connectors/plaid/index.ts';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import { silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { memoryPorts } from './connector-ports.ts';

/** Answers in the form that Plaid gives, written from its documentation, and a Plaid that is played from a script. */

export const SECRET = 'plaid-secret-0123456789';
export const access: FeedAccess = { providerFeedId: 'item-harbor', accessToken: 'access-sandbox-1111-2222' };

/** A booked card payment of 42.18 USD. Plaid's sign: money out is positive. */
export const transaction = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  account_id: 'acc-operating',
  account_owner: null,
  amount: 42.18,
  authorized_date: '2026-03-02',
  authorized_datetime: null,
  category: null,
  category_id: null,
  check_number: null,
  counterparties: [],
  date: '2026-03-03',
  datetime: null,
  iso_currency_code: 'USD',
  location: { address: null, city: 'Portland', country: 'US', lat: null, lon: null, postal_code: null, region: 'OR' },
  logo_url: null,
  merchant_entity_id: null,
  merchant_name: 'Harbor Hardware',
  name: 'HARBOR HARDWARE 0042',
  original_description: 'POS 0303 HARBOR HARDWARE #0042 PORTLAND OR',
  payment_channel: 'in store',
  payment_meta: {
    by_order_of: null,
    payee: null,
    payer: null,
    payment_method: null,
    payment_processor: null,
    ppd_id: null,
    reason: null,
    reference_number: null,
  },
  pending: false,
  pending_transaction_id: null,
  personal_finance_category: {
    confidence_level: 'HIGH',
    detailed: 'HOME_IMPROVEMENT_HARDWARE',
    primary: 'HOME_IMPROVEMENT',
    version: 'v2',
  },
  transaction_code: null,
  transaction_id: 'txn-1',
  unofficial_currency_code: null,
  website: null,
  ...changes,
});

export const page = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  accounts: [],
  added: [],
  has_more: false,
  modified: [],
  next_cursor: 'Y3Vyc29yLTE=',
  removed: [],
  request_id: 'req-sync-1',
  transactions_update_status: 'HISTORICAL_UPDATE_COMPLETE',
  ...changes,
});

export const account = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  account_id: 'acc-operating',
  balances: {
    available: 1200.5,
    current: 1250,
    iso_currency_code: 'USD',
    limit: null,
    unofficial_currency_code: null,
  },
  holder_category: 'business',
  mask: '0001',
  name: 'Operating',
  official_name: 'Harbor Business Checking',
  subtype: 'checking',
  type: 'depository',
  ...changes,
});

export const item = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  item: {
    available_products: ['balance', 'identity'],
    billed_products: ['transactions'],
    consent_expiration_time: null,
    created_at: '2026-01-02T03:04:05Z',
    error: null,
    institution_id: 'ins_109508',
    institution_name: 'First Platypus Bank',
    item_id: 'item-harbor',
    products: ['transactions'],
    update_type: 'background',
    webhook: '',
    ...changes,
  },
  request_id: 'req-item-1',
  status: {
    investments: null,
    last_webhook: null,
    transactions: { last_failed_update: null, last_successful_update: '2026-03-03T06:07:08Z' },
  },
});

export const plaidError = (error_type: string, error_code: string, changes: Record<string, unknown> = {}) => ({
  display_message: null,
  documentation_url: 'https://plaid.com/docs/?ref=error',
  error_code,
  error_message: 'a text for developers',
  error_type,
  request_id: 'req-error-1',
  suggested_action: null,
  ...changes,
});

/** Plaid prints its answers with two spaces. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body, null, 2), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });

export type SentRequest = { readonly path: string; readonly headers: Headers; readonly body: Record<string, unknown> };

/**
 * A connector whose Plaid answers from `script`, by endpoint; each answer is used once, the last one again and again.
 * `sent` holds what arrived.
 */
export function scriptedPlaid(
  script: Readonly<Record<string, ReadonlyArray<() => Response>>>,
  options: { readonly environment?: 'sandbox' | 'production'; readonly config?: Record<string, unknown> } = {},
): { plaid: PlaidConnector; sent: SentRequest[]; clock: VirtualClock } {
  const sent: SentRequest[] = [];
  const clock = virtualClock(Date.UTC(2026, 2, 4, 8));
  const used = new Map<string, number>();
  const context: ConnectorContext = {
    ...memoryPorts(),
    environment: options.environment ?? 'sandbox',
    secret: () => SECRET,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      sent.push({ path: `${new URL(request.url).host}${path}`, headers: request.headers, body: await request.json() });
      const answers = script[path] ?? [];
      const turn = used.get(path) ?? 0;
      used.set(path, turn + 1);
      const answer = answers[Math.min(turn, answers.length - 1)];
      if (answer === undefined) throw new Error(`the script has no answer for ${path}`);
      return answer();
    },
    clock,
    random: seededRandom(1),
    log: silentLog,
  };
  return { plaid: connector.open({ clientId: 'client-1', ...options.config }, context), sent, clock };
}

/** The error that a promise rejects with; fails the test when it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error('it was expected to fail')),
    (thrown: unknown) => thrown,
  );
}

export type { Connector };
