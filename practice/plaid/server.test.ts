import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { money, negate } from '../../main/core/money.ts';
import { createTestPlaid } from './testing.ts';

const LINK = {
  client_name: 'Daybook',
  language: 'en',
  country_codes: ['US'],
  user: { client_user_id: 'user-1' },
  products: ['transactions'],
  hosted_link: {},
};
const errorCode = (answer: { json: Record<string, unknown> }) => answer.json.error_code;

const linkState = z.object({
  link_sessions: z
    .array(
      z.looseObject({
        finished_at: z.string().nullable(),
        exit: z.object({ metadata: z.object({ status: z.string() }) }).optional(),
        results: z
          .object({ item_add_results: z.array(z.object({ public_token: z.string(), accounts: z.array(z.unknown()) })) })
          .optional(),
      }),
    )
    .default([]),
});

async function startLink(plaid: ReturnType<typeof createTestPlaid>, change: object = {}) {
  const answer = await plaid.call('/link/token/create', { ...LINK, ...change });
  const linkToken = String(answer.link_token);
  const sessions = async () =>
    linkState.parse(await plaid.call('/link/token/get', { link_token: linkToken })).link_sessions;
  return { linkToken, url: String(answer.hosted_link_url), sessions };
}

describe('the door of the practice Plaid', () => {
  test('keys come as headers or in the body, and wrong ones are refused', async () => {
    const { control, send } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    const keys = { client_id: control.clientId, secret: control.secret };
    expect((await send('/item/get', { access_token, ...keys }, {})).status).toBe(200);
    expect(errorCode(await send('/item/get', { access_token }, {}))).toBe('MISSING_FIELDS');
    const wrong = await send('/item/get', { access_token, ...keys, secret: 'x' }, {});
    expect(wrong.json).toMatchObject({ error_type: 'INVALID_INPUT', error_code: 'INVALID_API_KEYS' });
    expect(wrong.status).toBe(400);
  });

  test.each([
    ['access-production-00000000-0000-4000-a000-000000000000', 'wrong Plaid environment'],
    ['nonsense', 'invalid format'],
    ['access-sandbox-00000000-0000-4000-a000-000000000000', 'could not find'],
  ])('access token %s is refused', async (access_token, message) => {
    const { send } = createTestPlaid();
    const answer = await send('/accounts/get', { access_token });
    expect(errorCode(answer)).toBe('INVALID_ACCESS_TOKEN');
    expect(answer.json.error_message).toContain(message);
  });

  test('unknown and missing fields are named', async () => {
    const { send } = createTestPlaid();
    expect((await send('/item/get', {})).json.error_message).toContain('access_token');
    const unknown = await send('/item/get', { access_token: 'x', acess: 1 });
    expect([errorCode(unknown), unknown.json.error_message]).toEqual([
      'UNKNOWN_FIELDS',
      'the following fields are not recognized by this endpoint: acess',
    ]);
    expect((await send('/no/such', {})).status).toBe(404);
  });

  test('answers are indented and their keys sorted at every depth', async () => {
    const { clock, control, send } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    clock.advance(60_000);
    for (const path of ['/item/get', '/accounts/get', '/transactions/sync', '/identity/get', '/auth/get']) {
      const { text, json } = await send(path, { access_token });
      expect(text.startsWith('{\n  "'), path).toBe(true);
      expect(unsorted(json), path).toEqual([]);
      expect(json.request_id).toMatch(/^\w{15}$/);
    }
  });

  test('faults answer in Plaid’s own shape', async () => {
    const { control, send } = createTestPlaid();
    control.faults.add({ kind: 'too_many_requests', path: '/accounts/get' });
    const { status, json } = await send('/accounts/get', {});
    expect([status, json.error_type, json.error_code]).toEqual([429, 'RATE_LIMIT_EXCEEDED', 'ACCOUNTS_LIMIT']);
  });
});

describe('linking at the practice Plaid', () => {
  test('a person links a bank on the hosted page and the client learns of it by asking', async () => {
    const plaid = createTestPlaid();
    const { url, sessions } = await startLink(plaid);
    expect(await sessions()).toEqual([]);
    const page = await (await plaid.fetch(new Request(url))).text();
    expect(page).toContain('Continue as Harbor at Tidewater Bank');
    expect((await sessions())[0]?.finished_at).toBe(null);
    const done = await plaid.fetch(
      new Request(url, { method: 'POST', body: new URLSearchParams({ bank: 'tidewater' }) }),
    );
    expect(await done.text()).toContain('Connected');
    const [added] = (await sessions())[0]?.results?.item_add_results ?? [];
    expect(added?.accounts).toHaveLength(3);
    const exchange = { public_token: added?.public_token };
    const { access_token } = await plaid.call('/item/public_token/exchange', exchange);
    expect((await plaid.call('/accounts/get', { access_token })).accounts).toHaveLength(3);
    expect(errorCode(await plaid.send('/item/public_token/exchange', exchange))).toBe('INVALID_PUBLIC_TOKEN');
  });

  test('the accounts of a session have the ids that the Item has afterwards', async () => {
    const plaid = createTestPlaid();
    const { linkToken, sessions } = await startLink(plaid);
    plaid.control.completeLink(linkToken, 'cascade');
    const [added] = (await sessions())[0]?.results?.item_add_results ?? [];
    const shown = z.array(z.object({ id: z.string() })).parse(added?.accounts);
    await plaid.call('/item/public_token/exchange', { public_token: added?.public_token });
    expect([...(plaid.control.items()[0]?.accounts.values() ?? [])]).toEqual(shown.map(({ id }) => id));
  });

  test('leaving Link ends the session with where it was left', async () => {
    const plaid = createTestPlaid();
    const { linkToken, sessions } = await startLink(plaid);
    plaid.control.abandonLink(linkToken, 'institution_not_found');
    expect((await sessions())[0]?.exit?.metadata.status).toBe('institution_not_found');
  });

  test('a public token lives half an hour, a hosted page as long as its link token', async () => {
    const plaid = createTestPlaid();
    const { linkToken, url, sessions } = await startLink(plaid);
    plaid.control.completeLink(linkToken, 'tidewater');
    const [added] = (await sessions())[0]?.results?.item_add_results ?? [];
    plaid.clock.advance(30 * 60_000);
    const late = await plaid.send('/item/public_token/exchange', { public_token: added?.public_token });
    expect(late.json.error_message).toContain('expired');
    expect((await plaid.fetch(new Request(url))).status).toBe(410);
  });

  test('update mode repairs the Item and adds consent, without a new token', async () => {
    const plaid = createTestPlaid();
    const { accessToken: access_token } = plaid.control.addItem('tidewater');
    plaid.control.withholdConsent('tidewater', 'identity');
    expect(errorCode(await plaid.send('/identity/get', { access_token }))).toBe('ADDITIONAL_CONSENT_REQUIRED');
    await plaid.call('/sandbox/item/reset_login', { access_token });
    expect(errorCode(await plaid.send('/accounts/get', { access_token }))).toBe('ITEM_LOGIN_REQUIRED');
    expect(JSON.stringify(await plaid.call('/item/get', { access_token }))).toContain('ITEM_LOGIN_REQUIRED');
    const { products: _, ...update } = { ...LINK, access_token, additional_consented_products: ['identity'] };
    const { link_token } = await plaid.call('/link/token/create', update);
    plaid.control.completeLink(String(link_token), null);
    expect((await plaid.send('/identity/get', { access_token })).status).toBe(200);
    expect(plaid.control.items()).toHaveLength(1);
  });

  test.each([
    [{ products: [] }, 'MISSING_FIELDS'],
    [{ products: ['transactions', 'balance'] }, 'INVALID_PRODUCT'],
    [{ optional_products: ['transactions'] }, 'INVALID_FIELD'],
    [{ transactions: { days_requested: 731 } }, 'INVALID_FIELD'],
    [{ redirect_uri: 'daybook://done' }, 'INVALID_FIELD'],
    [{ country_codes: ['XX'] }, 'INVALID_FIELD'],
    [{ user: undefined }, 'MISSING_FIELDS'],
  ])('a link token with %o is refused', async (change, code) => {
    const { send } = createTestPlaid();
    expect(errorCode(await send('/link/token/create', { ...LINK, ...change }))).toBe(code);
  });

  test('update mode refuses products', async () => {
    const { control, send } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    expect(errorCode(await send('/link/token/create', { ...LINK, access_token }))).toBe('INVALID_FIELD');
  });

  test('a second Item for the same login puts the first out of order at a bank with its own sign-in', async () => {
    const { control, send } = createTestPlaid();
    const first = control.addItem('northgate').accessToken;
    control.addItem('northgate');
    expect(errorCode(await send('/accounts/get', { access_token: first }))).toBe('ITEM_LOGIN_REQUIRED');
  });
});

describe('an Item of the practice Plaid', () => {
  test('after removal its token finds nothing, and a replaced token is dead at once', async () => {
    const { call, control, send } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    const { new_access_token } = await call('/item/access_token/invalidate', { access_token });
    expect(errorCode(await send('/item/get', { access_token }))).toBe('INVALID_ACCESS_TOKEN');
    await call('/item/remove', { access_token: new_access_token });
    expect(errorCode(await send('/item/get', { access_token: new_access_token }))).toBe('ITEM_NOT_FOUND');
  });

  test('balances are the bank’s own: deposits as held, the card as owed, pending taken from what is available', async () => {
    const { call, clock, company, control } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    clock.set(Date.parse('2026-03-05T23:00:00Z'));
    const shape = z.object({
      accounts: z.array(
        z.object({
          mask: z.string(),
          balances: z.object({ current: z.number(), available: z.number(), limit: z.number().nullable() }),
        }),
      ),
    });
    const { accounts } = shape.parse(await call('/accounts/balance/get', { access_token }));
    const of = (mask: string) => accounts.find((account) => account.mask === mask)?.balances;
    const held = (key: 'managementOperating' | 'managementCard') => company.balanceAt(key, clock.now());
    const shown = (current: number | undefined) => money(String(current), 'USD');
    expect(shown(of('1207')?.current)).toEqual(held('managementOperating'));
    const card = of('8834');
    expect(shown(card?.current)).toEqual(negate(held('managementCard')));
    expect(card?.limit).toBe(150_000);
    expect(card?.available).toBeLessThan((card?.limit ?? 0) - (card?.current ?? 0));
  });

  test('a brokerage balance has four decimals', async () => {
    const { control, send } = createTestPlaid();
    const { text } = await send('/accounts/get', { access_token: control.addItem('northgate').accessToken });
    expect(text).toContain('"current": 2500000.9805');
  });

  test('account numbers at a bank with its own sign-in are stand-ins; money market and card have none', async () => {
    const { control, send } = createTestPlaid();
    const plain = await send('/auth/get', { access_token: control.addItem('tidewater').accessToken });
    expect(plain.text).toContain('000410021207');
    expect(plain.text).not.toContain('000410021215');
    expect(plain.json.numbers).toMatchObject({ bacs: [], eft: [], international: [] });
    const standIns = await send('/auth/get', { access_token: control.addItem('northgate').accessToken });
    expect(standIns.text).toContain('"is_tokenized_account_number": true');
    expect(standIns.text).not.toContain('000720034011');
  });

  test('identity scores the claimed name against the owner', async () => {
    const { call, control } = createTestPlaid();
    const access_token = control.addItem('northgate').accessToken;
    const scores = async (legal_name: string) =>
      JSON.stringify(await call('/identity/match', { access_token, user: { legal_name } }));
    expect(await scores('Harbor Residential LLC')).toContain('"score":100');
    expect(await scores('Quick Cash Partners')).toContain('"score":0');
    expect(await scores('Harbor Residential LLC')).toContain('"email_address":null');
  });

  test('investments exist at one bank, are not ready at first, and are paged by offset', async () => {
    const { call, clock, control, send } = createTestPlaid();
    const access_token = control.addItem('northgate').accessToken;
    expect(errorCode(await send('/investments/holdings/get', { access_token }))).toBe('PRODUCT_NOT_READY');
    clock.advance(60_000);
    expect((await call('/investments/holdings/get', { access_token })).holdings).toHaveLength(3);
    const page = (offset: number) =>
      call('/investments/transactions/get', {
        access_token,
        start_date: '2025-01-01',
        end_date: '2026-03-01',
        options: { count: 30, offset },
      });
    const [first, second] = [await page(0), await page(30)];
    expect(first.total_investment_transactions).toBe(42);
    expect([first.investment_transactions, second.investment_transactions].flat()).toHaveLength(42);
    const without = { access_token: control.addItem('tidewater').accessToken };
    expect(errorCode(await send('/investments/holdings/get', without))).toBe('NO_INVESTMENT_ACCOUNTS');
    const never = { access_token: control.addItem('cascade').accessToken };
    expect(errorCode(await send('/investments/holdings/get', never))).toBe('PRODUCTS_NOT_SUPPORTED');
  });

  test('a closed account disappears; asking for it by id fails', async () => {
    const { call, control, send } = createTestPlaid();
    const access_token = control.addItem('cascade').accessToken;
    const id = control.items()[0]?.accounts.get('storageTrust');
    control.closeAccount('storageTrust');
    expect((await call('/accounts/get', { access_token })).accounts).toHaveLength(1);
    const options = { account_ids: [id] };
    expect(errorCode(await send('/accounts/get', { access_token, options }))).toBe('INVALID_ACCOUNT_ID');
    control.closeAccount('storageOperating');
    expect(errorCode(await send('/accounts/get', { access_token }))).toBe('NO_ACCOUNTS');
  });

  test('webhooks are recorded for its address', async () => {
    const { call, control } = createTestPlaid();
    const access_token = control.addItem('tidewater').accessToken;
    await call('/item/webhook/update', { access_token, webhook: 'https://hooks.example/plaid' });
    await call('/sandbox/item/fire_webhook', { access_token, webhook_code: 'SYNC_UPDATES_AVAILABLE' });
    expect(control.webhooks.map(({ url, body }) => [url, body.webhook_code])).toEqual([
      ['https://hooks.example/plaid', 'WEBHOOK_UPDATE_ACKNOWLEDGED'],
      ['https://hooks.example/plaid', 'SYNC_UPDATES_AVAILABLE'],
    ]);
  });

  test('a sandbox public token needs no Link', async () => {
    const { call } = createTestPlaid();
    const { public_token } = await call('/sandbox/public_token/create', {
      institution_id: 'ins_900103',
      initial_products: ['transactions'],
      options: { transactions: { days_requested: 730 } },
    });
    const { access_token } = await call('/item/public_token/exchange', { public_token });
    expect(JSON.stringify(await call('/item/get', { access_token }))).toContain('Cascade Credit Union');
    const bank = { institution_id: 'ins_900102', country_codes: ['US'] };
    expect((await call('/institutions/get_by_id', bank)).institution).toMatchObject({ oauth: true });
  });
});

/** Paths of objects whose keys are out of order. */
function unsorted(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => unsorted(item, `${path}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  const keys = Object.keys(value);
  const here = keys.join() === [...keys].sort().join() ? [] : [path];
  return [...here, ...Object.entries(value).flatMap(([key, item]) => unsorted(item, `${path}/${key}`))];
}
