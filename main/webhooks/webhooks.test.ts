import { afterEach, beforeEach, expect, test } from 'vitest';
import { signWebhook } from '../../practice/plaid/webhook-keys.ts';
import {
  RELAY_URL,
  type TestDesktop,
  until,
  type WebhookWorld,
  webhookWorld,
} from '../../test/support/webhook-world.ts';

let world: WebhookWorld;
let desk: TestDesktop;
beforeEach(async () => {
  world = await webhookWorld();
  desk = await world.desktop();
});
afterEach(() => world.close());

const never = new AbortController().signal;
const turnOn = () => desk.daybook.webhooks.configure({ relayUrl: RELAY_URL }, 'ada', never);
const status = () => desk.daybook.webhooks.status();
const fire = (code = 'SYNC_UPDATES_AVAILABLE', type = 'TRANSACTIONS', extra = {}) =>
  world.plaid.control.fireWebhook(desk.accessToken, type, code, extra);
const isConnected = async () => (await status()).link === 'connected';
const quiet = async () => {
  await world.plaid.control.webhooksSettled();
  await until('all is judged and read', async () => {
    const { unjudged, waiting } = await status();
    return unjudged === 0 && waiting === 0;
  });
};
/** Listening, and the first webhook (that the address was set) is dealt with. */
const begin = async () => {
  await turnOn();
  desk.listen();
  await until('the desktop is connected', isConnected);
  await quiet();
  await until('the address was acknowledged', async () => (await desk.counts()).genuine === 1);
};

test('webhooks are off until somebody gives the address of a relay, and then nothing leaves this computer for them', async () => {
  desk.sent.length = 0;
  desk.listen();
  expect(await status()).toMatchObject({ relayUrl: null, link: 'off', channel: null, counts: [] });
  expect(desk.sent).toEqual([]);
});

test('a webhook of the practice Plaid leads to one pull of its bank, told by the relay’s way alone', async () => {
  await begin();
  desk.pulls.length = 0;
  fire();
  await until('the bank was pulled', () => desk.pulls.length > 0);
  await quiet();
  expect(desk.pulls).toEqual([[desk.feedId]]);
  const [pull] = await desk.daybook.store.read.selectFrom('notice_reason').selectAll().orderBy('id', 'desc').execute();
  expect(pull).toMatchObject({ state: 'done', reads: 'lines', feed_id: desk.feedId });
  expect(pull?.pull_id).not.toBeNull();
});

test('the address is set at the provider when webhooks are switched on, and taken away when they are off', async () => {
  await turnOn();
  const addressOf = () => world.plaid.control.webhooks.at(-1)?.body.new_webhook_url;
  expect(addressOf()).toBe(await desk.address());
  expect(addressOf()).toMatch(/^https:\/\/relay\.example\/hooks\/[0-9A-HJKMNP-TV-Z]{26}\/plaid$/);
  await desk.daybook.webhooks.configure({ relayUrl: null }, 'ada', never);
  expect(addressOf()).toBe('');
  expect((await status()).addresses).toMatchObject([{ state: 'none' }]);
  expect(await desk.daybook.webhooks.addressFor('plaid')).toBeNull();
});

test('an address that somebody set elsewhere is left, and told', async () => {
  await desk.daybook.feeds.setWebhook(desk.feedId, 'https://other.example/hooks', 'ada');
  await turnOn();
  expect(world.plaid.control.webhooks.at(-1)?.body.new_webhook_url).toBe('https://other.example/hooks');
  expect((await status()).addresses).toMatchObject([{ state: 'elsewhere' }]);
});

test('trouble with an address is forgotten with its bank, and where webhooks are off', async () => {
  await turnOn();
  const { store } = desk.daybook;
  const fail = () =>
    store.write((trx) =>
      trx.updateTable('notice_address').set({ state: 'failed', sentence: 'Plaid refused.' }).execute(),
    );
  await fail();
  await store.write((trx) => trx.updateTable('feed').set({ webhook_url: null }).execute());
  await desk.daybook.webhooks.configure({ relayUrl: null }, 'ada', never);
  expect((await status()).addresses.filter(({ state }) => state === 'failed')).toEqual([]);
  await fail();
  await store.write((trx) => trx.updateTable('feed').set({ state: 'removed' }).execute());
  await desk.daybook.webhooks.setAddresses(never);
  expect((await status()).addresses).toEqual([]);
});

test('what is sent while the desktop sleeps waits at the relay, comes in order, and is one pull', async () => {
  await begin();
  await desk.sleep();
  desk.pulls.length = 0;
  for (let i = 0; i < 20; i++) fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: i });
  await world.plaid.control.webhooksSettled();
  expect(desk.pulls).toEqual([]);
  desk.listen();
  await until('all has come', async () => (await desk.counts()).genuine === 21);
  await quiet();
  expect(desk.pulls.length).toBeGreaterThan(0);
  expect(desk.pulls.length).toBeLessThanOrEqual(2);
});

test('a relay that stops and comes back loses nothing: Plaid tries again, and the desktop goes on behind the last one', async () => {
  await begin();
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'before' });
  await quiet();
  await world.stopRelay();
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'while it is away' });
  await until('the desktop notices', async () => (await status()).link === 'waiting');
  await world.startRelay();
  await until('the webhook has come', async () => (await desk.counts()).genuine === 3);
  await until('the desktop is connected', isConnected);
  expect((await desk.counts()).duplicate).toBeUndefined();
});

test('forged, tampered, stale, replayed and strange notices are counted by their reason and lead to nothing', async () => {
  await begin();
  desk.pulls.length = 0;
  const path = new URL(await desk.address()).pathname;
  const key = world.plaid.control.signingKey();
  const now = Math.floor(desk.daybook.ports.clock.now() / 1_000);
  const body = JSON.stringify({
    ...{ environment: 'sandbox', item_id: desk.itemId },
    ...{ webhook_code: 'SYNC_UPDATES_AVAILABLE', webhook_type: 'TRANSACTIONS' },
  });
  const post = (text: string, token?: string) =>
    world.post(path, text, token === undefined ? {} : { 'plaid-verification': token });
  const genuine = signWebhook(key, body, now);
  expect(await post(body)).toBe(200);
  await post(`${body} `, genuine);
  await post(body, signWebhook(key, body, now - 400));
  await post(body, signWebhook({ ...key, kid: 'nobody' }, body, now));
  await post(body.replace(desk.itemId, 'item-of-another-firm'), genuine);
  await post('not json', genuine);
  await until('all is judged', async () => Object.values(await desk.counts()).reduce((a, b) => a + b, 0) === 7);
  expect(desk.pulls).toEqual([]);
  expect(await desk.counts()).toEqual({
    genuine: 1,
    'forged: The notice has no signature.': 1,
    'forged: The text of the notice was changed on its way.': 1,
    'stale: The notice came in long after it was signed.': 1,
    'unknown_key: The notice names a key that Plaid does not know.': 1,
    'unknown: The notice is about a bank that is not connected.': 1,
    'unreadable: The notice does not have the form of Plaid.': 1,
  });
  await post(body, genuine);
  await until('the genuine one is read', () => desk.pulls.length === 1);
  for (let i = 0; i < 5; i++) await post(body, genuine);
  await until(
    'the replays are counted',
    async () => (await desk.counts())['duplicate: The notice had come before.'] === 5,
  );
  await quiet();
  expect(desk.pulls).toHaveLength(1);
});

test('what a notice tells of the login is handed to the lifecycle in the same step, and the bank is pulled', async () => {
  await begin();
  world.plaid.control.failItems('tidewater', 'ITEM_LOGIN_REQUIRED');
  fire('ERROR', 'ITEM');
  const feed = () =>
    desk.daybook.store.read.selectFrom('feed').select(['state', 'state_code']).executeTakeFirstOrThrow();
  await until('the login is out of order', async () => (await feed()).state_code === 'login_required');
  world.plaid.control.failItems('tidewater', null);
  fire('LOGIN_REPAIRED', 'ITEM');
  await until('it is in order again', async () => (await feed()).state === 'healthy');
});

test('while Plaid cannot be asked for a new key a notice waits, and counts once it can', async () => {
  await begin();
  world.plaid.control.rotateWebhookKey();
  desk.cutOff(true);
  const before = await desk.counts();
  fire();
  await until('it waits', async () => (await status()).unjudged === 1);
  const waiting = () => desk.daybook.store.read.selectFrom('relay_message').select('attempts').executeTakeFirst();
  await until('it was tried', async () => ((await waiting())?.attempts ?? 0n) > 0n);
  expect(await desk.counts()).toEqual(before);
  desk.cutOff(false);
  await until('it is genuine', async () => (await desk.counts()).genuine === (before.genuine ?? 0) + 1);
});

test('new keys keep the address, and what was sealed to the former ones is still opened', async () => {
  await begin();
  const address = await desk.address();
  await desk.sleep();
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'former keys' });
  await world.plaid.control.webhooksSettled();
  await desk.daybook.webhooks.rotateKeys('ada', never);
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'new keys' });
  await world.plaid.control.webhooksSettled();
  desk.listen();
  await until('both have come', async () => (await desk.counts()).genuine === 3);
  expect(await desk.address()).toBe(address);
  expect((await status()).channel).toMatchObject({ keyVersion: 2 });
});

test('a new channel takes every address with it, and the former one is emptied first', async () => {
  await begin();
  const former = await desk.address();
  await desk.sleep();
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'to the former address' });
  await world.plaid.control.webhooksSettled();
  await desk.daybook.webhooks.renewChannel('ada', never);
  expect(await desk.address()).not.toBe(former);
  desk.listen();
  await until('the one of the former channel has come', async () => (await desk.counts()).genuine === 3);
  const items = world.plaid.control.webhooks.filter(({ url }) => url !== former).map(({ url }) => url);
  expect(items).toEqual([await desk.address()]);
});

test('a second computer of the workspace that finds notices taken by the first pulls everything once', async () => {
  await begin();
  await desk.sleep();
  // A copy of the workspace: the same channel, the same keys.
  await desk.daybook.store.copyTo(`${world.folder}/two.db`);
  desk.listen();
  fire();
  await until('the first has it', async () => (await desk.counts()).genuine === 2);
  await quiet();
  await desk.sleep();
  const second = await world.desktop('two');
  second.listen();
  await until('the second knows that it missed something', () => second.pulls.length > 0);
  expect(second.pulls).toEqual([[second.feedId]]);
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'to both' });
  await until('it hears of the next', async () => (await second.counts()).genuine === 2);
});

test('two processes with one workspace: one listens, and the other takes its place when it ends', async () => {
  await begin();
  const pulls = { second: 0 };
  const stop = new AbortController();
  const reads = {
    lines: async (feedIds: readonly string[]) => {
      pulls.second += 1;
      const results = await desk.daybook.feeds.syncAll({ feedIds });
      return new Map(results.map((result) => [result.feedId, result]));
    },
    entries: async () => {},
    masters: async () => {},
  };
  const { createWebhooks } = await import('./index.ts');
  const { daybook } = desk;
  const other = createWebhooks({
    ...{ store: daybook.store, vault: daybook.vault, ports: daybook.ports, connector: daybook.feeds.connector },
    ...{ setFeedWebhook: daybook.feeds.setWebhook, refreshNumbers: daybook.feeds.refreshNumbers },
    onNotice: daybook.feeds.onNotice,
  });
  const ended = other.listen(reads, () => {}, stop.signal);
  desk.pulls.length = 0;
  fire();
  await until('the first pulls', () => desk.pulls.length === 1);
  await quiet();
  expect(pulls.second).toBe(0);
  await desk.sleep();
  fire('SYNC_UPDATES_AVAILABLE', 'TRANSACTIONS', { practice: 'second' });
  await until('the second has taken its place', () => pulls.second === 1);
  stop.abort();
  await ended;
});

test('Plaid’s own list of sent webhooks brings what the relay never had', async () => {
  await turnOn();
  await world.plaid.control.webhooksSettled();
  await desk.daybook.webhooks.configure({ relayUrl: null, readLists: true }, 'ada', never);
  await desk.daybook.feeds.setWebhook(desk.feedId, 'https://other.example/hooks', 'ada');
  fire();
  desk.listen();
  await until('the list was read', () => desk.pulls.length > 0);
  expect((await status()).lists).toMatchObject([{ sentence: null }]);
});

test('nothing of a notice, a key or a token is in the trail or in the status', async () => {
  await begin();
  const events = await desk.daybook.store.read.selectFrom('audit_event').select('data_json').execute();
  const text = JSON.stringify([events, await status()]);
  const { store, vault } = desk.daybook;
  const { id } = await store.read.selectFrom('relay_channel').select('id').executeTakeFirstOrThrow();
  const keys = await vault.get(`relay:${id}`, 'keys:1');
  expect(text).not.toContain(JSON.parse(keys).seal);
  expect(text).not.toContain(JSON.parse(keys).sign);
});
