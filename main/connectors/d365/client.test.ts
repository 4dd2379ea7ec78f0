import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type VirtualClock, virtualClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { createClient } from './client.ts';
import { readSettings } from './config.ts';
import { currencies, journalHeaders } from './entities.ts';

const BASE = 'https://x.operations.dynamics.com';

function world(answer: (request: Request, clock: VirtualClock) => Response | Promise<Response>) {
  const clock = virtualClock(0);
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    return answer(request, clock);
  };
  const ports = { fetch, clock, random: seededRandom(1), log: silentLog };
  const settings = readSettings({ endpoint: BASE, tenant: 't', clientId: 'c' }, 'production');
  let tokens = 0;
  const client = createClient({
    settings,
    tokens: { get: async ({ fresh }) => `token${fresh ? ++tokens : tokens}` },
    http: createHttp(ports),
    clock,
    random: seededRandom(2),
  });
  return { client, requests, clock };
}

const rows = (codes: readonly string[], next?: string) =>
  Response.json({
    value: codes.map((CurrencyCode) => ({ CurrencyCode })),
    ...(next ? { '@odata.nextLink': next } : {}),
  });
const list = (w: ReturnType<typeof world>) => w.client.list(currencies, undefined, undefined);
const line = { body: { Text: 'a' }, path: 'DB1' };

test('pages are followed to the end, in order, whatever their sizes, without losing or repeating a row', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string(), { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
      async (pages) => {
        const w = world((request) => {
          const at = Number(new URL(request.url).searchParams.get('page') ?? '0');
          const next = at + 1 < pages.length ? `${BASE}/data/Currencies?page=${at + 1}&cross-company=true` : undefined;
          return rows(pages[at] ?? [], next);
        });
        expect((await list(w)).map((row) => row.CurrencyCode)).toEqual(pages.flat());
        expect(w.requests).toHaveLength(pages.length);
      },
    ),
    { numRuns: 40 },
  );
});

test('the first page is ordered by the full key, and a next link is followed verbatim', async () => {
  const link = `${BASE}/data/Currencies?$skiptoken=%27a%20b%27&x=1`;
  const w = world((request) => (request.url.includes('skiptoken') ? rows(['B']) : rows(['A'], link)));
  await list(w);
  expect(new URL(w.requests[0]?.url ?? '').searchParams.get('$orderby')).toBe('CurrencyCode');
  expect(w.requests[1]?.url).toBe(new URL(link).href);
});

test.each([
  'https://evil.example/data/Currencies?page=2',
  'http://x.operations.dynamics.com/data/Currencies?page=2',
  'https://x.operations.dynamics.com:8443/data/Currencies?page=2',
  'https://x.operations.dynamics.com@evil.example/data/Currencies',
  '//evil.example/data/Currencies',
  'https://x.operations.dynamics.com/other/Currencies',
  'javascript:alert(1)',
])('a next link to %s is never asked', async (link) => {
  const w = world(() => rows(['A'], link));
  await expect(list(w)).rejects.toMatchObject({ code: 'foreign_host' });
  expect(w.requests).toHaveLength(1);
});

test('a server that goes in circles is noticed', async () => {
  const w = world(() => rows(['A'], `${BASE}/data/Currencies?page=1`));
  await expect(list(w)).rejects.toMatchObject({ code: 'answer_unexpected' });
  expect(w.requests.length).toBeLessThan(4);
});

test('a field that this version does not have is left out and the rest still read', async () => {
  const w = world((request) =>
    new URL(request.url).searchParams.get('$select')?.includes('Name')
      ? Response.json(
          { error: { code: '', message: "Could not find a property named 'Name' on type 'X'." } },
          { status: 400 },
        )
      : rows(['USD']),
  );
  expect(await list(w)).toMatchObject([{ CurrencyCode: 'USD', Name: '' }]);
});

test.each(['<html>gateway</html>', '{"value":[', '{"value":{}}', '{"value":[{"CurrencyCode":{}}]}'])(
  'an answer in a wrong form is an error and no empty list: %s',
  async (text) => {
    const w = world(() => new Response(text, { status: 200 }));
    const failure = await list(w).catch((thrown: unknown) => thrown);
    expect(['answer_unreadable', 'answer_unexpected']).toContain(
      failure instanceof Error && 'code' in failure ? failure.code : '',
    );
  },
);

test('a 401 is answered with one new token and no more', async () => {
  const w = world(() => new Response(null, { status: 401 }));
  await expect(list(w)).rejects.toMatchObject({ code: 'registration_needed' });
  expect(w.requests.map((request) => request.headers.get('authorization'))).toEqual(['Bearer token0', 'Bearer token1']);
});

test.each([
  ['a lost connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['a gateway error', () => new Response('<html>', { status: 502 })],
  ['a busy gateway', () => new Response('', { status: 503 })],
  ['a 500 without the words of the ERP', () => new Response('oops', { status: 500 })],
  ['a created record that cannot be read', () => new Response('{"JournalB', { status: 201 })],
])('a write is sent once and its outcome is unknown after %s', async (_name, answer) => {
  const w = world(answer);
  await expect(w.client.create(journalHeaders, { A: 'a' }, undefined)).rejects.toMatchObject({
    code: 'outcome_unknown',
  });
  expect(w.requests).toHaveLength(1);
});

test('a write that timed out says how long the server may still be at work', async () => {
  const w = world((_request, clock) => {
    clock.advance(200_000);
    return new Promise<Response>(() => {});
  });
  await expect(w.client.createAll('LedgerJournalLines', [line], undefined)).rejects.toMatchObject({
    code: 'outcome_unknown',
    retryAfterMs: 60_000,
  });
  expect(w.requests).toHaveLength(1);
});

test.each([
  [429, '', 'rate_limited'],
  [403, '', 'not_permitted'],
  [400, '{"error":{"innererror":{"message":"X. Infolog: Error: Main account 1 is suspended."}}}', 'account_blocked'],
  [500, '{"error":{"innererror":{"message":"X. Infolog: Error: Main account 1 is suspended."}}}', 'account_blocked'],
])('a write that the ERP turned away with %i is surely not stored', async (status, body, code) => {
  const w = world(() => new Response(body, { status }));
  await expect(w.client.create(journalHeaders, { A: 'a' }, undefined)).rejects.toMatchObject({ code });
});

const batchAnswer = (parts: readonly string[]) =>
  new Response([...parts.map((part) => `--b\r\n${part}\r\n`), '--b--'].join(''), {
    headers: { 'content-type': 'multipart/mixed; boundary=b' },
  });
const part = (status: number, id?: number) =>
  `Content-Type: application/http${id ? `\r\nContent-ID: ${id}` : ''}\r\n\r\nHTTP/1.1 ${status} X\r\n\r\n{"error":{"message":"Main account 1 is suspended."}}`;

test('200 around a failed part is a failure, and it names the entry where the server does', async () => {
  const failed = world(() => batchAnswer([part(500, 2)]));
  await expect(
    failed.client.createAll('LedgerJournalLines', [line, { ...line, path: 'DB2' }], undefined),
  ).rejects.toMatchObject({ code: 'account_blocked', path: 'DB2' });
});

test.each([
  ['fewer answers than lines', [part(201)]],
  ['stored and failed side by side', [part(201), part(500)]],
  ['no answers', []],
])('%s prove nothing', async (_name, parts) => {
  const w = world(() => batchAnswer(parts));
  await expect(w.client.createAll('LedgerJournalLines', [line, line], undefined)).rejects.toMatchObject({
    code: 'outcome_unknown',
  });
});

test('a stop before the request sends nothing; a stop during a write leaves the outcome unknown', async () => {
  const stop = new AbortController();
  const w = world(() => {
    stop.abort();
    return new Promise<Response>(() => {});
  });
  await expect(w.client.create(journalHeaders, { A: 'a' }, stop.signal)).rejects.toMatchObject({
    code: 'outcome_unknown',
  });
  await expect(w.client.create(journalHeaders, { A: 'a' }, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(w.requests).toHaveLength(1);
});

test('rows of a batch whose next page cannot be read are an error, never a shorter list', async () => {
  const part = (id: number, body: string) =>
    `--b\r\nContent-Type: application/http\r\nContent-ID: ${id}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${body}\r\n`;
  const first = JSON.stringify({
    value: [{ CurrencyCode: 'USD' }],
    '@odata.nextLink': `${BASE}/data/Currencies?page=1&cross-company=true`,
  });
  const w = world((request) => {
    if (request.method === 'POST') {
      const headers = { 'content-type': 'multipart/mixed; boundary=b' };
      return new Response(`${part(1, first)}${part(2, '{"value":[]}')}--b--\r\n`, { headers });
    }
    const message = "Could not find a property named 'Name' on type 'Microsoft.Dynamics.DataEntities.Currency'.";
    return Response.json({ error: { code: '', message, innererror: { message } } }, { status: 400 });
  });
  const reading = w.client.listEach(currencies, ["CurrencyCode eq 'USD'", "CurrencyCode eq 'EUR'"], undefined);
  await expect(reading).rejects.toMatchObject({ code: 'answer_unexpected' });
});
