import { describe, expect, test } from 'vitest';
import {
  access,
  account,
  failureOf,
  item,
  json,
  page,
  plaidError,
  SECRET,
  scriptedPlaid,
  transaction,
} from '../../../test/support/plaid-answers.ts';
import { DaybookError } from '../../core/errors.ts';

describe('reading lines', () => {
  test("asks for the largest page with the bank's own text, by the keys in the headers", async () => {
    const { plaid, sent } = scriptedPlaid({ '/transactions/sync': [() => json(page())] });
    await plaid.pullLines(access, null, undefined);
    await plaid.pullLines(access, 'Y3Vyc29yLTE=', undefined);
    expect(sent[0]?.path).toBe('sandbox.plaid.com/transactions/sync');
    expect(sent[0]?.body).toEqual({
      access_token: access.accessToken,
      count: 500,
      options: { include_original_description: true },
    });
    expect(sent[1]?.body).toMatchObject({ cursor: 'Y3Vyc29yLTE=', count: 500 });
    expect(sent[0]?.headers.get('plaid-client-id')).toBe('client-1');
    expect(sent[0]?.headers.get('plaid-secret')).toBe(SECRET);
    expect(sent[0]?.headers.get('plaid-version')).toBe('2020-09-14');
    expect(sent[0]?.headers.get('content-type')).toBe('application/json');
  });

  test('gives lines, exceptions, removals, the next cursor and how far the history reaches', async () => {
    const body = page({
      added: [transaction(), transaction({ transaction_id: 'txn-2', amount: 0.001 })],
      modified: [transaction({ transaction_id: 'txn-3', pending_transaction_id: 'txn-0' })],
      removed: [{ transaction_id: 'txn-0', account_id: 'acc-operating' }],
      has_more: true,
      next_cursor: 'next',
      transactions_update_status: 'INITIAL_UPDATE_COMPLETE',
    });
    const { plaid } = scriptedPlaid({ '/transactions/sync': [() => json(body)] });
    const result = await plaid.pullLines(access, null, undefined);
    expect(result.lines.map((line) => line.providerLineId)).toEqual(['txn-1', 'txn-3']);
    expect(result.rejected.map((row) => row.providerLineId)).toEqual(['txn-2']);
    expect(result.removed).toHaveLength(1);
    expect(result).toMatchObject({ nextCursor: 'next', hasMore: true, history: 'partial' });
  });

  test('that Plaid has not fetched yet never lays an empty cursor over a real one', async () => {
    const body = page({ next_cursor: '', transactions_update_status: 'NOT_READY' });
    const { plaid } = scriptedPlaid({ '/transactions/sync': [() => json(body)] });
    expect(await plaid.pullLines(access, 'stored', undefined)).toMatchObject({
      nextCursor: null,
      hasMore: false,
      history: 'not_ready',
      lines: [],
    });
  });

  test('ends with an error instead of turning in a circle when the cursor does not move on', async () => {
    const { plaid } = scriptedPlaid({
      '/transactions/sync': [() => json(page({ has_more: true, next_cursor: 'same' }))],
    });
    expect(await plaid.pullLines(access, 'before', undefined)).toMatchObject({ nextCursor: 'same', hasMore: true });
    expect(await failureOf(plaid.pullLines(access, 'same', undefined))).toMatchObject({ code: 'answer_unexpected' });
  });

  test('knows that the history is complete, and says so when it cannot know', async () => {
    const { plaid } = scriptedPlaid({
      '/transactions/sync': [() => json(page()), () => json(page({ transactions_update_status: 'A_NEW_STATUS' }))],
    });
    expect((await plaid.pullLines(access, null, undefined)).history).toBe('complete');
    expect((await plaid.pullLines(access, null, undefined)).history).toBe('unknown');
  });

  test('stops with its reason when the list changed while it was read, and is not repeated page by page', async () => {
    const mutation = plaidError('TRANSACTIONS_ERROR', 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION');
    const { plaid, sent } = scriptedPlaid({ '/transactions/sync': [() => json(mutation, 400)] });
    const error = await failureOf(plaid.pullLines(access, 'mid-loop', undefined));
    expect(error).toMatchObject({ code: 'pagination_changed', requestId: 'req-error-1' });
    expect(sent).toHaveLength(1);
  });

  test('says when the stored cursor is no longer accepted', async () => {
    const refused = plaidError('INVALID_REQUEST', 'INVALID_FIELD', {
      error_message: 'cursor not associated with access_token',
    });
    const { plaid } = scriptedPlaid({ '/transactions/sync': [() => json(refused, 400)] });
    expect(await failureOf(plaid.pullLines(access, 'other', undefined))).toMatchObject({ code: 'cursor_bad' });
    expect(await failureOf(plaid.pullLines(access, null, undefined))).toMatchObject({ code: 'answer_unexpected' });
  });

  test.each([
    ['a body that is cut off', () => new Response('{"added": [{"transaction_id": "t', { status: 200 })],
    ['a web page', () => new Response('<html>Welcome to the hotel</html>', { status: 200 })],
    ['an empty body', () => new Response('', { status: 200 })],
  ])('answers %s with an error that is worth another try', async (_name, answer) => {
    const { plaid } = scriptedPlaid({ '/transactions/sync': [answer] });
    expect(await failureOf(plaid.pullLines(access, null, undefined))).toMatchObject({
      code: 'answer_unreadable',
      retryable: true,
    });
  });

  test('refuses a page whose envelope is not as agreed, naming fields and request but no values', async () => {
    const { plaid } = scriptedPlaid({
      '/transactions/sync': [() => json({ ...page(), added: 'confidential', has_more: 'maybe' })],
    });
    const error = await failureOf(plaid.pullLines(access, null, undefined));
    expect(error).toMatchObject({ code: 'answer_unexpected', requestId: 'req-sync-1' });
    expect(String(error)).toContain('added');
    expect(String(error)).not.toContain('confidential');
  });

  test('waits as long as Plaid asks and goes on', async () => {
    const limit = plaidError('RATE_LIMIT_EXCEEDED', 'TRANSACTIONS_SYNC_LIMIT');
    const { plaid, sent, clock } = scriptedPlaid({
      '/transactions/sync': [() => json(limit, 429, { 'retry-after': '20' }), () => json(page())],
    });
    const before = clock.now();
    await plaid.pullLines(access, null, undefined);
    expect(sent).toHaveLength(2);
    expect(clock.now() - before).toBeGreaterThanOrEqual(20_000);
  });
});

test('no error holds the secret, the access token or anything of the request', async () => {
  const { plaid } = scriptedPlaid({
    '/transactions/sync': [() => json(plaidError('ITEM_ERROR', 'ITEM_LOGIN_REQUIRED'), 400)],
    '/item/get': [() => new Response('<html>', { status: 502 })],
    '/accounts/get': [() => json({ accounts: 'odd' })],
  });
  const thrown = [
    await failureOf(plaid.pullLines(access, null, undefined)),
    await failureOf(plaid.readFeed(access, undefined)),
    await failureOf(plaid.pullAccounts(access, undefined)),
    await failureOf(plaid.pullLiveBalances(access, [], undefined)),
  ];
  for (const error of thrown) {
    expect(error).toBeInstanceOf(DaybookError);
    const everything = allTextIn(error);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain(access.accessToken);
  }
});

/** All texts reachable from a value, also through causes and hidden properties. */
function allTextIn(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value)) return '';
  seen.add(value);
  return Object.values(Object.getOwnPropertyDescriptors(value))
    .map((property) => allTextIn(property.value, seen))
    .join('\n');
}

test('an access token of another environment is refused before it travels', async () => {
  const { plaid, sent } = scriptedPlaid({}, { environment: 'sandbox' });
  const foreign = { providerFeedId: 'item-live', accessToken: 'access-production-9999' };
  const error = await failureOf(plaid.pullAccounts(foreign, undefined));
  expect(error).toMatchObject({ code: 'wrong_environment', repair: 'check_keys' });
  expect(sent).toEqual([]);
});

test("errors name the bank once the feed's bank is known", async () => {
  const { plaid } = scriptedPlaid({
    '/item/get': [() => json(item())],
    '/accounts/get': [() => json(plaidError('ITEM_ERROR', 'NO_ACCOUNTS'), 400)],
  });
  await plaid.readFeed(access, undefined);
  expect(String(await failureOf(plaid.pullAccounts(access, undefined)))).toContain('First Platypus Bank');
});

test('a production connection goes to Plaid itself, a sandbox one to the address it names', async () => {
  const script = { '/accounts/get': [() => json({ accounts: [account()] })] };
  const live = scriptedPlaid(script, { environment: 'production' });
  await live.plaid.pullAccounts({ providerFeedId: 'i', accessToken: 'access-production-1' }, undefined);
  expect(live.sent[0]?.path).toBe('production.plaid.com/accounts/get');
  const local = scriptedPlaid(script, { config: { endpoint: 'http://127.0.0.1:4010' } });
  await local.plaid.pullAccounts(access, undefined);
  expect(local.sent[0]?.path).toBe('127.0.0.1:4010/accounts/get');
});

describe('live balances', () => {
  const balances = () => json({ accounts: [account()] });

  test('are asked for the wanted accounts only', async () => {
    const { plaid, sent } = scriptedPlaid({ '/item/get': [() => json(item())], '/accounts/balance/get': [balances] });
    await plaid.pullLiveBalances(access, ['acc-operating'], undefined);
    expect(sent.at(-1)?.body).toEqual({
      access_token: access.accessToken,
      options: { account_ids: ['acc-operating'] },
    });
  });

  test('are asked once, because each call is billed', async () => {
    const { plaid, sent } = scriptedPlaid({
      '/item/get': [() => json(item())],
      '/accounts/balance/get': [() => new Response('', { status: 504 })],
    });
    expect(await failureOf(plaid.pullLiveBalances(access, [], undefined))).toMatchObject({ retryable: true });
    expect(sent.filter((request) => request.path.endsWith('/accounts/balance/get'))).toHaveLength(1);
  });

  test('of Capital One say how old they may be, and of no other bank', async () => {
    const capitalOne = scriptedPlaid({
      '/item/get': [() => json(item({ institution_id: 'ins_128026' }))],
      '/accounts/balance/get': [balances],
    });
    await capitalOne.plaid.pullLiveBalances(access, [], undefined);
    expect(capitalOne.sent.at(-1)?.body.options).toEqual({ min_last_updated_datetime: '2026-03-03T08:00:00Z' });
    const other = scriptedPlaid({ '/item/get': [() => json(item())], '/accounts/balance/get': [balances] });
    await other.plaid.pullLiveBalances(access, [], undefined);
    expect(other.sent.at(-1)?.body.options).toEqual({});
  });

  test('learn the bank once', async () => {
    const { plaid, sent } = scriptedPlaid({ '/item/get': [() => json(item())], '/accounts/balance/get': [balances] });
    await plaid.pullLiveBalances(access, [], undefined);
    await plaid.pullLiveBalances(access, [], undefined);
    expect(sent.filter((request) => request.path.endsWith('/item/get'))).toHaveLength(1);
  });

  test('are the last known ones with their age when the bank has nothing fresher', async () => {
    const { plaid } = scriptedPlaid({
      '/item/get': [() => json(item({ institution_id: 'ins_128026' }))],
      '/accounts/balance/get': [() => json(plaidError('INVALID_RESULT', 'LAST_UPDATED_DATETIME_OUT_OF_RANGE'), 400)],
      '/accounts/get': [() => json({ accounts: [account(), account({ account_id: 'acc-other' })] })],
    });
    const accounts = await plaid.pullLiveBalances(access, ['acc-operating'], undefined);
    expect(accounts).toHaveLength(1);
    expect(accounts[0]?.balance).toMatchObject({ current: { minor: 125000n }, asOf: '2026-03-03T06:07:08.000Z' });
  });

  test('wait longer than the slowest banks take', async () => {
    const { plaid, clock } = scriptedPlaid({
      '/item/get': [() => json(item())],
      '/accounts/balance/get': [
        () => {
          clock.advance(59_000);
          return balances();
        },
      ],
    });
    expect(await plaid.pullLiveBalances(access, [], undefined)).toHaveLength(1);
  });
});

test('a cancelled read says that it was cancelled', async () => {
  const { plaid } = scriptedPlaid({ '/accounts/get': [() => json({ accounts: [] })] });
  const error = await failureOf(plaid.pullAccounts(access, AbortSignal.abort()));
  expect(error).toMatchObject({ code: 'cancelled' });
});
