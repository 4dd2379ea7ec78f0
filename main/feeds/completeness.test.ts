import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aBalance, aLine, anAccount, aPage, aRejectedRow, removal } from '../../test/support/scripted-bank.ts';
import type { LinePage } from '../connectors/capabilities.ts';
import { bankBalanceOn, bookedSum } from '../store/statement-lines.ts';

let at: FeedsWorkspace;
let round = 0;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

/** One sync: the bank's balance and what it says since the last one. */
async function sync(balance: string | null, page: Partial<LinePage>) {
  const { cursor } = await at.store.read.selectFrom('feed').select('cursor').executeTakeFirstOrThrow();
  round += 1;
  at.bank.accounts = [anAccount('acc-1', { balance: balance === null ? null : aBalance(balance) })];
  at.bank.says(cursor, aPage({ nextCursor: `c${round}`, ...page }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied' });
}

const account = async () => {
  const [first] = await at.feeds.listAccounts();
  if (!first) throw new Error('no account');
  return first;
};

test('the first whole history implies the opening balance, and later pulls prove it', async () => {
  await sync('100.00', {
    lines: [aLine('a', { amount: '-20.00' }), aLine('p', { amount: '-5.00', state: 'pending' })],
  });
  expect((await account()).opening).toEqual({ minor: 12_000n, currency: 'USD' });
  await sync('130.00', { lines: [aLine('b', { amount: '30.00' })] });
  expect(await account()).toMatchObject({
    opening: { minor: 12_000n },
    gap: null,
    balance: { current: { minor: 13_000n } },
  });
});

test('no opening is implied while the history is still coming', async () => {
  await sync('100.00', { lines: [aLine('a', { amount: '-20.00' })], history: 'partial' });
  expect((await account()).opening).toBeNull();
  await sync('100.00', { lines: [aLine('b', { amount: '-30.00' })], history: 'complete' });
  expect((await account()).opening).toEqual({ minor: 15_000n, currency: 'USD' });
});

test('a movement that did not arrive opens a gap with its size and first day, and closes it when it comes', async () => {
  await sync('100.00', { lines: [aLine('a', { amount: '-20.00' })] });
  await sync('60.00', { lines: [aLine('b', { amount: '-10.00', date: '2026-11-12' })] });
  expect(await at.feeds.gaps()).toMatchObject([{ sizeMinor: -3_000n, currency: 'USD', firstDate: '2026-11-12' }]);
  await sync('60.00', { lines: [aLine('c', { amount: '-30.00', date: '2026-11-12' })] });
  expect(await at.feeds.gaps()).toEqual([]);
  const trail = await at.store.read
    .selectFrom('audit_event')
    .select('action')
    .where('action', 'like', 'gap.%')
    .execute();
  expect(trail.map((event) => event.action)).toEqual(['gap.opened', 'gap.closed']);
});

test('a gap without any new line begins at the last day that tied out', async () => {
  await sync('100.00', { lines: [aLine('a')] });
  at.clock.advance(3 * 24 * 3_600_000);
  await sync('90.00', {});
  expect(await at.feeds.gaps()).toMatchObject([{ sizeMinor: -1_000n, firstDate: '2026-11-20' }]);
});

test('a gap that grows keeps its first day', async () => {
  await sync('100.00', { lines: [aLine('a')] });
  await sync('90.00', { lines: [aLine('b', { amount: '0.00', date: '2026-11-15' })] });
  await sync('80.00', { lines: [aLine('c', { amount: '0.00', date: '2026-11-18' })] });
  expect(await at.feeds.gaps()).toMatchObject([{ sizeMinor: -2_000n, firstDate: '2026-11-15' }]);
});

test('a row that waits under exceptions is named in the story of the gap', async () => {
  await sync('100.00', { lines: [aLine('a')] });
  await sync('98.99', { rejected: [aRejectedRow('x')] });
  const [gap] = await at.feeds.gaps();
  expect(gap?.story[0]).toBe("Since 2026-11-20 the bank's balance is 1.01 USD less than the lines add up to.");
  expect(gap?.story[1]).toContain('1.005 USD');
});

test('a removed line no longer counts, a pending one not yet', async () => {
  await sync('100.00', { lines: [aLine('a', { amount: '-20.00' }), aLine('b', { amount: '-7.00' })] });
  await sync('107.00', { removed: [removal('b')], lines: [aLine('p', { amount: '-3.00', state: 'pending' })] });
  expect(await at.feeds.gaps()).toEqual([]);
});

test('an account without a balance is not proven and has no gap', async () => {
  await sync(null, { lines: [aLine('a')] });
  expect(await account()).toMatchObject({ opening: null, gap: null, balance: null });
});

test('the balance of the bank on a day is the opening and the booked lines up to it', async () => {
  await sync('100.00', {
    lines: [
      aLine('a', { amount: '-20.00', date: '2026-11-01' }),
      aLine('b', { amount: '50.00', date: '2026-11-05' }),
      aLine('p', { amount: '9.00', date: '2026-11-05', state: 'pending' }),
    ],
  });
  const { id } = await account();
  const on = async (date: string) => (await bankBalanceOn(at.store.read, id, date))?.minor;
  expect([await on('2026-10-31'), await on('2026-11-01'), await on('2026-11-05')]).toEqual([7_000n, 5_000n, 10_000n]);
  expect(await bankBalanceOn(at.store.read, 'nobody', '2026-11-05')).toBeNull();
});

test('absurd amounts add up without an overflow', async () => {
  const lines = Array.from({ length: 200 }, (_, index) => aLine(`l${index}`, { amount: '999999999999999.99' }));
  await sync(null, { lines });
  expect(await bookedSum(at.store.read, (await account()).id, 'USD')).toBe(200n * 99_999_999_999_999_999n);
});

test('live balances are kept beside the cached ones', async () => {
  await sync('100.00', { lines: [] });
  at.bank.liveAccounts = [anAccount('acc-1', { balance: aBalance('101.50') })];
  await at.feeds.refreshBalances(at.feedId);
  expect((await account()).balance).toMatchObject({ current: { minor: 10_150n }, source: 'live' });
});
