import { afterEach, expect, test } from 'vitest';
import { virtualClock } from '../main/core/clock.ts';
import { PLAID_SECRET } from './harbor/setup.ts';
import { servePractice } from './serve.ts';

const running: Array<{ close(): Promise<void> }> = [];
afterEach(async () => {
  for (const practice of running.splice(0)) await practice.close();
});

async function start(linked: boolean) {
  const clock = virtualClock(Date.parse('2026-03-02T06:00:00Z'));
  const practice = await servePractice({
    company: 'harbor',
    clock,
    seed: 1,
    firstDay: '2026-03-02',
    historyDays: 14,
    linked,
  });
  running.push(practice);
  const { endpoint = '', clientId = '' } = practice.endpoints.plaid ?? {};
  const headers = { 'plaid-client-id': clientId, 'plaid-secret': practice.environment[PLAID_SECRET] ?? '' };
  const plaid = (path: string, body: object) =>
    fetch(endpoint + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { practice, plaid, endpoint };
}

test('the served company can be used with nothing but what it prints', async () => {
  const { practice, plaid } = await start(true);
  const [connection] = practice.setup.connections;
  expect(connection.items).toHaveLength(3);
  for (const { accessToken } of connection.items) {
    const answer = await plaid('/accounts/get', { access_token: practice.environment[accessToken.env] });
    expect(answer.status).toBe(200);
  }
  const { tokenEndpoint = '', endpoint, clientId = '' } = practice.endpoints.d365 ?? {};
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: practice.environment.PRACTICE_D365_SECRET ?? '',
    scope: `${endpoint}/.default`,
  });
  const token = await (await fetch(tokenEndpoint, { method: 'POST', body: form })).text();
  const bearer = /"access_token":"([^"]+)"/.exec(token)?.[1] ?? '';
  const url = `${endpoint}/data/BankAccounts?cross-company=true&$select=BankAccountId`;
  const banks = await (await fetch(url, { headers: { authorization: `Bearer ${bearer}` } })).text();
  for (const mapping of practice.setup.mappings) expect(banks).toContain(`"${mapping.bankAccount}"`);
});

test('Atelier Kade is served with a server for each country site, and its sign-in page can be opened', async () => {
  const clock = virtualClock(Date.parse('2026-11-02T06:00:00Z'));
  const practice = await servePractice({
    ...{ company: 'kade', clock, seed: 1, firstDay: '2026-11-02', historyDays: 14, linked: true },
  });
  running.push(practice);
  expect(Object.keys(practice.endpoints)).toEqual(['plaid', 'exact-nl', 'exact-be', 'exact-de']);
  const sites = practice.setup.connections.filter((connection) => connection.kind === 'exact');
  expect(sites.map(({ site, divisions }) => [site, divisions])).toEqual([
    ['nl', [3120045]],
    ['be', [2204118]],
    ['de', [1988302]],
  ]);
  for (const { endpoint, clientId, redirectUri, clientSecret } of sites) {
    expect(practice.environment[clientSecret.env]).toBeDefined();
    const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, response_type: 'code' });
    const page = await fetch(`${endpoint}/api/oauth2/auth?${query}`);
    expect(await page.text()).toContain('Sign in to Exact Online (practice)');
  }
});

test('its time is put forward and its faults are switched over HTTP', async () => {
  const { practice, plaid, endpoint } = await start(true);
  const access_token = practice.environment.PRACTICE_CASCADE_TOKEN;
  const before = await (await plaid('/transactions/sync', { access_token })).text();
  expect(before).toContain('"NOT_READY"');
  const moved = await fetch(`${endpoint}/practice/clock`, { method: 'POST', body: JSON.stringify({ days: 1 }) });
  expect(await moved.json()).toEqual({ now: '2026-03-03T06:00:00.000Z' });
  expect(await (await plaid('/transactions/sync', { access_token })).text()).toContain('"HISTORICAL_UPDATE_COMPLETE"');
  await fetch(`${endpoint}/practice/faults`, { method: 'POST', body: '{"kind":"server_error","times":1}' });
  expect((await plaid('/item/get', { access_token })).status).toBe(500);
  expect((await plaid('/item/get', { access_token })).status).toBe(200);
  const wrong = await fetch(`${endpoint}/practice/clock`, { method: 'POST', body: '{"day":1}' });
  expect(wrong.status).toBe(400);
});

test('unlinked, a bank is linked on the page that the link token names', async () => {
  const { practice, plaid } = await start(false);
  expect(practice.setup.connections[0].items).toEqual([]);
  const answer = await plaid('/link/token/create', {
    client_name: 'Daybook',
    language: 'en',
    country_codes: ['US'],
    user: { client_user_id: 'u' },
    products: ['transactions'],
    hosted_link: {},
  });
  const url = /"hosted_link_url": "([^"]+)"/.exec(await answer.text())?.[1] ?? '';
  const page = await fetch(url, { method: 'POST', body: new URLSearchParams({ bank: 'cascade' }) });
  expect(await page.text()).toContain('Connected');
});
