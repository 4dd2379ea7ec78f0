import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { type VirtualClock, virtualClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { createClient } from './client.ts';
import { bankEntries, bankEntryLines, journals } from './entities.ts';

const ORIGIN = 'https://start.exactonline.nl';
const ID = '6c1f2b7e-4d0a-4c55-9e0b-1f7a2d3c4b5e';
const LINE = 'aaaaaaaa-4d0a-4c55-9e0b-1f7a2d3c4b5e';

function world(answer: (request: Request, clock: VirtualClock) => Response | Promise<Response>) {
  const clock = virtualClock(Date.parse('2026-03-10T12:00:00Z'));
  const requests: Request[] = [];
  const fetch = async (request: Request) => {
    requests.push(request);
    return answer(request, clock);
  };
  let token = 1;
  const client = createClient({
    origin: ORIGIN,
    auth: {
      accessToken: async () => `token${token}`,
      rejected: (rejected) => {
        if (rejected === `token${token}`) token += 1;
      },
    },
    http: createHttp({ fetch, clock, random: seededRandom(1), log: silentLog }),
    clock,
    random: seededRandom(2),
    keep: memoryPorts().keep,
  });
  return { client, requests, clock };
}

const rows = (codes: readonly string[], next?: string) =>
  Response.json({ d: { results: codes.map((Code) => ({ ID, Code, Type: 12 })), ...(next ? { __next: next } : {}) } });
const refused = (status: number, value: string) =>
  Response.json({ error: { code: '', message: { lang: '', value } } }, { status });
const list = (w: ReturnType<typeof world>) => w.client.list('1', journals, {}, undefined);
const post = (w: ReturnType<typeof world>) =>
  w.client.post(
    '1',
    bankEntries,
    { JournalCode: '20', BankEntryLines: [{ AmountFC: { decimal: '-1.00' } }] },
    undefined,
  );
const query = (request: Request | undefined) => new URL(request?.url ?? '').searchParams;

describe('Reading', () => {
  test('names every field, the division and what is accepted', async () => {
    const w = world(() => rows(['20']));
    await w.client.list('1', journals, { filter: "Code eq '20'", orderBy: 'Code', top: 1 }, undefined);
    const [request] = w.requests;
    expect(new URL(request?.url ?? '').pathname).toBe('/api/v1/1/financial/Journals');
    expect(query(request).get('$select')?.split(',')).toEqual(journals.fields);
    expect([query(request).get('$filter'), query(request).get('$top')]).toEqual(["Code eq '20'", '1']);
    expect([request?.headers.get('accept'), request?.headers.get('authorization')]).toEqual([
      'application/json',
      'Bearer token1',
    ]);
  });

  test('follows pages to the end, in order, without losing or repeating a row', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.stringMatching(/^\w+$/), { maxLength: 5 }), { minLength: 1, maxLength: 8 }),
        async (pages) => {
          const w = world((request) => {
            const at = Number(query(request).get('$skiptoken') ?? '0');
            const more = at + 1 < pages.length;
            return rows(
              pages[at] ?? [],
              more ? `${ORIGIN}/api/v1/1/financial/Journals?$skiptoken=${at + 1}` : undefined,
            );
          });
          expect((await list(w)).map((row) => row.Code)).toEqual(pages.flat());
          expect(w.requests).toHaveLength(pages.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('follows a link verbatim', async () => {
    const link = `${ORIGIN}/api/v1/1/financial/Journals?$select=ID,Code&$skiptoken=guid'${ID}',%20'a%20b'`;
    const w = world((request) => (request.url.includes('skiptoken') ? rows(['B']) : rows(['A'], link)));
    await list(w);
    expect(w.requests[1]?.url).toBe(new URL(link).href);
  });

  test.each([
    'https://evil.example/api/v1/1/financial/Journals',
    'http://start.exactonline.nl/api/v1/1/financial/Journals',
    'https://start.exactonline.be/api/v1/1/financial/Journals',
    'https://start.exactonline.nl@evil.example/api/v1/1/x',
    '//evil.example/api/v1/1/x',
    `${ORIGIN}/api/v1/2/financial/Journals`,
    `${ORIGIN}/docs/Login.aspx`,
    'javascript:alert(1)',
  ])('never asks a next link to %s', async (link) => {
    const w = world(() => rows(['A'], link));
    await expect(list(w)).rejects.toMatchObject({ code: 'foreign_host' });
    expect(w.requests).toHaveLength(1);
  });

  test('ends with an error where pages go in circles', async () => {
    const w = world(() => rows(['A'], `${ORIGIN}/api/v1/1/financial/Journals?$skiptoken=1`));
    await expect(list(w)).rejects.toMatchObject({ code: 'answer_unexpected' });
  });

  test('trims codes, keeps notes, and takes lines in any of their shapes', async () => {
    const line = {
      ID: LINE,
      AmountFC: -12.5,
      Notes: ' as is ',
      GLAccountCode: '  4500 ',
      Date: '/Date(1772409600000)/',
    };
    const entry = { EntryID: ID.toUpperCase(), JournalCode: ' 20', BankEntryLines: { results: [line] }, Surprise: 1 };
    const w = world(() => Response.json({ d: [entry, { EntryID: ID, BankEntryLines: { __deferred: {} } }] }));
    const [first, second] = await w.client.list('1', bankEntries, { withLines: true }, undefined);
    expect(first).toMatchObject({ EntryID: ID, JournalCode: '20' });
    expect(first?.BankEntryLines).toMatchObject([
      { AmountFC: '-12.5', Notes: ' as is ', GLAccountCode: '4500', Date: '2026-03-02' },
    ]);
    expect(second?.BankEntryLines).toBe(null);
    expect([query(w.requests[0]).get('$expand'), query(w.requests[0]).get('$select')?.split(',').at(-1)]).toEqual([
      'BankEntryLines',
      'BankEntryLines',
    ]);
  });

  test('looks one record up without risking a 404, which would count as an error', async () => {
    const w = world(() => rows([]));
    expect(await w.client.getOne('1', bankEntryLines, ID, {}, undefined)).toBe(null);
    expect(query(w.requests[0]).get('$filter')).toBe(`ID eq guid'${ID}'`);
  });

  test('gives an old token back once, and goes on with a new one', async () => {
    const w = world((request) =>
      request.headers.get('authorization') === 'Bearer token1' ? new Response(null, { status: 401 }) : rows(['20']),
    );
    expect(await list(w)).toHaveLength(1);
    const never = world(() => new Response(null, { status: 401 }));
    await expect(list(never)).rejects.toMatchObject({ code: 'signed_out', repair: 'sign_in_again' });
    expect(never.requests).toHaveLength(2);
  });

  test.each([
    ['a server error without words', () => new Response('', { status: 500 })],
    ['a busy gateway', () => new Response('<html>', { status: 503 })],
    ['a full minute', () => new Response('', { status: 429 })],
    ['an answer cut off', () => new Response('{"d":{"resu', { headers: { 'content-length': '400' } })],
    [
      'a lost connection',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('tries again after %s', async (_name, trouble) => {
    let times = 0;
    const w = world(() => (times++ < 2 ? trouble() : rows(['20'])));
    expect(await list(w)).toHaveLength(1);
    expect(w.requests).toHaveLength(3);
    const always = world(trouble);
    await expect(list(always)).rejects.toMatchObject({ retryable: true });
    expect(always.requests).toHaveLength(4);
  });

  test('does not try again what Exact refused', async () => {
    const w = world(() => refused(400, 'Bad Request - Error in query syntax.'));
    await expect(list(w)).rejects.toMatchObject({ code: 'answer_unexpected', retryable: false });
    expect(w.requests).toHaveLength(1);
  });

  test('stops where it is told to', async () => {
    const w = world(() => rows(['20']));
    await expect(w.client.list('1', journals, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(w.requests).toHaveLength(0);
  });

  test.each(['../2', '1/../2', '', 'usmf'])('asks in no division %j', async (division) => {
    const w = world(() => rows([]));
    await expect(w.client.list(division, journals, {}, undefined)).rejects.toMatchObject({ code: 'setup_invalid' });
    expect(w.requests).toHaveLength(0);
  });
});

describe('Writing', () => {
  const stored = () =>
    Response.json({ d: { EntryID: ID, EntryNumber: 26200002, JournalCode: '20', Status: 20 } }, { status: 201 });

  test('asks for the record back and gives it as stored', async () => {
    const w = world(stored);
    expect(await post(w)).toMatchObject({ EntryID: ID, EntryNumber: 26200002, Status: 20, BankEntryLines: null });
    const [request] = w.requests;
    expect(request?.headers.get('prefer')).toBe('return=representation');
    expect(await request?.text()).toBe('{"JournalCode":"20","BankEntryLines":[{"AmountFC":-1.00}]}');
  });

  test.each([
    ['validation', 500, 'Afgesloten: Periode', 'period_closed'],
    ['syntax', 400, 'Bad Request - Error in query syntax.', 'entry_refused'],
    ['a right that is missing', 403, '', 'not_permitted'],
    ['a full minute', 429, '', 'rate_limited'],
  ])('is surely refused by %s, and sent once', async (_name, status, text, code) => {
    const w = world(() => refused(status, text));
    await expect(post(w)).rejects.toMatchObject({ code });
    expect(w.requests).toHaveLength(1);
  });

  test.each([
    ['an error without words', () => new Response('', { status: 500 })],
    ['trouble of the database', () => refused(500, 'Timeout expired.')],
    ['a gateway', () => refused(502, 'Ongeldig: Dagboek')],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://x.example' } })],
    ['a stored record that cannot be read', () => new Response('{"d":', { status: 201 })],
    ['a stored record without a key', () => Response.json({ d: {} }, { status: 201 })],
    [
      'a lost connection',
      () => {
        throw new TypeError('fetch failed');
      },
    ],
  ])('is unknown after %s, and not sent again', async (_name, trouble) => {
    const w = world(trouble);
    await expect(post(w)).rejects.toMatchObject({ code: 'outcome_unknown' });
    expect(w.requests).toHaveLength(1);
  });

  test('is unknown when no answer comes in time', async () => {
    const w = world(async (_request, clock) => {
      await clock.sleep(10 * 60_000);
      return stored();
    });
    await expect(post(w)).rejects.toMatchObject({ code: 'outcome_unknown', retryAfterMs: 60_000 });
  });

  test('is surely not sent while the minute is full; whoever waits for it first may', async () => {
    const used = { 'X-RateLimit-Minutely-Limit': '60', 'X-RateLimit-Minutely-Remaining': '0' };
    const w = world((request, clock) => {
      if (request.method === 'POST') return stored();
      const reset = String(clock.now() + 30_000);
      return new Response(JSON.stringify({ d: [] }), { headers: { ...used, 'X-RateLimit-Minutely-Reset': reset } });
    });
    await list(w);
    await expect(post(w)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 30_000 });
    expect(w.requests).toHaveLength(1);
    await w.client.ready('1', undefined);
    expect(await post(w)).toMatchObject({ EntryID: ID });
  });

  test('after a refused token goes out once more, because nothing was done with it', async () => {
    const w = world((request) =>
      request.headers.get('authorization') === 'Bearer token1' ? new Response(null, { status: 401 }) : stored(),
    );
    expect(await post(w)).toMatchObject({ EntryID: ID });
    expect(w.requests).toHaveLength(2);
  });

  test('deletes a whole entry by its key', async () => {
    const w = world(() => new Response(null, { status: 204 }));
    await w.client.remove('1', bankEntries, ID, undefined);
    const [request] = w.requests;
    expect([request?.method, decodeURIComponent(new URL(request?.url ?? '').pathname)]).toEqual([
      'DELETE',
      `/api/v1/1/financialtransaction/BankEntries(guid'${ID}')`,
    ]);
    const processed = world(() => refused(500, 'De boeking is verwerkt en kan niet worden verwijderd.'));
    await expect(processed.client.remove('1', bankEntries, ID, undefined)).rejects.toMatchObject({
      code: 'entry_refused',
    });
  });

  test('of equal mistakes goes out three times and no more', async () => {
    const w = world(() => refused(500, 'Verplicht: Kostenplaats'));
    for (let time = 0; time < 3; time++) await expect(post(w)).rejects.toMatchObject({ code: 'dimension_missing' });
    await expect(post(w)).rejects.toMatchObject({ code: 'rate_limited', retryable: true });
    expect(w.requests).toHaveLength(3);
    // Other resources of the division are not held up by it.
    const other = world((request) => (request.method === 'POST' ? refused(500, 'x') : rows(['20'])));
    for (let time = 0; time < 4; time++) await expect(post(other)).rejects.toThrow();
    expect(await list(other)).toHaveLength(1);
  });
});
