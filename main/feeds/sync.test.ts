import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aLine, anAccount, aPage, removal } from '../../test/support/scripted-bank.ts';
import { DaybookError } from '../core/errors.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

const changed = () => new DaybookError('pagination_changed', 'The data changed while it was read.');
const pulls = () => at.bank.calls.filter((call) => call.startsWith('pullLines'));
const feed = () => at.store.read.selectFrom('feed').selectAll().executeTakeFirstOrThrow();
const ids = async () =>
  (
    await at.store.read
      .selectFrom('statement_line')
      .select(['provider_line_id', 'state'])
      .orderBy('provider_line_id')
      .execute()
  ).map((row) => `${row.provider_line_id} ${row.state}`);
const runs = () => at.store.read.selectFrom('pull').selectAll().orderBy('id').execute();

test('all pages of a loop and its last cursor are taken over together', async () => {
  at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c1', hasMore: true }));
  at.bank.says('c1', aPage({ lines: [aLine('b')], nextCursor: 'c2', hasMore: true }));
  at.bank.says('c2', aPage({ lines: [aLine('c')], nextCursor: 'c3' }));
  const progress: string[] = [];
  const result = await at.feeds.syncFeed(at.feedId, {
    onProgress: ({ phase, pages, lines }) => progress.push(`${phase} ${pages} ${lines}`),
  });
  expect(result).toMatchObject({ outcome: 'applied', pages: 3, newLines: 3, restarts: 0 });
  expect(progress).toEqual(['reading 1 1', 'reading 2 2', 'reading 3 3', 'saving 3 3']);
  expect(await feed()).toMatchObject({ cursor: 'c3', history: 'complete', state: 'healthy' });
  expect(await runs()).toMatchObject([
    { outcome: 'applied', from_cursor: null, to_cursor: 'c3', pages: 3n, new_lines: 3n },
  ]);
});

test('a change during paging drops the pages and begins again where the loop began', async () => {
  at.bank.says(
    null,
    aPage({ lines: [aLine('stale')], nextCursor: 'c1', hasMore: true }),
    aPage({ lines: [aLine('a')], nextCursor: 'c1', hasMore: true }),
  );
  at.bank.says('c1', changed(), aPage({ lines: [aLine('b')], nextCursor: 'c2' }));
  const before = at.clock.now();
  const result = await at.feeds.syncFeed(at.feedId);
  expect(result).toMatchObject({ outcome: 'applied', restarts: 1, newLines: 2 });
  expect(pulls()).toEqual(['pullLines:null', 'pullLines:c1', 'pullLines:null', 'pullLines:c1']);
  expect(await ids()).toEqual(['a booked', 'b booked']);
  expect(at.clock.now() - before).toBeGreaterThanOrEqual(2_000);
});

test('a first read that changes every time is given up after five tries and leaves nothing', async () => {
  at.bank.says(null, changed());
  const result = await at.feeds.syncFeed(at.feedId);
  expect(result).toMatchObject({ outcome: 'failed', newLines: 0, error: { code: 'pagination_changed' } });
  expect(pulls()).toHaveLength(5);
  expect(await feed()).toMatchObject({ cursor: null, state: 'retrying' });
});

async function withHistory() {
  at.bank.says(
    null,
    aPage({
      lines: [aLine('old', { date: '2026-01-05' }), aLine('a'), aLine('b'), aLine('p', { state: 'pending' })],
      nextCursor: 'c1',
    }),
  );
  await at.feeds.syncFeed(at.feedId);
  at.bank.reset();
}

test('a stored cursor that fails every time is given up for a full read, and vanished lines are reconciled', async () => {
  await withHistory();
  at.bank.says('c1', changed());
  at.bank.says(null, aPage({ lines: [aLine('a'), aLine('n', { date: '2026-11-01' })], nextCursor: 'c9' }));
  const result = await at.feeds.syncFeed(at.feedId);
  expect(result).toMatchObject({ outcome: 'applied', newLines: 1, removedLines: 2, unchangedLines: 1, restarts: 5 });
  expect(pulls()).toEqual([...Array(5).fill('pullLines:c1'), 'pullLines:null']);
  // "old" lies before the earliest day that the bank still gives: it has not vanished.
  expect(await ids()).toEqual(['a booked', 'b removed', 'n booked', 'old booked', 'p removed']);
  expect(await feed()).toMatchObject({ cursor: 'c9' });
});

test('a refused cursor leads to a full read at once', async () => {
  await withHistory();
  at.bank.says('c1', new DaybookError('cursor_bad', 'The cursor is not valid.'));
  at.bank.says(null, aPage({ lines: [aLine('a'), aLine('b'), aLine('p', { state: 'pending' })], nextCursor: 'c9' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied', removedLines: 0, unchangedLines: 3 });
  expect(pulls()).toEqual(['pullLines:c1', 'pullLines:null']);
});

test('a full read whose history is not whole yet reconciles nothing and keeps the stored cursor', async () => {
  await withHistory();
  at.bank.says('c1', new DaybookError('cursor_bad', 'The cursor is not valid.'));
  at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c9', history: 'partial' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'not_ready', removedLines: 0 });
  expect(await feed()).toMatchObject({ cursor: 'c1' });
  expect(await ids()).toContain('b booked');
});

test('after a full read, lines of an account that is no longer listed stay', async () => {
  at.bank.accounts = [anAccount('acc-1'), anAccount('acc-2', { mask: '2222' })];
  at.bank.says(null, aPage({ lines: [aLine('a'), aLine('x', { providerAccountId: 'acc-2' })], nextCursor: 'c1' }));
  await at.feeds.syncFeed(at.feedId);
  at.bank.accounts = [anAccount('acc-1')];
  at.bank.says('c1', new DaybookError('cursor_bad', 'The cursor is not valid.'));
  at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c2' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ removedLines: 0 });
});

test('the bank that is not ready yet keeps the stored cursor', async () => {
  at.bank.says(null, aPage({ nextCursor: null, history: 'not_ready' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'not_ready' });
  expect(await feed()).toMatchObject({ cursor: null, state: 'retrying', state_code: 'not_ready' });
  at.bank.says(null, new DaybookError('not_ready', 'Not ready.'));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'not_ready' });
});

test('lines that come without a cursor are taken in, and the stored cursor stays', async () => {
  await withHistory();
  at.bank.says('c1', aPage({ lines: [aLine('n')], nextCursor: null, history: 'unknown' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied', newLines: 1 });
  expect(await feed()).toMatchObject({ cursor: 'c1', history: 'complete' });
});

test('an answer that announces more without saying where is refused, and the loop ends', async () => {
  at.bank.says(null, aPage({ nextCursor: 'c1', hasMore: true }));
  at.bank.says('c1', aPage({ lines: [aLine('a')], nextCursor: 'c1', hasMore: true }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'failed', error: { code: 'answer_unexpected' } });
  expect(await ids()).toEqual([]);
});

test('a cancelled sync changes nothing, says so and leaves the health as it was', async () => {
  const stop = new AbortController();
  at.bank.says(null, () => {
    stop.abort();
    return aPage({ lines: [aLine('a')], nextCursor: 'c1', hasMore: true });
  });
  const result = await at.feeds.syncFeed(at.feedId, { stop: stop.signal });
  expect(result).toMatchObject({ outcome: 'cancelled', error: { code: 'cancelled' } });
  expect(await ids()).toEqual([]);
  expect(await feed()).toMatchObject({ cursor: null, state: 'healthy' });
});

test('a sync that is cancelled while it is saved is undone as a whole', async () => {
  const stop = new AbortController();
  const lines = Array.from({ length: 600 }, (_, index) => aLine(`l${index}`));
  at.bank.says(null, aPage({ lines, nextCursor: 'c1' }));
  const onProgress = ({ phase }: { phase: string }) => {
    if (phase === 'saving') stop.abort();
  };
  expect(await at.feeds.syncFeed(at.feedId, { stop: stop.signal, onProgress })).toMatchObject({ outcome: 'cancelled' });
  expect(await ids()).toEqual([]);
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied', newLines: 600 });
});

test('a login that the bank wants renewed stops the reading, keeps cursor and token, and names the repair', async () => {
  await withHistory();
  at.bank.feed = {
    ...at.bank.feed,
    trouble: {
      code: 'login_required',
      sentence: 'First Bank asks you to sign in again.',
      providerCode: 'ITEM_LOGIN_REQUIRED',
    },
  };
  const result = await at.feeds.syncFeed(at.feedId);
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'login_required', repair: 'sign_in_again' } });
  expect(pulls()).toEqual([]);
  expect(await feed()).toMatchObject({ cursor: 'c1', state: 'needs_person', state_code: 'login_required' });
  at.bank.feed = { ...at.bank.feed, trouble: null };
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied' });
  expect((await at.feeds.listFeeds())[0]).toMatchObject({ state: 'healthy', repair: 'none' });
});

test('a bank that is down for now does not keep back what the provider holds already', async () => {
  at.bank.feed = {
    ...at.bank.feed,
    trouble: { code: 'provider_down', sentence: 'First Bank is down.', providerCode: 'INSTITUTION_DOWN' },
  };
  at.bank.says(null, aPage({ lines: [aLine('a')] }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied', newLines: 1 });
  expect(await feed()).toMatchObject({ state: 'retrying', state_code: 'provider_down' });
});

test('a login that lists no accounts is still read, and a person is asked to choose accounts', async () => {
  at.bank.accounts = new DaybookError('no_accounts', 'The bank lists no accounts. Choose them again.');
  at.bank.says(null, aPage({ lines: [aLine('a')] }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied', newLines: 1 });
  expect((await at.feeds.listFeeds())[0]).toMatchObject({ state: 'needs_person', repair: 'choose_accounts' });
  expect((await at.feeds.listAccounts())[0]?.closedAt).toBeNull();
});

test('wrong keys stop every feed of the connection until they are mended', async () => {
  const wrong = new DaybookError('wrong_keys', 'Plaid does not know these keys.');
  at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2', institutionId: 'ins_2' };
  await at.feeds.registerFeed(at.connectionId, { providerFeedId: '', accessToken: 'token-2' }, 'Ada');
  at.bank.before = (call) => {
    if (call === 'readFeed') throw wrong;
  };
  const results = await at.feeds.syncAll();
  expect(results.map((result) => result.error?.code)).toEqual(['wrong_keys', 'wrong_keys']);
  expect((await at.feeds.listConnections())[0]).toMatchObject({ state: 'needs_person', code: 'wrong_keys' });
  at.bank.before = () => {};
  expect((await at.feeds.syncAll()).map((result) => result.outcome)).toEqual(['applied', 'applied']);
  expect((await at.feeds.listConnections())[0]).toMatchObject({ state: 'healthy', code: null });
});

test('two callers of one feed share one run', async () => {
  at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c1' }));
  const [one, two] = await Promise.all([at.feeds.syncFeed(at.feedId), at.feeds.syncFeed(at.feedId)]);
  expect(one?.pullId).toBe(two?.pullId);
  expect(pulls()).toHaveLength(1);
});

test('a run of another process that was faster is noticed, and nothing is applied twice', async () => {
  at.bank.says(null, async () => {
    at.bank.says(null, aPage({ lines: [aLine('a')], nextCursor: 'c1' }));
    await at.feedsOver(at.store).syncFeed(at.feedId);
    return aPage({ lines: [aLine('a')], nextCursor: 'c1' });
  });
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'failed', error: { code: 'stale' } });
  expect(await ids()).toEqual(['a booked']);
  expect(await feed()).toMatchObject({ state: 'healthy', cursor: 'c1' });
});

test('a failure of the network is the result of the run, with its reason in the record', async () => {
  at.bank.says(null, new DaybookError('network_lost', 'The connection to Plaid broke.', { requestId: 'r-7' }));
  expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'failed', error: { code: 'network_lost' } });
  const [run] = await runs();
  expect(JSON.parse(run?.error_json ?? '')).toMatchObject({ code: 'network_lost', requestId: 'r-7', retryable: true });
});

test('removals of lines that came and went inside one loop leave a marked line, in whatever order they came', async () => {
  at.bank.says(null, aPage({ removed: [removal('a')], nextCursor: 'c1', hasMore: true }));
  at.bank.says('c1', aPage({ lines: [aLine('a')], nextCursor: 'c2' }));
  await at.feeds.syncFeed(at.feedId);
  expect(await ids()).toEqual(['a removed']);
});
