import { describe, expect, test } from 'vitest';
import { parseJsonAmount } from '../../main/core/money.ts';
import { ACCOUNT_LIST } from '../harbor/accounts.ts';
import { createTestPlaid, type Transaction } from './testing.ts';

const DAY = 86_400_000;

/** A Tidewater Item whose history is there. */
function tidewater(options: Parameters<typeof createTestPlaid>[0] = {}) {
  const plaid = createTestPlaid(options);
  const { accessToken } = plaid.control.addItem('tidewater');
  plaid.clock.advance(60_000);
  return { ...plaid, accessToken };
}

/** Booked US dollar amounts in cents, by Plaid's sign. */
function cents(transactions: Iterable<Transaction>): bigint {
  let sum = 0n;
  for (const { pending, amount, name, iso_currency_code } of transactions) {
    if (pending || iso_currency_code !== 'USD' || name.endsWith(' MEMO')) continue;
    const parsed = parseJsonAmount(amount, 'USD');
    if (!parsed.ok) throw new Error(`${name} ${amount}: ${parsed.problem}`);
    sum += parsed.money.minor;
  }
  return sum;
}

describe('/transactions/sync of the practice Plaid', () => {
  test('an Item is not ready at first, has its last month next, and then its whole history', async () => {
    const { control, clock, sync, syncAll } = createTestPlaid();
    const { accessToken } = control.addItem('cascade');
    const early = await sync(accessToken);
    expect(early).toMatchObject({
      added: [],
      next_cursor: '',
      has_more: false,
      transactions_update_status: 'NOT_READY',
    });
    clock.advance(10_000);
    const month = await syncAll(accessToken);
    expect(month.pages[0]?.transactions_update_status).toBe('INITIAL_UPDATE_COMPLETE');
    expect([...month.held.values()].map((t) => t.date).sort()[0]).toBe('2026-02-02');
    const partial = month.held.size;
    clock.advance(50_000);
    const rest = await syncAll(accessToken, month.cursor, month.held);
    expect(rest.pages[0]?.transactions_update_status).toBe('HISTORICAL_UPDATE_COMPLETE');
    expect(rest.held.size).toBeGreaterThan(partial);
    expect([...rest.held.values()].map((t) => t.date).sort()[0]).toBe('2026-01-16');
    const fresh = await syncAll(accessToken);
    expect(new Map([...fresh.held].sort())).toEqual(new Map([...rest.held].sort()));
  });

  test('no more history comes than was asked for', async () => {
    const { control, clock, syncAll } = createTestPlaid();
    const { accessToken } = control.addItem('cascade', { daysRequested: 14 });
    clock.advance(60_000);
    const { held } = await syncAll(accessToken);
    expect([...held.values()].every((t) => t.date >= '2026-02-16')).toBe(true);
  });

  test('a client that follows the cursor holds exactly what the banks hold, day after day', async () => {
    const { accessToken, clock, company, control, syncAll } = tidewater();
    let { cursor, held } = await syncAll(accessToken);
    for (let day = 0; day < 12; day++) {
      clock.advance(DAY * 0.7);
      ({ cursor, held } = await syncAll(accessToken, cursor, held, 100));
    }
    const fresh = await syncAll(accessToken);
    expect(new Map([...held].sort())).toEqual(new Map([...fresh.held].sort()));
    const item = control.items()[0];
    for (const { key } of ACCOUNT_LIST.filter(({ bank }) => bank === 'tidewater')) {
      const id = item?.accounts.get(key);
      const out = cents([...held.values()].filter((t) => t.account_id === id));
      const moved = company.balanceAt(key, clock.now()).minor - company.balanceAt(key, 0).minor;
      expect(-out, key).toBe(moved);
    }
  });

  test('amounts are positive when money leaves the account', async () => {
    const { accessToken, syncAll } = tidewater();
    const { held } = await syncAll(accessToken);
    expect([...held.values()].find((t) => t.name.startsWith('PAYWORKS PAYROLL'))?.amount).toBeGreaterThan(0);
    expect([...held.values()].find((t) => t.name.startsWith('MGMT FEE'))?.amount).toBeLessThan(0);
  });

  test('a booked line names its pending one, whose removal may lie on a later page', async () => {
    const { accessToken, clock, control, syncAll } = tidewater();
    clock.advance(DAY * 0.7);
    const evening = await syncAll(accessToken);
    clock.advance(DAY * 3);
    control.limitPages(40);
    const { pages } = await syncAll(accessToken, evening.cursor);
    const pageOf = (find: (page: (typeof pages)[number]) => boolean) => pages.findIndex(find);
    const replaced = pages
      .flatMap(({ added }) => added)
      .filter((t) => evening.held.has(t.pending_transaction_id ?? ''));
    expect(replaced.length).toBeGreaterThan(5);
    const later = replaced.filter(
      (t) =>
        pageOf(({ removed }) => removed.some((r) => r.transaction_id === t.pending_transaction_id)) >
        pageOf(({ added }) => added.some((a) => a.transaction_id === t.transaction_id)),
    );
    expect(later.length).toBeGreaterThan(0);
  });

  test('removed marks can come before what replaces them', async () => {
    const { accessToken, clock, control, sync, syncAll } = tidewater();
    clock.advance(DAY * 0.7);
    const { cursor } = await syncAll(accessToken);
    clock.advance(DAY * 3);
    control.removedFirst(true);
    const first = await sync(accessToken, cursor, 5);
    expect(first.removed).toHaveLength(5);
  });

  test('data that changes inside a loop breaks that loop for ever; a new one from the start succeeds', async () => {
    const { accessToken, control, send, sync, syncAll } = tidewater();
    const first = await sync(accessToken, '', 50);
    control.mutateDuringPagination(1);
    const again = { access_token: accessToken, cursor: first.next_cursor, count: 50 };
    for (let i = 0; i < 3; i++) {
      const { status, json } = await send('/transactions/sync', again);
      expect([status, json.error_type, json.error_code]).toEqual([
        400,
        'TRANSACTIONS_ERROR',
        'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION',
      ]);
    }
    expect((await syncAll(accessToken)).held.size).toBeGreaterThan(500);
  });

  test('a loop shows the same data on all its pages although the bank goes on meanwhile', async () => {
    const { accessToken, clock, sync } = tidewater();
    const seen: string[] = [];
    let cursor = '';
    for (let more = true; more; ) {
      const page = await sync(accessToken, cursor, 200);
      seen.push(...page.added.map((t) => t.transaction_id));
      cursor = page.next_cursor;
      more = page.has_more;
      clock.advance(DAY / 4);
    }
    expect(new Set(seen).size).toBe(seen.length);
    const still = tidewater();
    const calm = await still.syncAll(still.accessToken);
    expect(new Set(seen)).toEqual(new Set(calm.held.keys()));
  });

  test.each(['mutation', 'invalid'] as const)(
    'a cursor gone bad (%s) stays bad; a sync from nothing works',
    async (how) => {
      const { accessToken, clock, control, send, syncAll } = tidewater();
      const { cursor } = await syncAll(accessToken);
      control.spoilCursors('tidewater', how);
      clock.advance(DAY);
      const { status, json } = await send('/transactions/sync', { access_token: accessToken, cursor });
      expect(status).toBe(400);
      expect(json.error_code).toBe(
        how === 'invalid' ? 'INVALID_FIELD' : 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION',
      );
      const recovered = await syncAll(accessToken);
      expect((await syncAll(accessToken, recovered.cursor)).pages[0]?.added).toEqual([]);
    },
  );

  test('a cursor belongs to its Item and to its account', async () => {
    const { accessToken, control, send, syncAll } = tidewater();
    const { cursor } = await syncAll(accessToken);
    const other = control.addItem('cascade');
    const foreign = await send('/transactions/sync', { access_token: other.accessToken, cursor });
    expect(foreign.json.error_message).toBe('cursor not associated with access_token');
    const accountId = control.items()[0]?.accounts.get('managementCard');
    const options = { account_id: accountId };
    expect((await send('/transactions/sync', { access_token: accessToken, cursor, options })).status).toBe(400);
    const card = await send('/transactions/sync', { access_token: accessToken, options });
    expect(JSON.stringify(card.json.accounts)).toContain('8834');
    expect(JSON.stringify(card.json.accounts)).not.toContain('1207');
    expect(cursor.length).toBeLessThanOrEqual(256);
  });

  test('rows in trouble come as they are: four decimals, and a currency that is none', async () => {
    const { control, clock, syncAll } = createTestPlaid();
    const northgate = control.addItem('northgate').accessToken;
    const tide = control.addItem('tidewater').accessToken;
    clock.advance(4 * DAY);
    const memo = [...(await syncAll(northgate)).held.values()].find((t) => t.name === 'INTEREST ACCRUED MEMO');
    expect(String(memo?.amount)).toMatch(/^-\d+\.\d{4}$/);
    const points = [...(await syncAll(tide)).held.values()].find((t) => t.name === 'REWARDS POINTS POSTED');
    expect([points?.iso_currency_code, points?.unofficial_currency_code]).toEqual([null, 'HBP']);
  });

  test('the bank’s own text comes only when asked for', async () => {
    const { accessToken, call, sync } = tidewater();
    expect((await sync(accessToken, '', 3)).added.every((t) => t.original_description === null)).toBe(true);
    const options = { include_original_description: true };
    const answer = await call('/transactions/sync', { access_token: accessToken, count: 3, options });
    expect(JSON.stringify(answer)).toMatch(/"original_description":"[^"]+/);
  });

  test('a bank linked anew tells of the same lines under other ids', async () => {
    const { accessToken, clock, control, syncAll } = tidewater();
    const { accessToken: second } = control.addItem('tidewater');
    clock.advance(60_000);
    const [one, other] = [(await syncAll(accessToken)).held, (await syncAll(second)).held];
    expect(other.size).toBe(one.size);
    expect([...other.keys()].filter((id) => one.has(id))).toEqual([]);
    const linked = [...other.values()].filter((t) => t.pending_transaction_id !== null);
    expect(linked.length).toBeGreaterThan(10);
    expect([...one.values()].map((t) => t.name).sort()).toEqual([...other.values()].map((t) => t.name).sort());
  });

  test('a page may not hold more than 500 changes', async () => {
    const { accessToken, send, sync } = tidewater();
    expect((await sync(accessToken, '', 500)).added).toHaveLength(500);
    expect((await send('/transactions/sync', { access_token: accessToken, count: 501 })).json.error_code).toBe(
      'INVALID_FIELD',
    );
  });

  test('asked too often, it refuses with the endpoint’s own code', async () => {
    const { accessToken, send, sync, clock } = tidewater({ enforceLimits: true });
    for (let i = 0; i < 50; i++) await sync(accessToken, '', 1);
    const { status, json } = await send('/transactions/sync', { access_token: accessToken });
    expect([status, json.error_type, json.error_code]).toEqual([429, 'RATE_LIMIT_EXCEEDED', 'TRANSACTIONS_SYNC_LIMIT']);
    clock.advance(60_000);
    expect((await sync(accessToken, '', 1)).added).toHaveLength(1);
  });
});
