import { beforeAll, describe, expect, test } from 'vitest';
import type { CompanyBanks } from '../../../practice/company/banks.ts';
import { ACCOUNT_LIST } from '../../../practice/harbor/accounts.ts';
import { createHarbor, FIRST_BALANCES } from '../../../practice/harbor/company.ts';
import { createPracticePlaid, type PracticePlaid } from '../../../practice/plaid/server.ts';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { failureOf } from '../../../test/support/plaid-answers.ts';
import { type VirtualClock, virtualClock } from '../../core/clock.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import type { FeedAccess, LinePage, RejectedRow, StatementLineRecord } from '../capabilities.ts';
import { connector, type PlaidConnector } from './index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 2, 12);

/** Four months are enough here; the whole 24 are proven with the engine. */
let harbor: CompanyBanks;
beforeAll(() => {
  harbor = createHarbor({ seed: 7, firstDay: '2026-03-02', historyDays: 120 });
});

type World = { plaid: PlaidConnector; practice: PracticePlaid; clock: VirtualClock };

function world(secret?: string): World {
  const clock = virtualClock(START);
  const practice = createPracticePlaid({ company: harbor, clock, random: seededRandom('plaid') });
  const context = {
    environment: 'sandbox',
    secret: () => secret ?? practice.control.secret,
    fetch: practice.fetch,
    clock,
    random: seededRandom('engine'),
    log: silentLog,
    ...memoryPorts(),
  } as const;
  const config = { clientId: practice.control.clientId, endpoint: 'http://127.0.0.1:4010' };
  return { plaid: connector.open(config, context), practice, clock };
}

/** What an engine would hold, as small as possible: whole loops applied at once. */
type Book = {
  cursor: string | null;
  lines: Map<string, StatementLineRecord>;
  removed: Set<string>;
  rejected: Map<string, RejectedRow>;
  history: LinePage['history'];
};

const emptyBook = (): Book => ({
  cursor: null,
  lines: new Map(),
  removed: new Set(),
  rejected: new Map(),
  history: 'unknown',
});

async function loopPages(plaid: PlaidConnector, access: FeedAccess, start: string | null): Promise<LinePage[]> {
  const pages: LinePage[] = [];
  let cursor = start;
  for (;;) {
    const page = await plaid.pullLines(access, cursor, undefined);
    pages.push(page);
    if (!page.hasMore) return pages;
    cursor = page.nextCursor;
  }
}

async function sync(plaid: PlaidConnector, access: FeedAccess, book: Book): Promise<LinePage[]> {
  const pages = await loopPages(plaid, access, book.cursor);
  for (const line of pages.flatMap((page) => page.lines)) book.lines.set(line.providerLineId, line);
  for (const row of pages.flatMap((page) => page.rejected)) book.rejected.set(row.providerLineId, row);
  for (const { providerLineId } of pages.flatMap((page) => page.removed)) {
    book.lines.delete(providerLineId);
    book.removed.add(providerLineId);
  }
  const last = pages.at(-1);
  book.cursor = last?.nextCursor ?? book.cursor;
  book.history = last?.history ?? book.history;
  return pages;
}

function linkedBank({ practice, clock }: World): FeedAccess {
  const { itemId, accessToken } = practice.control.addItem('tidewater');
  clock.advance(120_000);
  return { providerFeedId: itemId, accessToken };
}

test('a bank is linked in the browser, exchanged, and its history arrives in two steps until balances tie out', async () => {
  const { plaid, practice, clock } = world();
  const session = await plaid.startLink({ userId: 'workspace' }, undefined);
  expect(session.hostedUrl).not.toBeNull();
  expect(await plaid.pollLink(session.linkToken, undefined)).toEqual({ state: 'waiting' });
  practice.control.completeLink(session.linkToken, 'tidewater');
  const outcome = await plaid.pollLink(session.linkToken, undefined);
  if (outcome.state !== 'linked') throw new Error(outcome.state);
  expect(outcome.results).toMatchObject([{ institutionId: 'ins_900101', institutionName: 'Tidewater Bank' }]);
  const access = await plaid.exchange(outcome.results[0]?.publicToken ?? '', undefined);

  expect(await plaid.readFeed(access, undefined)).toMatchObject({
    providerFeedId: access.providerFeedId,
    institutionName: 'Tidewater Bank',
    trouble: null,
  });
  const book = emptyBook();
  await sync(plaid, access, book);
  expect(book).toMatchObject({ cursor: null, history: 'not_ready' });
  clock.advance(15_000);
  await sync(plaid, access, book);
  expect(book.history).toBe('partial');
  const early = book.lines.size;
  clock.advance(60_000);
  await sync(plaid, access, book);
  expect(book.history).toBe('complete');
  expect(book.lines.size).toBeGreaterThan(early);

  const accounts = await plaid.pullAccounts(access, undefined);
  expect(accounts.map((account) => account.mask)).toEqual(['1207', '1215', '8834']);
  for (const account of accounts) {
    const key = ACCOUNT_LIST.find(({ mask }) => mask === account.mask)?.key;
    if (key === undefined) throw new Error('an account that nobody knows');
    const movements = [...book.lines.values()]
      .filter((line) => line.providerAccountId === account.providerAccountId && line.state === 'booked')
      .reduce((sum, line) => sum + line.amount.minor, FIRST_BALANCES[key]);
    expect(account.balance?.current).toEqual({ minor: movements, currency: 'USD' });
  }
});

describe('day after day', () => {
  test('pending lines are booked as lines that name them, also when the two lie on different pages', async () => {
    const everything = world();
    const { plaid, practice, clock } = everything;
    const access = linkedBank(everything);
    const book = emptyBook();
    await sync(plaid, access, book);
    practice.control.limitPages(3);
    practice.control.removedFirst(true);
    let replaced = 0;
    let onOtherPages = 0;
    for (let day = 0; day < 6; day++) {
      const pending = new Set([...book.lines.values()].filter((line) => line.state === 'pending').map(idOf));
      clock.advance(DAY);
      const pages = await sync(plaid, access, book);
      for (const [at, page] of pages.entries())
        for (const line of page.lines) {
          const old = line.replacesProviderLineId;
          if (old === null || !pending.has(old)) continue;
          replaced += 1;
          expect(line.state).toBe('booked');
          expect(book.removed.has(old)).toBe(true);
          expect(book.lines.has(old)).toBe(false);
          const removedAt = pages.findIndex((other) => other.removed.some((row) => row.providerLineId === old));
          if (removedAt !== at) onOtherPages += 1;
        }
    }
    expect(replaced).toBeGreaterThan(0);
    expect(onOtherPages).toBeGreaterThan(0);
  });

  test('a list that changes while it is read is read again from the first cursor, and nothing is missing', async () => {
    const everything = world();
    const { plaid, practice } = everything;
    const access = linkedBank(everything);
    const whole = emptyBook();
    await sync(plaid, access, whole);
    practice.control.limitPages(50);
    practice.control.mutateDuringPagination(1);
    const book = emptyBook();
    expect(await failureOf(sync(plaid, access, book))).toMatchObject({ code: 'pagination_changed' });
    expect(book.lines.size).toBe(0);
    await sync(plaid, access, book);
    expect([...book.lines.keys()].sort()).toEqual([...whole.lines.keys()].sort());
  });

  test('a stored cursor that went bad is noticed, and reading from the start works', async () => {
    const everything = world();
    const { plaid, practice } = everything;
    const access = linkedBank(everything);
    const book = emptyBook();
    await sync(plaid, access, book);
    practice.control.spoilCursors('tidewater', 'invalid');
    expect(await failureOf(sync(plaid, access, book))).toMatchObject({ code: 'cursor_bad' });
    const again = emptyBook();
    await sync(plaid, access, again);
    expect(again.lines.size).toBe(book.lines.size);
  });

  test('an odd row waits as an exception and the rows beside it go on', async () => {
    const everything = world();
    const { plaid, practice, clock } = everything;
    const rejected: RejectedRow[] = [];
    for (const bank of ['tidewater', 'northgate', 'cascade'] as const) {
      const { itemId, accessToken } = practice.control.addItem(bank);
      clock.advance(10 * DAY);
      const book = emptyBook();
      await sync(plaid, { providerFeedId: itemId, accessToken }, book);
      expect(book.lines.size).toBeGreaterThan(0);
      rejected.push(...book.rejected.values());
    }
    expect(rejected.length).toBeGreaterThan(0);
    for (const row of rejected) expect(['amount_too_precise', 'currency_unknown']).toContain(row.code);
  });
});

test('a login that the bank refuses is repaired in update mode and goes on where it stopped', async () => {
  const everything = world();
  const { plaid, practice, clock } = everything;
  const access = linkedBank(everything);
  const book = emptyBook();
  await sync(plaid, access, book);
  practice.control.failItems('tidewater', 'ITEM_LOGIN_REQUIRED');
  clock.advance(DAY);
  expect((await plaid.readFeed(access, undefined)).trouble).toMatchObject({ code: 'login_required' });
  const refused = await failureOf(plaid.pullLines(access, book.cursor, undefined));
  expect(refused).toMatchObject({ code: 'login_required', repair: 'sign_in_again' });
  expect(String(refused)).toContain('Tidewater Bank');

  const session = await plaid.startLink({ userId: 'workspace', update: access, selectAccounts: true }, undefined);
  practice.control.completeLink(session.linkToken, null);
  expect(await plaid.pollLink(session.linkToken, undefined)).toEqual({ state: 'linked', results: [] });
  expect((await plaid.readFeed(access, undefined)).trouble).toBeNull();
  const known = book.lines.size;
  await sync(plaid, access, book);
  expect(book.lines.size).toBeGreaterThan(known);
});

test('a link that is left says so', async () => {
  const { plaid, practice } = world();
  const session = await plaid.startLink({ userId: 'workspace' }, undefined);
  practice.control.abandonLink(session.linkToken, 'requires_credentials');
  expect(await plaid.pollLink(session.linkToken, undefined)).toMatchObject({ state: 'abandoned' });
});

test('live balances, bank details, owners and holdings are read; what is not offered or not there says so', async () => {
  const { plaid, practice, clock } = world();
  const { itemId, accessToken } = practice.control.addItem('northgate');
  const access = { providerFeedId: itemId, accessToken };
  const accounts = await plaid.pullAccounts(access, undefined);
  const operating = accounts.find((account) => account.mask === '4011');
  if (operating === undefined) throw new Error('no operating account');
  const live = await plaid.pullLiveBalances(access, [operating.providerAccountId], undefined);
  expect(live.map((account) => account.mask)).toEqual(['4011']);
  const numbers = await plaid.readNumbers(access, undefined);
  expect(numbers.find((row) => row.providerAccountId === operating.providerAccountId)).toMatchObject({
    scheme: 'ach',
    tokenized: true,
  });
  const owners = await plaid.matchIdentity(access, { legalName: 'Harbor Residential LLC' }, undefined);
  expect(owners.find((row) => row.providerAccountId === operating.providerAccountId)?.legalName).toBeGreaterThan(70);
  expect(await failureOf(plaid.pullHoldings(access, undefined))).toMatchObject({ code: 'not_ready', retryable: true });
  clock.advance(120_000);
  expect((await plaid.pullHoldings(access, undefined)).holdings.length).toBeGreaterThan(0);
  const range = { from: '2025-12-01', to: '2026-03-02' };
  expect((await plaid.pullInvestmentTransactions(access, range, 0, undefined)).transactions.length).toBeGreaterThan(0);

  for (const [bank, code] of [
    ['cascade', 'not_supported'],
    ['tidewater', 'nothing_there'],
  ] as const) {
    const other = practice.control.addItem(bank);
    const bare = { providerFeedId: other.itemId, accessToken: other.accessToken };
    expect(await failureOf(plaid.pullHoldings(bare, undefined))).toMatchObject({ code, retryable: false });
  }
});

test('a withheld consent stops only its own product', async () => {
  const everything = world();
  const { plaid, practice } = everything;
  const access = linkedBank(everything);
  practice.control.withholdConsent('tidewater', 'auth');
  expect(await failureOf(plaid.readNumbers(access, undefined))).toMatchObject({ code: 'consent_missing' });
  expect((await plaid.pullLines(access, null, undefined)).lines.length).toBeGreaterThan(0);
});

test('wrong keys and a removed Item are told apart', async () => {
  const wrong = world('not-the-secret');
  const { accessToken, itemId } = wrong.practice.control.addItem('tidewater');
  const access = { providerFeedId: itemId, accessToken };
  expect(await failureOf(wrong.plaid.readFeed(access, undefined))).toMatchObject({ code: 'wrong_keys' });

  const right = world();
  const ours = linkedBank(right);
  await right.plaid.removeFeed(ours, undefined);
  expect(await failureOf(right.plaid.readFeed(ours, undefined))).toMatchObject({ code: 'feed_gone' });
});

function idOf(line: StatementLineRecord): string {
  return line.providerLineId;
}
