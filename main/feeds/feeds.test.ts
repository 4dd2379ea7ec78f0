import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aLine, anAccount, aPage } from '../../test/support/scripted-bank.ts';
import { DaybookError } from '../core/errors.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

const connection = { kind: 'scripted', name: 'Bank', environment: 'sandbox', config: { clientId: 'c' } } as const;
const events = async (like: string) =>
  (
    await at.store.read
      .selectFrom('audit_event')
      .select('action')
      .where('action', 'like', like)
      .orderBy('seq')
      .execute()
  ).map((row) => row.action);

test('saving the same connection twice changes nothing', async () => {
  const before = await events('%');
  expect(await at.feeds.saveConnection({ ...connection, secrets: { secret: 's' } }, 'Ada')).toEqual({
    id: at.connectionId,
    outcome: 'unchanged',
  });
  expect(await events('%')).toEqual(before);
});

test('a changed setting or secret is stored, told in the trail, and opens the connector anew', async () => {
  const first = await at.feeds.connector(at.connectionId);
  expect(await at.feeds.connector(at.connectionId)).toBe(first);
  at.clock.advance(1_000);
  const changed = { ...connection, config: { clientId: 'other' }, secrets: { secret: 's2' } };
  expect(await at.feeds.saveConnection(changed, 'Ada')).toMatchObject({ outcome: 'updated' });
  expect(await at.feeds.connector(at.connectionId)).not.toBe(first);
  expect(await events('connection.%')).toEqual(['connection.created', 'connection.changed']);
});

test('a wrong setting is named with its path, an unknown kind and secret too', async () => {
  const save = (change: object) =>
    at.feeds.saveConnection({ ...connection, name: 'New', secrets: {}, ...change }, 'Ada');
  await expect(save({ config: { clientId: 7 } })).rejects.toMatchObject({ code: 'setup_invalid', path: 'clientId' });
  await expect(save({ kind: 'nobank' })).rejects.toMatchObject({ code: 'setup_invalid', path: 'kind' });
  await expect(save({ secrets: { pin: '1' } })).rejects.toMatchObject({ code: 'setup_invalid', path: 'pin' });
  await expect(save({ name: 'Bank', environment: 'production' })).rejects.toMatchObject({ path: 'environment' });
});

test('a connection shows the names of its secrets and never a value', async () => {
  const list = await at.feeds.listConnections();
  expect(list).toMatchObject([{ name: 'Bank', secrets: ['secret'] }]);
  expect(JSON.stringify(list)).not.toContain('"s"');
});

test('the same token again asks nobody and changes nothing', async () => {
  const again = await at.feeds.registerFeed(at.connectionId, { providerFeedId: '', accessToken: 'token-1' }, 'Ada');
  expect(again).toEqual({ feedId: at.feedId, outcome: 'unchanged' });
  expect(at.bank.calls).toEqual([]);
});

test('a new token for the same login replaces the old one', async () => {
  const again = await at.feeds.registerFeed(at.connectionId, { providerFeedId: '', accessToken: 'token-2' }, 'Ada');
  expect(again).toEqual({ feedId: at.feedId, outcome: 'updated' });
  expect(await at.vault.get(`feed:${at.feedId}`, 'accessToken')).toBe('token-2');
});

test('the same accounts under another login are refused', async () => {
  at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2' };
  const twice = at.feeds.registerFeed(at.connectionId, { providerFeedId: '', accessToken: 'token-2' }, 'Ada');
  await expect(twice).rejects.toMatchObject({ code: 'duplicate_feed' });
  expect(await at.feeds.listFeeds()).toHaveLength(1);
});

const linked = (publicToken: string, institutionId: string, name: string) => ({
  publicToken,
  institutionId,
  institutionName: 'Bank',
  accounts: [{ name, mask: '0000' }],
});

test('linking the same accounts again is noticed before the public token is exchanged', async () => {
  at.bank.linkOutcome = { state: 'linked', results: [linked('public-1', 'ins_1', 'Operating')] };
  const done = await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada');
  expect(done).toMatchObject({ state: 'linked', feeds: [{ feedId: at.feedId, outcome: 'duplicate' }] });
  expect(at.bank.calls).not.toContain('exchange:public-1');
});

test('a linked bank is kept with its accounts', async () => {
  at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2', institutionId: 'ins_2', institutionName: 'Second Bank' };
  at.bank.accounts = [anAccount('acc-9', { name: 'Savings', mask: '9999' })];
  at.bank.linkOutcome = { state: 'linked', results: [linked('public-2', 'ins_2', 'Savings')] };
  const done = await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada');
  expect(done).toMatchObject({ state: 'linked', feeds: [{ outcome: 'added' }] });
  expect((await at.feeds.listFeeds()).map((feed) => feed.institutionName)).toEqual(['First Bank', 'Second Bank']);
  expect((await at.feeds.listAccounts()).map((account) => account.search)).toContain(
    'second bank savings business checking 9999 depository usd',
  );
});

test('a token that was exchanged is kept even when the bank cannot be read right after', async () => {
  at.bank.feed = { ...at.bank.feed, providerFeedId: 'item-2', institutionId: 'ins_2' };
  at.bank.linkOutcome = { state: 'linked', results: [linked('public-2', 'ins_2', 'Savings')] };
  at.bank.before = (call) => {
    if (call === 'readFeed') throw new DaybookError('network_lost', 'The connection broke.');
  };
  const done = await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada');
  if (done.state !== 'linked') throw new Error('not linked');
  const feedId = done.feeds[0]?.feedId ?? '';
  expect(await at.vault.get(`feed:${feedId}`, 'accessToken')).toBe('access-of-public-2');
  expect((await at.feeds.listFeeds()).find((feed) => feed.id === feedId)).toMatchObject({ state: 'retrying' });
});

test('a link under way and an abandoned one change nothing', async () => {
  expect(await at.feeds.startLink(at.connectionId)).toMatchObject({ hostedUrl: 'https://link.example/1' });
  expect(await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada')).toEqual({ state: 'waiting' });
  at.bank.linkOutcome = { state: 'abandoned', reason: 'closed' };
  expect(await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada')).toMatchObject({ state: 'abandoned' });
});

test('a repair exchanges nothing and asks the bank whether it works again', async () => {
  at.bank.feed = {
    ...at.bank.feed,
    trouble: { code: 'login_required', sentence: 'Sign in again.', providerCode: 'X' },
  };
  await at.feeds.syncFeed(at.feedId);
  await at.feeds.startLink(at.connectionId, { feedId: at.feedId });
  expect(at.bank.calls).toContain('startLink:item-1');
  at.bank.feed = { ...at.bank.feed, trouble: null };
  at.bank.linkOutcome = { state: 'linked', results: [] };
  const done = await at.feeds.finishLink(at.connectionId, 'link-1', 'Ada', { feedId: at.feedId });
  expect(done).toMatchObject({ feeds: [{ outcome: 'repaired', sentence: null }] });
  expect((await at.feeds.listFeeds())[0]).toMatchObject({ state: 'healthy' });
});

test('a removed feed ends at the provider, forgets its token, and keeps its lines', async () => {
  at.bank.says(null, aPage({ lines: [aLine('a')] }));
  await at.feeds.syncFeed(at.feedId);
  await at.feeds.removeFeed(at.feedId, 'Ada');
  expect(at.bank.calls).toContain('removeFeed');
  expect(await at.vault.has(`feed:${at.feedId}`, 'accessToken')).toBe(false);
  await expect(at.feeds.syncFeed(at.feedId)).rejects.toMatchObject({ code: 'feed_gone', repair: 'link_again' });
  expect(await at.feeds.syncAll()).toEqual([]);
  expect(await at.store.read.selectFrom('statement_line').selectAll().execute()).toHaveLength(1);
});

test('a removed connection ends its banks at the provider first, forgets its keys, and keeps what was done', async () => {
  at.bank.says(null, aPage({ lines: [aLine('a')] }));
  await at.feeds.syncFeed(at.feedId);
  at.bank.before = () => {
    throw new DaybookError('network_lost', 'The connection broke.');
  };
  await expect(at.feeds.removeConnection(at.connectionId, 'Ada')).rejects.toMatchObject({ code: 'network_lost' });
  expect(await at.feeds.listConnections()).toMatchObject([{ state: 'healthy', secrets: ['secret'] }]);
  at.bank.before = () => {};
  await at.feeds.removeConnection(at.connectionId, 'Ada');
  expect(at.bank.calls).toContain('removeFeed');
  expect(await at.feeds.listConnections()).toMatchObject([{ state: 'removed', secrets: [] }]);
  expect(await at.store.read.selectFrom('statement_line').selectAll().execute()).toHaveLength(1);
  expect(await events('connection.removed')).toHaveLength(1);
  await expect(at.feeds.removeConnection(at.connectionId, 'Ada')).rejects.toMatchObject({ code: 'not_found' });
  const again = await at.feeds.saveConnection({ ...connection, secrets: { secret: 's2' } }, 'Ada');
  expect(again).toEqual({ id: at.connectionId, outcome: 'updated' });
  expect(await at.feeds.listConnections()).toMatchObject([{ state: 'healthy', secrets: ['secret'] }]);
});

test('removing a feed that is gone at the provider succeeds, a network failure does not', async () => {
  at.bank.before = () => {
    throw new DaybookError('network_lost', 'The connection broke.');
  };
  await expect(at.feeds.removeFeed(at.feedId, 'Ada')).rejects.toMatchObject({ code: 'network_lost' });
  at.bank.before = () => {
    throw new DaybookError('feed_gone', 'Plaid no longer knows this bank connection.');
  };
  await at.feeds.removeFeed(at.feedId, 'Ada');
  expect((await at.feeds.listFeeds())[0]).toMatchObject({ state: 'removed' });
});

test('a webhook address is set at the provider and remembered', async () => {
  await at.feeds.setWebhook(at.feedId, 'https://relay.example/hooks/1', 'Ada');
  expect(at.bank.calls).toEqual(['setWebhook:https://relay.example/hooks/1']);
  expect(await events('feed.webhook_set')).toHaveLength(1);
});

test('an account that vanishes is closed, and opened again when it returns', async () => {
  const both = [anAccount('acc-1'), anAccount('acc-2', { mask: '2222', name: 'Payroll' })];
  at.bank.accounts = both;
  await at.feeds.syncFeed(at.feedId);
  at.bank.accounts = [anAccount('acc-1')];
  await at.feeds.syncFeed(at.feedId);
  const payroll = async () => (await at.feeds.listAccounts()).find((account) => account.name === 'Payroll');
  expect((await payroll())?.closedAt).not.toBeNull();
  at.bank.accounts = both;
  await at.feeds.syncFeed(at.feedId);
  expect((await payroll())?.closedAt).toBeNull();
  expect(await events('feed_account.%')).toEqual([
    'feed_account.added',
    'feed_account.added',
    'feed_account.closed',
    'feed_account.reopened',
  ]);
});

test('an account under a new provider id is proposed as the old one, by persistent id or by its looks', async () => {
  at.bank.accounts = [anAccount('new-1')];
  await at.feeds.syncFeed(at.feedId);
  expect(await at.feeds.proposeReplacements()).toMatchObject([{ reason: 'Name, type and last digits are the same.' }]);
  at.bank.accounts = [anAccount('p-1', { persistentAccountId: 'per', mask: '7777', name: 'Old name' })];
  await at.feeds.syncFeed(at.feedId);
  at.bank.accounts = [anAccount('p-2', { persistentAccountId: 'per', mask: '8888', name: 'New name' })];
  await at.feeds.syncFeed(at.feedId);
  expect((await at.feeds.proposeReplacements()).map((proposal) => proposal.reason)).toContain(
    'The bank gives both the same persistent id.',
  );
});

test('account numbers are kept sealed and shown as last four; a stand-in number is not shown at all', async () => {
  const ach = {
    providerAccountId: 'acc-1',
    scheme: 'ach',
    account: '000123456789',
    routing: '021000021',
    wireRouting: null,
  } as const;
  at.bank.numbers = [{ ...ach, tokenized: false }];
  const [account] = await at.feeds.refreshNumbers(at.feedId, 'Ada');
  expect((await at.feeds.listAccounts())[0]).toMatchObject({ id: account, numberLast4: '6789' });
  expect(await at.feeds.refreshNumbers(at.feedId, 'Ada')).toEqual([]);
  const row = await at.store.read.selectFrom('feed_account').selectAll().executeTakeFirstOrThrow();
  expect(Buffer.from(row.number_sealed ?? []).includes('123456789')).toBe(false);
  expect(JSON.stringify(await at.store.read.selectFrom('audit_event').selectAll().execute(), text)).not.toContain(
    '123456789',
  );
  at.bank.numbers = [{ ...ach, tokenized: true }];
  expect(await at.feeds.refreshNumbers(at.feedId, 'Ada')).toEqual([account]);
  expect((await at.feeds.listAccounts())[0]?.numberLast4).toBeNull();
});

const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

test('the age of the bank data is told, and old data is called stale', async () => {
  await at.feeds.syncFeed(at.feedId);
  expect((await at.feeds.listFeeds())[0]?.freshness).toMatchObject({
    stale: false,
    sentence: 'The bank was last reached 2 h ago.',
  });
  at.clock.advance(3 * 24 * 3_600_000);
  expect((await at.feeds.listFeeds())[0]?.freshness).toMatchObject({
    stale: true,
    sentence: 'The bank was last reached 3 days ago.',
  });
});
