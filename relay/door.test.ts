import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  askForChannel,
  call,
  codeOf,
  connectDesktop,
  newKeys,
  noticeIn,
  sha256,
} from '../test/support/relay-desktop.ts';
import { openRelay, type RunningRelay, type StorageUnderTest, storageKinds } from '../test/support/relay-world.ts';
import { type HookProvider, hookPath } from './protocol.ts';

const SECRET = 'p'.repeat(43);

describe('the public door of the relay', () => {
  let storage: StorageUnderTest;
  let relay: RunningRelay;
  const open = async (env: Readonly<Record<string, string>> = {}) => {
    relay = await openRelay(await storage.open(), { env });
    return connectDesktop(relay.url);
  };
  const post = (channel: string, provider: HookProvider, body: string | ReadableStream, secret?: string) =>
    fetch(`${relay.url}${hookPath(channel, provider, secret)}`, {
      method: 'POST',
      body,
      ...(typeof body === 'string' ? {} : { duplex: 'half' }),
    });
  const held = async () => (await relay.parts.store.totals()).messages;
  /** Sends bytes as they are and gives all that comes back until the relay closes. */
  const raw = async (...pieces: string[]) => {
    const socket = connect(relay.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    for (const piece of pieces) socket.write(piece);
    await once(socket, 'close');
    return text;
  };

  beforeEach(async () => {
    const [sqlite] = storageKinds();
    if (!sqlite) throw new Error('no storage');
    storage = await sqlite.fresh();
  });
  afterEach(async () => {
    await relay.close();
    storage.remove();
  });

  it('makes channels of 128 random bits, no two alike, and tells a missing one from nothing', async () => {
    const { channel } = await open();
    const others = await Promise.all(Array.from({ length: 20 }, () => connectDesktop(relay.url)));
    const ids = [channel, ...others.map((each) => each.channel)];
    expect(new Set(ids).size).toBe(21);
    expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
    // No character stands at the same place in all of them.
    for (let at = 0; at < 26; at += 1) expect(new Set(ids.map((id) => id[at])).size).toBeGreaterThan(1);
    const missing = await post(`${channel.slice(0, 25)}${channel.endsWith('0') ? '1' : '0'}`, 'plaid', 'x');
    const nothing = await fetch(`${relay.url}/hooks/short/plaid`, { method: 'POST', body: 'x' });
    expect([missing.status, await missing.text()]).toEqual([404, await nothing.text()]);
  });

  it('takes a channel from whoever proves its key only, and asks for the enrolment word where one is set', async () => {
    await open();
    const keys = newKeys();
    const forged = { ...keys, signer: newKeys().signer };
    expect((await askForChannel(relay.url, forged)).status).toBe(401);
    expect((await askForChannel(relay.url, { ...keys, sealKey: 'A'.repeat(43) })).status).toBe(400);
    await relay.close();
    relay = await openRelay(await storage.open(), { env: { RELAY_ENROLMENT: 'only for our people' } });
    expect(codeOf(await askForChannel(relay.url, keys))).toBe('enrolment');
    expect(codeOf(await askForChannel(relay.url, keys, { enrolment: 'guessed' }))).toBe('enrolment');
    expect((await askForChannel(relay.url, keys, { enrolment: 'only for our people' })).status).toBe(201);
  });

  it("answers Exact's empty trial with 200 and delivers nothing; an empty notice of another provider is refused", async () => {
    const { channel } = await open();
    expect((await post(channel, 'exact', '')).status).toBe(200);
    expect((await post(channel, 'plaid', '')).status).toBe(400);
    expect(await held()).toBe(0);
  });

  it('takes a business event with the right secret in its path only, and seals that secret with it', async () => {
    const desktop = await open();
    const { channel } = desktop;
    expect((await post(channel, 'd365', '{}', SECRET)).status).toBe(404);
    await desktop.call('PUT', '/hook-secrets', { provider: 'd365', secretHash: sha256(SECRET) });
    expect((await post(channel, 'd365', '{}', 'q'.repeat(43))).status).toBe(404);
    expect((await post(channel, 'd365', '{}')).status).toBe(404);
    expect((await post(channel, 'plaid', '{}', SECRET)).status).toBe(404);
    expect((await post(channel, 'd365', '{"BusinessEventId":"x"}', SECRET)).status).toBe(200);
    // What follows the part that the door checks comes through untouched, for the desktop to tell its connections apart.
    const longer = `${SECRET}${'r'.repeat(43)}`;
    expect((await post(channel, 'd365', '{"BusinessEventId":"y"}', longer)).status).toBe(200);
    const listening = await desktop.listen();
    const [message, second] = await listening.messages(2);
    expect(message && noticeIn(message, desktop.keys)).toMatchObject({ pathSecret: SECRET, provider: 'd365' });
    expect(second && noticeIn(second, desktop.keys)).toMatchObject({ pathSecret: longer });
    listening.stop();
    await desktop.call('PUT', '/hook-secrets', { provider: 'd365', secretHash: null });
    expect((await post(channel, 'd365', '{}', SECRET)).status).toBe(404);
  });

  it('keeps the headers that the checks of Stripe and PayPal need', async () => {
    const desktop = await open();
    const send = (provider: HookProvider, headers: Record<string, string>) =>
      fetch(`${relay.url}${hookPath(desktop.channel, provider)}`, { method: 'POST', body: '{}', headers });
    const paypal = {
      'PAYPAL-TRANSMISSION-ID': 'i',
      'PAYPAL-TRANSMISSION-TIME': 't',
      'PAYPAL-TRANSMISSION-SIG': 's',
      'PAYPAL-CERT-URL': 'u',
      'PAYPAL-AUTH-ALGO': 'a',
      'PAYPAL-AUTH-VERSION': 'v',
    };
    await send('stripe', { 'Stripe-Signature': 't=1,v1=2', authorization: 'not ours' });
    await send('paypal', paypal);
    const listening = await desktop.listen();
    const headers = (await listening.messages(2)).map((each) =>
      noticeIn(each, desktop.keys).headers.map(([name]) => name),
    );
    expect(headers[0]).toEqual(['content-type', 'stripe-signature']);
    expect(headers[1]).toEqual(['content-type', ...Object.keys(paypal).map((name) => name.toLowerCase())]);
    listening.stop();
  });

  it('refuses a body over the limit, told or not, and goes on with the next', async () => {
    const { channel } = await open({ RELAY_MAX_BODY_BYTES: '1000' });
    expect((await post(channel, 'plaid', 'x'.repeat(1_000))).status).toBe(200);
    expect((await post(channel, 'plaid', 'x'.repeat(1_001))).status).toBe(413);
    const head = `POST ${hookPath(channel, 'plaid')} HTTP/1.1\r\nhost: x\r\n`;
    const chunk = `258\r\n${'x'.repeat(600)}\r\n`;
    expect(await raw(`${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk)).toMatch(/^HTTP\/1.1 413 /);
    expect(await raw(`${head}content-length: 99999999999\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect((await post(channel, 'plaid', 'fine')).status).toBe(200);
    expect(await held()).toBe(2);
  });

  it('cuts whoever sends head or body drop by drop, and serves others meanwhile', async () => {
    const { channel } = await open({ RELAY_REQUEST_TIMEOUT_MS: '300' });
    const head = `POST ${hookPath(channel, 'plaid')} HTTP/1.1\r\nhost: x\r\n`;
    const slow = [raw(''), raw('POST /ho'), raw(head), raw(`${head}content-length: 10\r\n\r\nabc`)];
    expect((await post(channel, 'plaid', 'in between')).status).toBe(200);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^$|^HTTP\/1.1 408 /);
    expect(await held()).toBe(1);
  });

  it('bounds what one channel is sent, without harm to another, and says when to come again', async () => {
    const { channel } = await open({ RELAY_HOOKS_PER_SECOND: '1', RELAY_HOOKS_BURST: '5' });
    const other = await connectDesktop(relay.url);
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(channel, 'plaid', 'flood')));
    const taken = answers.filter(({ status }) => status === 200).length;
    expect(taken).toBeGreaterThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - taken);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
    expect((await post(other.channel, 'plaid', 'calm')).status).toBe(200);
  });

  it('refuses what is over the quota of a channel until its desktop fetches', async () => {
    const desktop = await open({ RELAY_HELD_MESSAGES: '2' });
    const { channel } = desktop;
    for (const expected of [200, 200, 429]) expect((await post(channel, 'plaid', 'x')).status).toBe(expected);
    await desktop.acknowledge(2);
    expect((await post(channel, 'plaid', 'x')).status).toBe(200);
  });

  it('stops answering an address that tries out channels, but not what comes from it for a channel in use', async () => {
    const { channel } = await open({ RELAY_CALLS_PER_SECOND: '1', RELAY_CALLS_BURST: '20' });
    const { channel: unused } = await connectDesktop(relay.url);
    expect((await post(channel, 'plaid', 'x')).status).toBe(200);
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, index) => post(String(index).padStart(26, '0'), 'plaid', 'x')),
    );
    expect(guesses.some(({ status }) => status === 429)).toBe(true);
    expect(guesses.every(({ status }) => status === 404 || status === 429)).toBe(true);
    expect((await post(unused, 'plaid', 'x')).status).toBe(429);
    expect((await post(channel, 'plaid', 'x')).status).toBe(200);
    expect((await post(channel, 'd365', 'x', SECRET)).status).toBe(429);
  });

  it('believes the address that its own proxies tell, and no other', async () => {
    const env = { RELAY_CALLS_PER_SECOND: '1', RELAY_CALLS_BURST: '5' };
    await open({ ...env, RELAY_TRUSTED_PROXIES: '1' });
    const ask = async (from: string) =>
      (await fetch(`${relay.url}/challenges`, { method: 'POST', headers: { 'x-forwarded-for': from } })).status;
    for (let index = 0; index < 10; index += 1) await ask(`192.0.2.${index}, 198.51.100.1`);
    expect(await ask('192.0.2.99, 198.51.100.1')).toBe(429);
    expect(await ask('198.51.100.2')).toBe(201);
  });

  it('takes no more streams of a channel than allowed, and frees a place when one ends', async () => {
    const desktop = await open({ RELAY_MAX_STREAMS_PER_CHANNEL: '1' });
    const first = await desktop.listen();
    await first.take(1);
    await expect(desktop.listen()).rejects.toThrow('429');
    first.stop();
    await expect
      .poll(
        async () =>
          desktop.listen().then(
            (next) => next.stop(),
            () => 'no',
          ),
        { interval: 20 },
      )
      .not.toBe('no');
  });

  it('sends a heartbeat on an idle stream and ends it when the session is over', async () => {
    const desktop = await open({ RELAY_HEARTBEAT_MS: '50' });
    const listening = await desktop.listen();
    await listening.take(1);
    const next = listening.take(1);
    await expect.poll(() => listening.beats()).toBeGreaterThan(2);
    await relay.close();
    expect(await next).toEqual([{ event: 'closed', data: { reason: 'restarting' } }]);
    await open();
  });

  it('tells its keeper of health and metrics at the other door only, without a word on whom it serves', async () => {
    const desktop = await open();
    await post(desktop.channel, 'plaid', 'x');
    const text = await (await fetch(`${relay.adminUrl}/metrics`)).text();
    expect(text).toContain('relay_hooks_total{provider="plaid",outcome="accepted"} 1');
    expect(text).toContain('relay_held_messages 1');
    expect(text).toMatch(/relay_hook_seconds_bucket\{le="\+Inf"\} 1/);
    expect(text).not.toContain(desktop.channel);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^# (HELP|TYPE) |^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+-]+$/);
    expect((await call(`${relay.adminUrl}/health`, 'GET')).body).toEqual({ status: 'ok' });
    expect((await call(`${relay.url}/health`, 'GET')).status).toBe(200);
    expect((await call(`${relay.url}/metrics`, 'GET')).status).toBe(404);
  });
});
