import { instantOf } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type {
  FeedAccess,
  FeedAccountRecord,
  LinePage,
  PullsAccounts,
  PullsBalances,
  PullsStatementLines,
  Stop,
} from '../capabilities.ts';
import type { Banks } from './banks.ts';
import type { PlaidClient } from './client.ts';
import { unexpectedAnswer } from './errors.ts';
import { mapPage } from './map.ts';
import { mapAccount, mapFeed } from './map-accounts.ts';

/** Plaid's largest page. */
const PAGE_SIZE = 500;

/** Its cards and loans give a live balance only to those who say how old it may be. */
const CAPITAL_ONE = 'ins_128026';
const FRESH_ENOUGH_MS = 24 * 3_600_000;

export function pulls(
  client: PlaidClient,
  banks: Banks,
  clock: Clock,
): PullsAccounts & PullsBalances & PullsStatementLines {
  const readFeed: PullsAccounts['readFeed'] = async (access, stop) => {
    const feed = mapFeed(await client.itemGet(access, stop));
    banks.note(feed);
    return feed;
  };
  const pullAccounts: PullsAccounts['pullAccounts'] = async (access, stop) =>
    (await client.accountsGet(access, stop)).accounts.map(mapAccount);

  return {
    readFeed,
    pullAccounts,

    pullLiveBalances: async (access, providerAccountIds, stop) => {
      const bank = await banks.find(access, stop);
      const options = {
        ...(providerAccountIds.length === 0 ? {} : { account_ids: [...providerAccountIds] }),
        ...(bank.id === CAPITAL_ONE ? { min_last_updated_datetime: wholeSecond(clock.now() - FRESH_ENOUGH_MS) } : {}),
      };
      try {
        return (await client.accountsBalanceGet(access, options, stop)).accounts.map(mapAccount);
      } catch (thrown) {
        if (!isNothingFresh(thrown)) throw thrown;
        return lastKnown(await readFeed(access, stop), await pullAccounts(access, stop), providerAccountIds);
      }
    },

    pullLines: (access, cursor, stop) => readPage(client, access, cursor, stop),
  };
}

async function readPage(client: PlaidClient, access: FeedAccess, cursor: string | null, stop: Stop): Promise<LinePage> {
  // An empty cursor means "from the beginning" to Plaid, as no cursor does.
  const page = await client.transactionsSync(access, cursor === '' ? null : cursor, PAGE_SIZE, stop);
  if (page.has_more && page.next_cursor !== '' && page.next_cursor === cursor)
    throw unexpectedAnswer('/transactions/sync', ['next_cursor'], page.request_id);
  return {
    ...mapPage(page),
    // An empty cursor comes while the first data is still on its way; it must never replace a real one.
    nextCursor: page.next_cursor === '' ? null : page.next_cursor,
    hasMore: page.has_more && page.next_cursor !== '',
    history: historyOf(page.transactions_update_status),
  };
}

function historyOf(status: string | null | undefined): LinePage['history'] {
  switch (status) {
    case 'NOT_READY':
      return 'not_ready';
    case 'INITIAL_UPDATE_COMPLETE':
      return 'partial';
    case 'HISTORICAL_UPDATE_COMPLETE':
      return 'complete';
    default:
      return 'unknown';
  }
}

function isNothingFresh(thrown: unknown): boolean {
  return thrown instanceof DaybookError && thrown.providerCode === 'LAST_UPDATED_DATETIME_OUT_OF_RANGE';
}

/** The cached balances with their age, for banks that have nothing fresher. */
function lastKnown(
  feed: { readonly bankUpdatedAt: string | null },
  accounts: readonly FeedAccountRecord[],
  wanted: readonly string[],
): FeedAccountRecord[] {
  return accounts
    .filter((account) => wanted.length === 0 || wanted.includes(account.providerAccountId))
    .map((account) => ({
      ...account,
      balance: account.balance && { ...account.balance, asOf: account.balance.asOf ?? feed.bankUpdatedAt },
    }));
}

/** Plaid wants ISO 8601 without fractions: 2026-03-01T12:00:00Z. */
function wholeSecond(epochMs: number): string {
  return instantOf(epochMs).replace(/\.\d{3}Z$/, 'Z');
}
