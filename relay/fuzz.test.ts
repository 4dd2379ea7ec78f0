import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../main/core/random.ts';
import { connectDesktop, type TestDesktop } from '../test/support/relay-desktop.ts';
import { openRelay, type RunningRelay, type StorageUnderTest, storageKinds } from '../test/support/relay-world.ts';
import { hookPath } from './protocol.ts';

/** Longer and otherwise: `RELAY_FUZZ_ROUNDS=20000 RELAY_FUZZ_SEED=7 npx vitest run relay/fuzz.test.ts`. */
const ROUNDS = Number(process.env.RELAY_FUZZ_ROUNDS ?? 400);
const SEED = Number(process.env.RELAY_FUZZ_SEED ?? 20_261_120);
const AT_ONCE = 20;
const ANSWER_MS = 5_000;

describe('the relay under malformed requests', () => {
  let storage: StorageUnderTest;
  let relay: RunningRelay;
  let desktop: TestDesktop;
  const random = seededRandom(SEED);
  const below = (count: number) => Math.floor(random.next() * count);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0];
  const oneOf = (...makers: readonly [() => string, ...(() => string)[]]): string => pick(makers)();
  const noise = (length: number) => Buffer.from(random.bytes(length)).toString('latin1');

  const text = (): string =>
    oneOf(
      () => '',
      () => noise(below(60)),
      () => '𝕳é\u0000\u202e\ufeff�'.repeat(1 + below(5)),
      () => 'A'.repeat(below(40_000)),
      () => '%00%ff%2e%2e%2f..//\\',
      () => "' OR 1=1; --",
      () => '__proto__',
      () => '-1',
      () => '1e999',
      () => String(2 ** 63),
    );
  const path = (): string =>
    pick([
      () => hookPath(desktop.channel, 'plaid'),
      () => hookPath(desktop.channel, 'd365', 'x'.repeat(43 + below(200))),
      () => `/hooks/${text()}/${text()}`,
      () => `/hooks/${desktop.channel}/${text()}`,
      () =>
        `/channels/${desktop.channel}/${pick(['sessions', 'keys', 'acks', 'messages', 'sign-ins', 'hook-secrets', ''])}`,
      () => `/channels/${desktop.channel}/messages?after=${text()}`,
      () => `/channels/${desktop.channel}/sign-ins/${'y'.repeat(43)}`,
      () => `/oauth/${pick(['exact', 'plaid', text()])}/callback?code=${text()}&state=${text()}`,
      () => pick(['/challenges', '/channels', '/health', '*', '/', '//', 'http://elsewhere/', '/hooks', '/?x']),
      () => `/${text()}`,
    ])();
  const json = (): string => {
    const value = (depth: number): unknown =>
      pick<() => unknown>([
        () => text(),
        () => below(2 ** 31) - 2 ** 30,
        () => null,
        () => (depth > 3 ? [] : Array.from({ length: below(4) }, () => value(depth + 1))),
        () =>
          depth > 3
            ? {}
            : Object.fromEntries(
                [pick(['challenge', 'signature', 'sealKey', 'signKey', 'through', 'provider', '__proto__'])].map(
                  (name) => [name, value(depth + 1)],
                ),
              ),
      ])();
    return pick([
      () => JSON.stringify(value(0)) ?? '',
      () => '['.repeat(below(5_000)),
      () => `{"through":${text()}}`,
      text,
    ])();
  };
  const headers = (): string =>
    Array.from({ length: below(6) }, () =>
      oneOf(
        () => `authorization: Bearer ${pick([desktop.token, text().replace(/[\r\n]/g, '')])}`,
        () => `plaid-verification: ${noise(below(200)).replace(/[\r\n]/g, '')}`,
        () => `x-${below(9)}: ${'h'.repeat(below(20_000))}`,
        () => `${noise(4)}: ${noise(4)}`,
        () => 'expect: 100-continue',
        () => 'upgrade: websocket\r\nconnection: upgrade',
        () => `x-forwarded-for: ${text()}`,
        () => 'content-length: 5\r\ncontent-length: 6',
        () => 'transfer-encoding: chunked, identity',
      ),
    )
      .map((line) => `${line}\r\n`)
      .join('');
  /** HTTP as it should be around whatever it carries, so that it comes through the parser. */
  const mild = (): Buffer => {
    const body = json();
    const method = pick(['POST', 'POST', 'GET', 'PUT', 'DELETE']);
    const token = pick([desktop.token, desktop.token, 'z'.repeat(43)]);
    const from = encodeURI(path().replace(/\p{Surrogate}/gu, '')).replace(/#.*/, '');
    const head = `${method} ${from.slice(0, 8_000)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n`;
    return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const wild = (): Buffer => {
    const body = json();
    const method = pick(['POST', 'POST', 'GET', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'BREW', 'post']);
    const length = oneOf(
      () => `content-length: ${Buffer.byteLength(body)}\r\n`,
      () => `content-length: ${below(300_000)}\r\n`,
      () => `content-length: ${text().replace(/[\r\n]/g, '')}\r\n`,
      () => 'transfer-encoding: chunked\r\n',
      () => '',
    );
    const version = pick(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', '']);
    const whole = Buffer.from(`${method} ${path()} ${version}\r\nhost: x\r\n${headers()}${length}\r\n${body}`);
    // Some are cut, some get a bit flipped.
    if (below(8) === 0) return whole.subarray(0, below(whole.length));
    if (below(8) === 0) whole[below(whole.length)] = below(256);
    return below(20) === 0 ? Buffer.from(random.bytes(below(20_000))) : whole;
  };
  /** What came back when the relay closed, or when we hung up after the half-close. */
  const send = (bytes: Buffer) =>
    new Promise<string>((resolve) => {
      const socket = connect(relay.port, '127.0.0.1');
      let answer = '';
      const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
        // A stream or a kept connection stays open; its head is what is judged.
        if (answer.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(answer);
      });
      socket.end(bytes);
    });

  beforeAll(async () => {
    const [sqlite] = storageKinds();
    if (!sqlite) throw new Error('no storage');
    storage = await sqlite.fresh();
    relay = await openRelay(await storage.open(), {
      env: { RELAY_REQUEST_TIMEOUT_MS: '1000', RELAY_HELD_MESSAGES: '1000000' },
    });
    desktop = await connectDesktop(relay.url);
  });
  afterAll(async () => {
    await relay.close();
    storage.remove();
  });

  it(`answers ${ROUNDS} of them (seed ${SEED}) without a fault of its own, and serves honest ones as before`, async () => {
    const strange: string[] = [];
    const seen = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          const bytes = below(2) === 0 ? mild() : wild();
          const answer = await send(bytes);
          const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 'closed';
          seen.set(status, (seen.get(status) ?? 0) + 1);
          const nothingOfOurs = /at .*\.ts:\d|SQLITE|node:internal/.exec(answer);
          if (status.startsWith('5') || nothingOfOurs)
            strange.push(`${bytes.subarray(0, 300).toString('latin1')} → ${answer}`);
        }),
      );
    expect(strange).toEqual([]);
    // They did reach what is behind the parser, too.
    for (const status of ['200', '400', '401', '404'])
      expect(seen.get(status) ?? 0, [...seen].join(' ')).toBeGreaterThan(0);

    expect(await (await fetch(`${relay.adminUrl}/metrics`)).text()).not.toMatch(/^relay_failures_total [1-9]/m);
    const listening = await desktop.listen();
    const url = `${relay.url}${hookPath(desktop.channel, 'plaid')}`;
    expect((await fetch(url, { method: 'POST', body: 'honest' })).status).toBe(200);
    listening.stop();
    // Whoever hung up left nothing open.
    await expect.poll(async () => (await fetch(`${relay.adminUrl}/metrics`)).text()).toMatch(/^relay_streams 0$/m);
  });
});
