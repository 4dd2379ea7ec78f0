import { expect, test } from 'vitest';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { exactTokenSite, json, REFUSALS } from '../../../test/support/exact-token-site.ts';
import { virtualClock } from '../../core/clock.ts';
import type { Log } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { createAuth } from './auth.ts';
import { readSettings } from './config.ts';

const START = Date.UTC(2026, 10, 20, 8);
const SECOND = 1_000;
const DAY = 86_400_000;
const settings = readSettings({ site: 'nl', clientId: 'app', redirectUri: 'https://firm.example/exact' }, 'production');

function world() {
  const clock = virtualClock(START);
  const site = exactTokenSite(clock);
  const ports = memoryPorts();
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(JSON.stringify([fields, message]));
  const log: Log = { debug: note, info: note, warn: note, error: note };
  /** Each one is a Daybook that was started anew on the same workspace. */
  const start = () =>
    createAuth(settings, {
      environment: 'production',
      secret: (name) => (name === 'clientSecret' ? 'client-secret-1' : ''),
      ...{ fetch: site.fetch, clock, random: seededRandom(1), log, ...ports },
    });
  const auth = start();
  const token = () => auth.accessToken(undefined);
  return { clock, site, ports, logged, start, auth, token, asked: site.asked };
}

async function signedIn() {
  const made = world();
  const state = await made.auth.finishSignIn(made.site.agree(), undefined);
  const first = await made.token();
  made.asked.length = 0;
  return { ...made, state, first };
}

test('a code becomes tokens by the client’s own secret and address, and the person who signed in is named', async () => {
  const { auth, site, asked, token } = world();
  const state = await auth.finishSignIn(site.agree(), undefined);
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    grant_type: 'authorization_code',
    code: 'stamp!code-0',
    redirect_uri: 'https://firm.example/exact',
    client_id: 'app',
    client_secret: 'client-secret-1',
  });
  expect(state).toEqual({
    state: 'signed_in',
    endsAt: '2026-12-20T08:00:00.000Z',
    refreshedAt: '2026-11-20T08:00:00.000Z',
    user: 'Anna de Wit',
    ended: null,
  });
  expect(site.takes(await token())).toBe(true);
  expect(asked).toHaveLength(1);
});

test('the page to open carries client, address and state, and no secret', () => {
  const { auth } = world();
  const url = new URL(auth.signInUrl('the state'));
  expect(url.origin + url.pathname).toBe('https://start.exactonline.nl/api/oauth2/auth');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app',
    redirect_uri: 'https://firm.example/exact',
    response_type: 'code',
    force_login: '0',
    state: 'the state',
  });
  expect(auth.signInReturnsTo()).toBe('https://firm.example/exact');
});

test('before anybody has signed in, nobody is asked', async () => {
  const { auth, token, asked } = world();
  await expect(token()).rejects.toMatchObject({ code: 'signed_out', repair: 'sign_in_again' });
  expect(await auth.signInState()).toMatchObject({ state: 'signed_out', ended: null });
  expect(asked).toHaveLength(0);
});

test.each([
  ['at once', 0, 0],
  ['at 9:29', 569 * SECOND, 0],
  ['a moment before 9:30', 570 * SECOND - 1, 0],
  ['at 9:30', 570 * SECOND, 1],
  ['a moment before it expires', 600 * SECOND - 1, 1],
  ['when it has expired', 600 * SECOND, 1],
  ['after a night', 12 * 3_600 * SECOND, 1],
])('%s, a token of that age costs the right number of requests', async (_name, age, requests) => {
  const { clock, site, token, asked } = await signedIn();
  clock.advance(age);
  expect(site.takes(await token())).toBe(true);
  expect(asked).toHaveLength(requests);
});

test('an idle Daybook renews nothing', async () => {
  const { clock, asked, start } = await signedIn();
  start();
  clock.advance(5 * 3_600 * SECOND);
  await clock.sleep(3_600 * SECOND);
  expect(asked).toHaveLength(0);
});

test('many callers at once share one refresh, also over two openings of the same connection', async () => {
  const { clock, asked, auth, start } = await signedIn();
  const second = start();
  clock.advance(601 * SECOND);
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, at) => (at % 2 ? auth : second).accessToken(undefined)),
  );
  expect(new Set(tokens).size).toBe(1);
  expect(asked).toHaveLength(1);
});

test('the new refresh token is the one that the next refresh sends', async () => {
  const { clock, asked, token } = await signedIn();
  for (let turn = 0; turn < 3; turn++) {
    clock.advance(580 * SECOND);
    await token();
  }
  expect(asked.map((form) => form.get('refresh_token'))).toEqual([1, 2, 3].map((at) => `stamp!refresh-${at}`));
});

test('a token that the API refused is renewed once it may be, and never asked for in a loop', async () => {
  const { clock, asked, auth, first, token, site } = await signedIn();
  auth.rejected(first);
  for (let turn = 0; turn < 5; turn++)
    await expect(token()).rejects.toMatchObject({
      code: 'not_ready',
      retryable: true,
      retryAfterMs: 600 * SECOND - 30_000,
    });
  expect(asked).toHaveLength(1);
  clock.advance(571 * SECOND);
  expect(site.takes(await token())).toBe(true);
});

test('an old token that the API refused is renewed at once', async () => {
  const { clock, asked, auth, first, token } = await signedIn();
  clock.advance(575 * SECOND);
  auth.rejected(first);
  expect(await token()).not.toBe(first);
  expect(asked).toHaveLength(1);
});

test('a refusal as too early keeps the access token to the end of its life, and asks again only then', async () => {
  const { clock, site, asked, first, token } = await signedIn();
  site.behindMs = 5 * SECOND;
  clock.advance(571 * SECOND);
  for (let turn = 0; turn < 5; turn++) expect(await token()).toBe(first);
  expect(asked).toHaveLength(1);
  clock.advance(29 * SECOND);
  expect(await token()).not.toBe(first);
  expect(asked).toHaveLength(2);
});

test('a refresh token that comes with a refusal is kept and used', async () => {
  const { clock, site, asked, first, token } = await signedIn();
  site.faults.push(() =>
    json(400, { error: 'access_denied', error_description: 'access_token not expired', refresh_token: 'gift' }),
  );
  clock.advance(571 * SECOND);
  expect(await token()).toBe(first);
  // It was issued just now, so the next one is too early for another 570 s, whatever the access token's end.
  clock.advance(569 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'not_ready' });
  expect(asked).toHaveLength(1);
  clock.advance(SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'signed_in_elsewhere' });
  expect(asked[1]?.get('refresh_token')).toBe('gift');
});

test.each([
  ['used after 30 days', REFUSALS.expired, 'signed_out', /30 days/],
  ['with a broken chain', REFUSALS.broken, 'signed_out', /no longer accepts/],
  ['used elsewhere', REFUSALS.used, 'signed_in_elsewhere', /another computer/],
  [
    'used elsewhere, told as data',
    () => json(401, { error: 'unauthorized_client', error_description: 'Old refresh token used.' }),
    'signed_in_elsewhere',
    /another computer/,
  ],
])(
  'a refresh token %s ends the sign-in, and nobody is asked again until a person signs in',
  async (_n, refusal, code, words) => {
    const { clock, site, asked, token, start } = await signedIn();
    site.faults.push(refusal);
    clock.advance(601 * SECOND);
    await expect(token()).rejects.toMatchObject({ code, retryable: false, repair: 'sign_in_again' });
    await expect(token()).rejects.toThrow(words);
    const restarted = start();
    await expect(restarted.accessToken(undefined)).rejects.toMatchObject({ code });
    expect(await restarted.keepSignedIn(undefined)).toMatchObject({ state: 'signed_out', ended: { code } });
    expect(asked).toHaveLength(1);

    await restarted.finishSignIn(site.agree(), undefined);
    expect(site.takes(await token())).toBe(true);
    expect(await restarted.signInState()).toMatchObject({ state: 'signed_in', ended: null });
  },
);

test.each([
  ['wrong keys', () => json(400, { error: 'invalid_client' }), 'wrong_keys', false],
  ['a block', () => new Response('Forbidden', { status: 403 }), 'not_permitted', false],
  ['a registration without refresh', () => json(400, { error: 'unauthorized_client' }), 'registration_needed', false],
  ['words nobody knows', () => json(400, { error: 'teapot' }), 'answer_unexpected', false],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: '/x' } }), 'answer_unexpected', false],
  ['an outage', () => new Response('<html>', { status: 503 }), 'provider_down', true],
  ['half an answer', () => new Response('{"access_tok', { status: 200 }), 'answer_unreadable', true],
  ['an answer without a token', () => json(200, {}), 'answer_unreadable', true],
])('%s is told as what it is, and the sign-in stays', async (_name, refusal, code, retryable) => {
  const { clock, site, token, auth } = await signedIn();
  site.faults.push(refusal);
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code, retryable });
  expect(await auth.signInState()).toMatchObject({ state: 'signed_in' });
  expect(site.takes(await token())).toBe(true);
});

test('a request to slow down is obeyed for as long as it says', async () => {
  const { clock, site, asked, token } = await signedIn();
  site.faults.push(() => new Response('', { status: 429, headers: { 'retry-after': '90' } }));
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 90_000 });
  await expect(token()).rejects.toMatchObject({ code: 'not_ready', retryAfterMs: 90_000 });
  expect(asked).toHaveLength(1);
  clock.advance(90 * SECOND);
  expect(site.takes(await token())).toBe(true);
});

test.each([
  ['a block without a time', () => new Response(null, { status: 429 })],
  [
    'the limit of calls a day',
    () => json(400, { error: 'access_denied', error_description: 'Rate limit exceeded: too many token calls today' }),
  ],
])('%s is asked again after ten minutes at the earliest', async (_name, refusal) => {
  const { clock, site, asked, token } = await signedIn();
  site.faults.push(refusal);
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'rate_limited' });
  clock.advance(569 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'not_ready' });
  expect(asked).toHaveLength(1);
  clock.advance(SECOND);
  expect(site.takes(await token())).toBe(true);
});

test('a request that never arrived costs nothing but the wait', async () => {
  const { clock, site, token } = await signedIn();
  site.faults.push('lose_request', 'lose_request');
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'network_lost', retryable: true });
  await expect(token()).rejects.toMatchObject({ code: 'network_lost' });
  expect(site.takes(await token())).toBe(true);
});

test('after a lost answer the old token is tried once; refused, it is our own loss and not another computer', async () => {
  const { clock, site, asked, token, start } = await signedIn();
  site.faults.push('lose_answer');
  clock.advance(601 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'network_lost' });
  const restarted = start();
  await expect(restarted.accessToken(undefined)).rejects.toMatchObject({ code: 'signed_out' });
  await expect(restarted.accessToken(undefined)).rejects.toThrow(/interrupted/);
  expect(asked.map((form) => form.get('refresh_token'))).toEqual(['stamp!refresh-1', 'stamp!refresh-1']);
});

test('after a lost answer the old token is taken where Exact still takes it', async () => {
  const { clock, site, asked, token, start } = await signedIn();
  site.faults.push('lose_answer');
  clock.advance(601 * SECOND);
  await token().catch(() => {});
  site.lenient = true;
  clock.advance(571 * SECOND);
  expect(site.takes(await start().accessToken(undefined))).toBe(true);
  expect(asked).toHaveLength(2);
});

test('a too early answer to the one attempt does not forget that an answer was lost', async () => {
  const { clock, site, asked, token, start } = await signedIn();
  site.faults.push('lose_answer', REFUSALS.tooEarly);
  clock.advance(601 * SECOND);
  await token().catch(() => {});
  for (let turn = 0; turn < 3; turn++) await expect(token()).rejects.toMatchObject({ code: 'not_ready' });
  await expect(start().accessToken(undefined)).rejects.toMatchObject({ code: 'not_ready' });
  expect(asked).toHaveLength(2);
  clock.advance(570 * SECOND);
  await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
  await expect(token()).rejects.toThrow(/interrupted/);
});

test('neither does an answer after which nothing was issued', async () => {
  const { clock, site, token } = await signedIn();
  site.faults.push('lose_answer', () => new Response('Forbidden', { status: 403 }));
  clock.advance(601 * SECOND);
  await token().catch(() => {});
  await expect(token()).rejects.toMatchObject({ code: 'not_permitted' });
  await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
});

test('a second computer on the same chain makes this one stand still', async () => {
  const { clock, site, asked, auth, token } = await signedIn();
  site.moveOn();
  clock.advance(601 * SECOND);
  for (let turn = 0; turn < 3; turn++) await expect(token()).rejects.toMatchObject({ code: 'signed_in_elsewhere' });
  expect(asked).toHaveLength(1);
  expect((await auth.signInState()).ended?.sentence).toMatch(/Sign in again here/);
});

test('a code that is used, old or made up is refused in plain words, and the old sign-in stays', async () => {
  const { auth, site, clock, token, first } = await signedIn();
  await expect(auth.finishSignIn('made up', undefined)).rejects.toMatchObject({ code: 'link_expired' });
  const code = site.agree();
  clock.advance(181 * SECOND);
  await expect(auth.finishSignIn(code, undefined)).rejects.toMatchObject({ code: 'link_expired' });
  expect(await token()).toBe(first);
  clock.advance(400 * SECOND);
  expect(site.takes(await token())).toBe(true);
});

test.each([
  [() => json(400, { error: 'invalid_client' }), 'wrong_keys', /client ID/],
  [
    () => json(400, { error: 'invalid_request', error_description: "Callback URI 'x' is not valid" }),
    'wrong_keys',
    /return address/,
  ],
  [() => REFUSALS.tooEarly(), 'rate_limited', /ten minutes/],
  [() => new Response('', { status: 500 }), 'provider_down', /cannot be reached/],
])('a sign-in that Exact refuses says what to repair (%#)', async (refusal, code, words) => {
  const { auth, site } = world();
  site.faults.push(refusal);
  const signingIn = auth.finishSignIn(site.agree(), undefined);
  await expect(signingIn).rejects.toMatchObject({ code });
  await expect(signingIn).rejects.toThrow(words);
});

test('a lost answer to the sign-in says so, and the next sign-in works', async () => {
  const { auth, site, token } = world();
  site.faults.push('lose_answer');
  await expect(auth.finishSignIn(site.agree(), undefined)).rejects.toMatchObject({ code: 'network_lost' });
  await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
  await auth.finishSignIn(site.agree(), undefined);
  expect(site.takes(await token())).toBe(true);
});

test('an app that is opened once a week lives for ever, by at most one request a day', async () => {
  const { clock, site, asked, start } = await signedIn();
  for (let week = 0; week < 60; week++) {
    clock.advance(7 * DAY);
    const opened = start();
    for (let look = 0; look < 8; look++) {
      expect(await opened.keepSignedIn(undefined)).toMatchObject({ state: 'signed_in' });
      clock.advance(3_600 * SECOND);
    }
  }
  expect(asked).toHaveLength(60);
  expect(site.takes(await start().accessToken(undefined))).toBe(true);
});

test('a sign-in that nobody used for 30 days has ended, by our own clock and by Exact’s word', async () => {
  const { clock, asked, auth, token } = await signedIn();
  clock.advance(30 * DAY - 1);
  expect(await auth.signInState()).toMatchObject({ state: 'signed_in' });
  clock.advance(1);
  expect(await auth.signInState()).toMatchObject({ state: 'signed_out', ended: { code: 'signed_out' } });
  expect(asked).toHaveLength(0);
  await expect(token()).rejects.toThrow(/30 days/);
  await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
  expect(asked).toHaveLength(1);
});

test('keeping signed in passes on that Exact cannot be reached', async () => {
  const { clock, site, auth } = await signedIn();
  clock.advance(2 * DAY);
  site.faults.push('lose_request');
  await expect(auth.keepSignedIn(undefined)).rejects.toMatchObject({ code: 'network_lost' });
  expect(await auth.keepSignedIn(undefined)).toMatchObject({ refreshedAt: '2026-11-22T08:00:00.000Z' });
});

test('a clock that was set back is no reason to use a token for ever, nor to wait for ever', async () => {
  const { clock, site, asked, token, auth } = await signedIn();
  clock.advance(575 * SECOND);
  site.behindMs = 10 * SECOND;
  const held = await token();
  clock.set(START - 3_600 * SECOND);
  site.behindMs = -(3_600 + 700) * SECOND;
  auth.rejected(held);
  expect(site.takes(await token())).toBe(true);
  expect(asked).toHaveLength(2);
});

test('who gives up waiting is told so, and the tokens that come are kept all the same', async () => {
  const { clock, site, asked, auth, token } = await signedIn();
  clock.advance(601 * SECOND);
  const stop = new AbortController();
  site.onAsked = () => stop.abort();
  await expect(auth.accessToken(stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(site.takes(await token())).toBe(true);
  expect(asked).toHaveLength(1);
  await expect(auth.accessToken(stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
});

test('what is kept by another version, or damaged, asks a person to sign in', async () => {
  const { ports, token, asked, auth } = await signedIn();
  for (const text of ['{"future":1}', 'not json']) {
    await ports.tokens.exclusively(settings.chain, (chain) => chain.save(text), undefined);
    await expect(token()).rejects.toMatchObject({ code: 'signed_out' });
    expect(await auth.signInState()).toMatchObject({ state: 'signed_out' });
  }
  expect(asked).toHaveLength(0);
});

test('neither a token nor the code nor the secret is in a log or an error', async () => {
  const { clock, site, logged, auth, token } = await signedIn();
  const told: string[] = [];
  for (const fault of [...Object.values(REFUSALS), 'lose_answer' as const]) {
    await auth.finishSignIn(site.agree(), undefined);
    clock.advance(601 * SECOND);
    site.faults.push(fault);
    await token().catch((thrown: unknown) => told.push(JSON.stringify(thrown), String(thrown)));
    clock.advance(601 * SECOND);
  }
  expect(told.length).toBeGreaterThan(6);
  for (const text of [...logged, ...told]) expect(text).not.toMatch(/gAAA|stamp!|stamp%21|client-secret-1/);
});
