import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock, virtualClock } from './clock.ts';
import { DaybookError } from './errors.ts';
import { asFetch, createHttp, type HttpOptions, type HttpRequest, parseJsonAnswer, retryAfterMs } from './http.ts';
import { type Fetch, type LogFields, silentLog } from './ports.ts';
import { seededRandom } from './random.ts';

const START = Date.UTC(2026, 10, 20, 6);

function setUp(fetch: Fetch, options: HttpOptions = {}) {
  const clock = virtualClock(START);
  const http = createHttp({ fetch, clock, random: seededRandom(1), log: silentLog }, options);
  return { clock, http };
}

const READ: HttpRequest = {
  method: 'GET',
  url: 'https://bank.example/lines?cursor=abc',
  headers: { 'PLAID-SECRET': 'keep-this' },
  timeoutMs: 30_000,
  retry: 'reads',
};

/** Answers from a list, the last one again and again; counts the calls. */
function answers(...list: Array<() => Response | Promise<Response>>) {
  const seen: number[] = [];
  const fetch: Fetch = async () => {
    const answer = list[Math.min(seen.length, list.length - 1)];
    seen.push(seen.length);
    if (!answer) throw new Error('no answer prepared');
    return await answer();
  };
  return { fetch, seen };
}

const ok = () => new Response('{"ok":true}');
const status = (code: number, headers: Record<string, string> = {}) => new Response('{}', { status: code, headers });
const lost = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
};

async function failure(promise: Promise<unknown>): Promise<DaybookError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof DaybookError)) throw new Error(`a DaybookError was expected, not ${String(thrown)}`);
  return thrown;
}

describe('retries', () => {
  test.each([408, 429, 502, 503, 504])('a read answered %i is sent again', async (code) => {
    const { fetch, seen } = answers(() => status(code), ok);
    const answer = await setUp(fetch).http.send(READ);
    expect([answer.status, answer.host, seen.length]).toEqual([200, 'bank.example', 2]);
  });

  test.each([200, 302, 400, 401, 404, 500])('a read answered %i is the caller’s to judge at once', async (code) => {
    const { fetch, seen } = answers(() => status(code));
    expect((await setUp(fetch).http.send(READ)).status).toBe(code);
    expect(seen).toHaveLength(1);
  });

  test('a request that must not be repeated is sent once, whatever happens', async () => {
    for (const outcome of [lost, () => status(503), () => status(429)]) {
      const { fetch, seen } = answers(outcome);
      await setUp(fetch)
        .http.send({ ...READ, method: 'POST', retry: 'never' })
        .catch(() => {});
      expect(seen).toHaveLength(1);
    }
  });

  test('when the attempts are used up, the last answer is returned', async () => {
    const { fetch, seen } = answers(() => status(503));
    expect((await setUp(fetch, { attempts: 3 }).http.send(READ)).status).toBe(503);
    expect(seen).toHaveLength(3);
  });

  test('the pauses grow, never exceed their bound, and differ between two clients', async () => {
    const pauses = async (seed: number) => {
      const clock = virtualClock(0);
      const at: number[] = [];
      const fetch: Fetch = async () => {
        at.push(clock.now());
        return status(503);
      };
      await createHttp({ fetch, clock, random: seededRandom(seed), log: silentLog }, { attempts: 9 }).send(READ);
      return at.slice(1).map((time, index) => time - (at[index] ?? 0));
    };
    const first = await pauses(1);
    for (const [index, pause] of first.entries()) {
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThanOrEqual(Math.min(20_000, 500 * 2 ** index));
    }
    expect(await pauses(2)).not.toEqual(first);
  });

  test('a pause asked for in seconds is kept', async () => {
    const { fetch } = answers(() => status(503, { 'retry-after': '30' }), ok);
    const { clock, http } = setUp(fetch);
    await http.send(READ);
    expect(clock.now() - START).toBeGreaterThanOrEqual(30_000);
    expect(clock.now() - START).toBeLessThan(31_000);
  });

  test('a pause longer than we wait hands the answer to the caller instead of trying too early', async () => {
    const { fetch, seen } = answers(() => status(503, { 'retry-after': '3600' }));
    expect((await setUp(fetch).http.send(READ)).status).toBe(503);
    expect(seen).toHaveLength(1);
  });

  test('Retry-After is read as seconds and as a date, and nonsense is ignored', () => {
    const read = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), START);
    expect(read('120')).toBe(120_000);
    expect(read('Fri, 20 Nov 2026 06:00:45 GMT')).toBe(45_000);
    expect(read('Fri, 20 Nov 2026 05:00:00 GMT')).toBe(0);
    expect(read('soon')).toBeUndefined();
  });
});

describe('failures', () => {
  test('a lost connection names the host and nothing else of the address', async () => {
    const { fetch, seen } = answers(lost);
    const error = await failure(setUp(fetch).http.send(READ));
    expect(error).toMatchObject({ code: 'network_lost', retryable: true, providerCode: 'ECONNRESET' });
    expect(error.message).toContain('bank.example');
    expect(error.message).not.toContain('cursor');
    expect(error.requestId).toMatch(/^req_/);
    expect(seen).toHaveLength(4);
  });

  test('a certificate that cannot be checked is not tried again and sends the user to the administrator', async () => {
    const { fetch, seen } = answers(() => {
      throw new TypeError('fetch failed', { cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } });
    });
    expect(await failure(setUp(fetch).http.send(READ))).toMatchObject({
      retryable: false,
      repair: 'ask_administrator',
    });
    expect(seen).toHaveLength(1);
  });

  test('a key with a line break is refused without showing the key', async () => {
    const { fetch, seen } = answers(ok);
    const error = await failure(setUp(fetch).http.send({ ...READ, headers: { 'PLAID-SECRET': 'abc\nq7z' } }));
    expect(error.code).toBe('wrong_keys');
    expect(JSON.stringify([error.message, String(error.cause), error.stack])).not.toContain('q7z');
    expect(seen).toHaveLength(0);
  });

  test.each(['not an address', 'file:///etc/passwd', 'https://user:word@bank.example/'])(
    'the address %s is refused before anything is sent',
    async (url) => {
      const { fetch, seen } = answers(ok);
      const error = await failure(setUp(fetch).http.send({ ...READ, url }));
      expect(error.code).toBe('setup_invalid');
      expect(error.message).not.toContain('word@');
      expect(seen).toHaveLength(0);
    },
  );

  test('an answer over the size limit is not read to its end', async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => {
            pulled += 1;
            controller.enqueue(new Uint8Array(1024).fill(97));
          },
        }),
      );
    const error = await failure(setUp(async () => endless(), { maxAnswerBytes: 10_000 }).http.send(READ));
    expect(error).toMatchObject({ code: 'answer_unreadable', retryable: false });
    expect(pulled).toBeLessThan(20);
  });

  test('an answer announced as too large is not read at all', async () => {
    const { fetch } = answers(() => new Response('x', { headers: { 'content-length': '999999' } }));
    const error = await failure(setUp(fetch, { maxAnswerBytes: 1000 }).http.send(READ));
    expect(error.code).toBe('answer_unreadable');
  });

  test('an answer shorter than announced is unreadable, and read again', async () => {
    const short = () => new Response('{"a":', { headers: { 'content-length': '500' } });
    expect((await failure(setUp(answers(short).fetch).http.send(READ))).code).toBe('answer_unreadable');
    expect((await setUp(answers(short, ok).fetch).http.send(READ)).text).toBe('{"ok":true}');
  });

  test('characters that are split over two chunks arrive whole', async () => {
    const bytes = new TextEncoder().encode('{"name":"Zürich 株式会社"}');
    const fetch: Fetch = async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          start: (controller) => {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
      );
    expect((await setUp(fetch).http.send(READ)).text).toBe('{"name":"Zürich 株式会社"}');
  });
});

describe('time limits and cancellation', () => {
  const never: Fetch = () => new Promise(() => {});

  test('under a virtual clock an answer is in time as long as nobody lets time pass', async () => {
    const { http, clock } = setUp(async () => {
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
      return ok();
    });
    expect((await http.send({ ...READ, timeoutMs: 1 })).status).toBe(200);
    expect(clock.now()).toBe(START);
  });

  test('an answer that the other side delays longer than the limit is a timeout', async () => {
    const clock = virtualClock(START);
    const fetch: Fetch = async () => {
      await clock.sleep(31_000);
      return ok();
    };
    const http = createHttp({ fetch, clock, random: seededRandom(1), log: silentLog });
    expect((await failure(http.send({ ...READ, retry: 'never' }))).code).toBe('timeout');
    expect(clock.now()).toBe(START + 30_000);
    expect((await http.send({ ...READ, timeoutMs: 32_000 })).status).toBe(200);
  });

  test('a body that never ends is within the time limit too', async () => {
    const { http, clock } = setUp(
      async () => new Response(new ReadableStream<Uint8Array>({ pull: () => never(new Request(READ.url)).then() })),
    );
    const sent = failure(http.send({ ...READ, retry: 'never' }));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect((await sent).code).toBe('timeout');
  });

  test('a fetch that ignores the abort is given up all the same, and one that heeds it is told', async () => {
    let told = false;
    const { http, clock } = setUp((request) => {
      request.signal.addEventListener('abort', () => {
        told = true;
      });
      return new Promise(() => {});
    });
    const sent = failure(http.send({ ...READ, retry: 'never' }));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(29_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
    clock.advance(1);
    expect((await sent).message).toContain('30 seconds');
    expect(told).toBe(true);
  });

  test('the user’s stop ends a request under way as cancelled, without another attempt', async () => {
    const stop = new AbortController();
    let calls = 0;
    const { http } = setUp((request) => {
      calls += 1;
      return never(request);
    });
    const sent = failure(http.send({ ...READ, stop: stop.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect((await sent).code).toBe('cancelled');
    expect(calls).toBe(1);
  });

  test('the user’s stop ends the pause before a retry, and one before the start sends nothing', async () => {
    const stop = new AbortController();
    const { fetch, seen } = answers(() => {
      stop.abort();
      return status(503);
    });
    const { http } = setUp(fetch);
    expect((await failure(http.send({ ...READ, stop: stop.signal }))).code).toBe('cancelled');
    expect((await failure(http.send({ ...READ, stop: stop.signal }))).code).toBe('cancelled');
    expect(seen).toHaveLength(1);
  });
});

describe('rate budgets', () => {
  const limitOf = (name: string) => (name.startsWith('item') ? { requests: 5, perMs: 60_000 } : undefined);

  async function times(count: number, http: ReturnType<typeof setUp>['http'], clock: { now(): number }) {
    const at: number[] = [];
    await Promise.all(
      Array.from({ length: count }, async () => {
        await http.send({ ...READ, budgets: ['item-1'] });
        at.push(clock.now() - START);
      }),
    );
    return at;
  }

  test('never more requests in any window than the budget admits', async () => {
    const { http, clock } = setUp(async () => ok(), { limitOf });
    const at = await times(17, http, clock);
    expect(at.filter((time) => time === 0)).toHaveLength(5);
    for (const [index, time] of at.entries()) expect(time - (at[index - 5] ?? -60_000)).toBeGreaterThanOrEqual(60_000);
  });

  test('budgets do not hinder each other', async () => {
    const { http, clock } = setUp(async () => ok(), { limitOf });
    for (let i = 0; i < 20; i++) await http.send({ ...READ, budgets: [`item-${i}`, 'client'] });
    expect(clock.now()).toBe(START);
  });

  test('after a 429 the budget admits half as much for a window, then as before', async () => {
    let refuse = true;
    const { http, clock } = setUp(async () => (refuse ? status(429) : ok()), { limitOf });
    await http.send({ ...READ, retry: 'never', budgets: ['item-1'] });
    refuse = false;
    const at = await times(4, http, clock);
    expect(at).toEqual([0, 60_000, 60_000, 60_000]);
  });

  test('a pause asked for with a 429 holds the other requests of that budget back as well', async () => {
    const { fetch } = answers(() => status(429, { 'retry-after': '20' }), ok);
    const { http, clock } = setUp(fetch);
    await http.send({ ...READ, retry: 'never', budgets: ['environment'] });
    await http.send({ ...READ, budgets: ['elsewhere'] });
    expect(clock.now()).toBe(START);
    await http.send({ ...READ, budgets: ['environment'] });
    expect(clock.now()).toBe(START + 20_000);
  });

  test('a budget that is used up for long says so instead of waiting, and tells until when', async () => {
    const daily = () => ({ requests: 1, perMs: 86_400_000 });
    const { http } = setUp(async () => ok(), { limitOf: daily });
    await http.send({ ...READ, budgets: ['day'] });
    expect(await failure(http.send({ ...READ, budgets: ['day'] }))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 86_400_000,
    });
  });

  test('a wall clock that is set back does not close a budget', async () => {
    const { http, clock } = setUp(async () => ok(), { limitOf });
    await times(5, http, clock);
    clock.set(START - 86_400_000);
    await http.send({ ...READ, budgets: ['item-1'] });
    expect(clock.now()).toBe(START - 86_400_000);
  });
});

test('the log tells of each attempt without query, keys or headers', async () => {
  const records: LogFields[] = [];
  const log = { ...silentLog, debug: (fields: LogFields) => records.push(fields) };
  const { fetch } = answers(() => status(503), ok);
  const http = createHttp({ fetch, clock: virtualClock(START), random: seededRandom(1), log });
  await http.send({ ...READ, url: "https://erp.example/data/Banks(dataAreaId='usmf',No='12345678')?x=1" });
  expect(records).toHaveLength(2);
  expect(records[1]).toMatchObject({ host: 'erp.example', path: '/data/Banks(…)', attempt: 2, status: 200 });
  expect(JSON.stringify(records)).not.toMatch(/12345678|keep-this|x=1/);
});

describe('parseJsonAnswer', () => {
  const answer = (text: string) => ({ host: 'bank.example', status: 502, headers: new Headers(), text });

  test('gives the JSON value', () => {
    expect(parseJsonAnswer(answer('{"a":[1]}'))).toEqual({ a: [1] });
  });

  test.each([
    ['', 'empty'],
    ['<html><body>Bad Gateway</body></html>', 'web page'],
    ['{"access_token":"access-sandbox-123","adde', 'broke off'],
    ['upstream connect error', 'not data'],
  ])('says of the body %j that it is unreadable, by name of the host and without quoting it', (text, says) => {
    let thrown: unknown;
    try {
      parseJsonAnswer(answer(text));
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof DaybookError)) throw new Error('a DaybookError was expected');
    expect(thrown.code).toBe('answer_unreadable');
    expect(thrown.message).toContain('bank.example');
    expect(thrown.message).toContain(says);
    expect(`${thrown.message}${String(thrown.cause)}`).not.toContain('access-sandbox');
  });
});

describe('asFetch', () => {
  const defaults = { timeoutMs: 1000, retry: 'reads' } as const;

  test('axios sends through it: method, headers and body arrive, JSON comes back', async () => {
    const seen: string[] = [];
    const { http } = setUp(async (request) => {
      seen.push(request.method, request.headers.get('plaid-secret') ?? '', await request.text());
      return Response.json({ total: 2 });
    });
    const client = axios.create({ adapter: 'fetch', env: { fetch: asFetch(http, defaults) } });
    const answer = await client.post('https://bank.example/sync', { count: 500 }, { headers: { 'PLAID-SECRET': 's' } });
    expect(answer.data).toEqual({ total: 2 });
    expect(seen).toEqual(['POST', 's', '{"count":500}']);
  });

  test('what went wrong on the way is the cause of axios’ error', async () => {
    const { http } = setUp(answers(lost).fetch);
    const client = axios.create({ adapter: 'fetch', env: { fetch: asFetch(http, defaults) } });
    const thrown: unknown = await client.get('https://bank.example/x').catch((error: unknown) => error);
    expect(axios.isAxiosError(thrown) && thrown.cause).toMatchObject({ code: 'network_lost' });
  });

  test('chooses retry and budget by request, and heeds the caller’s signal', async () => {
    const { fetch, seen } = answers(() => status(503));
    const { http } = setUp(fetch);
    const send = asFetch(http, ({ url }) => ({ timeoutMs: 1000, retry: url.pathname === '/read' ? 'reads' : 'never' }));
    await send('https://bank.example/write', { method: 'POST', body: '{}' });
    expect(seen).toHaveLength(1);
    await send(new URL('https://bank.example/read'));
    expect(seen).toHaveLength(5);
    const stopped = send('https://bank.example/read', { signal: AbortSignal.abort() });
    expect((await failure(stopped)).code).toBe('cancelled');
  });

  test('an answer without a body may have none', async () => {
    const { http } = setUp(async () => new Response(null, { status: 204 }));
    expect(await (await asFetch(http, defaults)('https://bank.example/')).text()).toBe('');
  });
});

describe('over a real socket', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function serve(handler: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(handler);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  const real = () =>
    createHttp({ fetch: (request) => fetch(request), clock: systemClock(), random: seededRandom(1), log: silentLog });

  test('a connection that is cut inside the body is an unreadable answer', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"added":[', () => response.destroy());
    });
    expect((await failure(real().send({ ...READ, url, retry: 'never' }))).code).toBe('answer_unreadable');
  });

  test('a connection that is cut before the answer is lost, a closed port accepts none', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect((await failure(real().send({ ...READ, url, retry: 'never' }))).code).toBe('network_lost');
    const closed = await failure(real().send({ ...READ, url: 'http://127.0.0.1:9/', retry: 'never' }));
    expect(closed.code).toBe('network_lost');
  });

  test('a server that does not answer is a timeout, and the keys do not follow a redirect', async () => {
    const silent = await serve(() => {});
    expect((await failure(real().send({ ...READ, url: silent, timeoutMs: 30, retry: 'never' }))).code).toBe('timeout');
    let visits = 0;
    const elsewhere = await serve((_request, response) => {
      visits += 1;
      response.end();
    });
    const redirecting = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    expect((await real().send({ ...READ, url: redirecting })).status).toBe(307);
    expect(visits).toBe(0);
  });
});

test('an answer that says trying again is useless is not repeated, whatever its status', async () => {
  let calls = 0;
  const clock = virtualClock(0);
  const http = createHttp({
    fetch: async () => {
      calls += 1;
      return new Response('{"error_code":"CREDITS_EXHAUSTED"}', { status: 429 });
    },
    clock,
    random: seededRandom(1),
    log: silentLog,
  });
  const request = {
    method: 'POST',
    url: 'https://bank.example/x',
    headers: {},
    timeoutMs: 1_000,
    retry: 'reads',
  } as const;
  const answer = await http.send({ ...request, worthRetrying: (seen) => !seen.text.includes('EXHAUSTED') });
  expect(answer.status).toBe(429);
  expect(calls).toBe(1);
});
