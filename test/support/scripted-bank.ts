import { z } from 'zod';
import type {
  Connector,
  FeedAccountRecord,
  FeedRecord,
  LinePage,
  LinkOutcome,
  LinksInBrowser,
  ProvesBankDetails,
  PullsAccounts,
  PullsBalances,
  PullsStatementLines,
  RejectedRow,
  StatementLineRecord,
} from '../../main/connectors/capabilities.ts';
import type { ConnectorModule } from '../../main/connectors/context.ts';
import { money } from '../../main/core/money.ts';

/** A statement line with everything a test does not care about filled in. `amount` as text, in USD. */
export function aLine(
  id: string,
  fields: Partial<Omit<StatementLineRecord, 'amount' | 'providerLineId'>> & { readonly amount?: string } = {},
): StatementLineRecord {
  const { amount = '-12.50', ...rest } = fields;
  const line = {
    providerAccountId: 'acc-1',
    replacesProviderLineId: null,
    state: 'booked' as const,
    date: '2026-11-10',
    authorizedDate: null,
    text: `TEXT OF ${id}`,
    bankText: null,
    counterparty: null,
    reference: null,
    checkNumber: null,
    category: null,
    channel: null,
    ...rest,
  };
  return {
    ...line,
    providerLineId: id,
    amount: money(amount, 'USD'),
    payload: rest.payload ?? JSON.stringify({ id, amount, ...line }),
  };
}

export function aPage(fields: Partial<LinePage> = {}): LinePage {
  return { lines: [], rejected: [], removed: [], nextCursor: 'end', hasMore: false, history: 'complete', ...fields };
}

export function aRejectedRow(id: string, fields: Partial<RejectedRow> = {}): RejectedRow {
  return {
    providerAccountId: 'acc-1',
    providerLineId: id,
    code: 'amount_too_precise',
    sentence: 'The amount 1.005 USD has more decimals than the currency.',
    payload: JSON.stringify({ id, amount: 1.005 }),
    ...fields,
  };
}

export const removal = (providerLineId: string, providerAccountId: string | null = 'acc-1') => ({
  providerAccountId,
  providerLineId,
});

export function anAccount(id = 'acc-1', fields: Partial<FeedAccountRecord> = {}): FeedAccountRecord {
  return {
    providerAccountId: id,
    persistentAccountId: null,
    name: 'Operating',
    officialName: 'Business Checking',
    mask: '0000',
    type: 'depository',
    subtype: 'checking',
    currency: 'USD',
    unofficialCurrency: null,
    verificationStatus: null,
    holderCategory: 'business',
    balance: null,
    ...fields,
  };
}

/** A balance of an account, as text in USD. */
export function aBalance(current: string): FeedAccountRecord['balance'] {
  return { current: money(current, 'USD'), available: null, limit: null, asOf: null, exact: {} };
}

/** What a cursor answers: a page, or an error that is thrown. A list is used up one by one; its last item stays. */
export type Answer = LinePage | Error | (() => LinePage | Promise<LinePage>);

/** A bank service that says exactly what a test wrote for it, and remembers what it was asked. */
export type ScriptedBank = {
  feed: FeedRecord;
  accounts: FeedAccountRecord[] | Error;
  liveAccounts: FeedAccountRecord[];
  numbers: Awaited<ReturnType<ProvesBankDetails['readNumbers']>>;
  linkOutcome: LinkOutcome;
  /** Answers by cursor; `null` is the beginning. */
  readonly answers: Map<string | null, Answer[]>;
  /** Every call in order: `pullLines:c1`, `exchange:public-1` … */
  readonly calls: string[];
  /** Runs before each call; may throw. */
  before: (call: string) => void;
  readonly module: ConnectorModule;
  says(cursor: string | null, ...answers: Answer[]): void;
  reset(): void;
};

export function scriptedBank(): ScriptedBank {
  const bank: ScriptedBank = {
    feed: {
      providerFeedId: 'item-1',
      institutionId: 'ins_1',
      institutionName: 'First Bank',
      webhookUrl: null,
      bankUpdatedAt: '2026-11-20T06:00:00.000Z',
      consentExpiresAt: null,
      products: ['transactions'],
      trouble: null,
    },
    accounts: [anAccount()],
    liveAccounts: [],
    numbers: [],
    linkOutcome: { state: 'waiting' },
    answers: new Map(),
    calls: [],
    before: () => {},
    says: (cursor, ...answers) => {
      bank.answers.set(cursor, answers);
    },
    reset: () => {
      bank.calls.length = 0;
    },
    module: {
      manifest: { kind: 'scripted', title: 'Scripted bank', role: 'feed' },
      config: z.strictObject({ clientId: z.string(), endpoint: z.string().optional() }),
      secrets: ['secret'],
      open: () => connectorOf(bank),
    },
  };
  return bank;
}

function connectorOf(
  bank: ScriptedBank,
): Connector & PullsAccounts & PullsBalances & PullsStatementLines & LinksInBrowser & ProvesBankDetails {
  const called = (call: string) => {
    bank.calls.push(call);
    bank.before(call);
  };
  return {
    kind: 'scripted',
    readFeed: async () => {
      called('readFeed');
      return bank.feed;
    },
    pullAccounts: async () => {
      called('pullAccounts');
      if (bank.accounts instanceof Error) throw bank.accounts;
      return bank.accounts;
    },
    pullLiveBalances: async () => {
      called('pullLiveBalances');
      return bank.liveAccounts;
    },
    pullLines: async (_access, cursor) => {
      called(`pullLines:${cursor}`);
      const answers = bank.answers.get(cursor) ?? [];
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined) return aPage({ nextCursor: cursor });
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer() : answer;
    },
    startLink: async ({ update }) => {
      called(`startLink:${update?.providerFeedId ?? 'new'}`);
      return { linkToken: 'link-1', expiresAt: '2026-11-20T12:00:00.000Z', hostedUrl: 'https://link.example/1' };
    },
    pollLink: async () => {
      called('pollLink');
      return bank.linkOutcome;
    },
    exchange: async (publicToken) => {
      called(`exchange:${publicToken}`);
      return { providerFeedId: bank.feed.providerFeedId, accessToken: `access-of-${publicToken}` };
    },
    removeFeed: async () => called('removeFeed'),
    setWebhook: async (_access, url) => called(`setWebhook:${url}`),
    readNumbers: async () => {
      called('readNumbers');
      return bank.numbers;
    },
    matchIdentity: async () => [],
  };
}
