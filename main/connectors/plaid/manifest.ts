import type { RateLimit } from '../../core/http.ts';
import type { CapabilityName, Environment, Manifest } from '../capabilities.ts';

export const manifest = {
  kind: 'plaid',
  title: 'Plaid',
  role: 'feed',
} as const satisfies Manifest;

export const environments: readonly Environment[] = ['sandbox', 'production'];

export const capabilities = [
  'readFeed',
  'pullAccounts',
  'pullLiveBalances',
  'pullLines',
  'startLink',
  'pollLink',
  'exchange',
  'removeFeed',
  'setWebhook',
  'readNumbers',
  'matchIdentity',
  'pullHoldings',
  'pullInvestmentTransactions',
  'translateNotice',
  'listNotices',
] as const satisfies readonly CapabilityName[];

/** Requests a minute: production per Item and per client, then sandbox per Item and per client; null = none known. */
type Row = readonly [number | null, number | null, number | null, number | null];

/**
 * Plaid's published limits (plaid.com/docs/errors/rate-limit-exceeded, March 2026). They differ per customer and may
 * change: they keep us polite, and a 429 is still answered by waiting.
 */
const LIMITS: Readonly<Record<string, Row>> = {
  '/transactions/sync': [50, 2500, 50, 1000],
  // A sync from the beginning is dearer for Plaid and has a limit of its own.
  '/transactions/sync from start': [null, 500, null, 250],
  '/accounts/get': [15, 15_000, 100, 5000],
  '/accounts/balance/get': [5, 1200, 25, 100],
  '/auth/get': [15, 12_000, 100, 500],
  '/identity/match': [15, 2000, 100, 1000],
  '/item/get': [15, 5000, 40, 5000],
  '/item/remove': [30, 2000, 100, 500],
  '/investments/holdings/get': [15, 2000, 100, 1000],
  '/investments/transactions/get': [30, 20_000, 100, 1000],
};

const BUDGET = /^plaid:(\/.+):(item|client)(?::.*)?$/;

/** The budgets that one request draws from: its endpoint's per Item and per client. */
export function budgetsOf(endpoint: string, providerFeedId: string | null): string[] {
  return providerFeedId === null
    ? [`plaid:${endpoint}:client`]
    : [`plaid:${endpoint}:item:${providerFeedId}`, `plaid:${endpoint}:client`];
}

/** What a budget named by `budgetsOf` admits; undefined = no limit known. */
export function limitOf(environment: Environment): (budget: string) => RateLimit | undefined {
  return (budget) => {
    const [, endpoint = '', scope] = BUDGET.exec(budget) ?? [];
    const row = LIMITS[endpoint];
    if (row === undefined) return undefined;
    const [itemLive, clientLive, itemSandbox, clientSandbox] = row;
    const requests =
      environment === 'production'
        ? scope === 'item'
          ? itemLive
          : clientLive
        : scope === 'item'
          ? itemSandbox
          : clientSandbox;
    return requests === null ? undefined : { requests, perMs: 60_000 };
  };
}
