import { describe, expect, test } from 'vitest';
import { virtualClock } from '../main/core/clock.ts';
import { seededRandom } from '../main/core/random.ts';
import { ConnectionDropped, createFaultSwitches, type Fault, withFaultControl, withFaults } from './faults.ts';

function counter(...faults: Fault[]) {
  const clock = virtualClock(Date.parse('2026-01-05T05:00:00Z'));
  const switches = createFaultSwitches();
  for (const fault of faults) switches.add(fault);
  const seen: string[] = [];
  const handler = async (request: Request) => {
    seen.push(await request.text());
    return Response.json({ count: seen.length, filler: 'x'.repeat(100) });
  };
  const fetch = withFaults(handler, { random: seededRandom(1), clock, faults: switches });
  const post = (path = '/data/X', body = 'body') =>
    fetch(new Request(`http://127.0.0.1${path}`, { method: 'POST', body }));
  return { clock, switches, seen, post, fetch };
}

describe('faults', () => {
  test('with nothing switched on the answer is the server’s own', async () => {
    const { post, seen } = counter();
    expect(await (await post()).json()).toMatchObject({ count: 1 });
    expect(seen).toEqual(['body']);
  });

  test('a connection dropped before the request leaves nothing done', async () => {
    const { post, seen } = counter({ kind: 'drop_before', times: 1 });
    await expect(post()).rejects.toThrow(ConnectionDropped);
    expect(seen).toEqual([]);
    expect((await post()).status).toBe(200);
  });

  test('a connection dropped after the request leaves it done', async () => {
    const { post, seen } = counter({ kind: 'drop_after' });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(seen).toEqual(['body']);
  });

  test('a duplicate reaches the server twice with the same body', async () => {
    const { post, seen } = counter({ kind: 'duplicate' });
    expect(await (await post()).json()).toMatchObject({ count: 2 });
    expect(seen).toEqual(['body', 'body']);
  });

  test('a delay passes on the injected clock and the request still arrives', async () => {
    const { post, clock, seen } = counter({ kind: 'delay', delayMs: 20_000 });
    const before = clock.now();
    await post();
    expect(clock.now() - before).toBe(20_000);
    expect(seen).toHaveLength(1);
  });

  test('a delay can be followed by another fault on the same request', async () => {
    const { post, clock } = counter({ kind: 'delay', delayMs: 50 }, { kind: 'drop_after' });
    const before = clock.now();
    await expect(post()).rejects.toThrow(ConnectionDropped);
    expect(clock.now() - before).toBe(50);
  });

  test.each([
    [{ kind: 'too_many_requests', retryAfterSeconds: 7 }, 429, '7'],
    [{ kind: 'too_many_requests' }, 429, null],
    [{ kind: 'unavailable', retryAfterSeconds: 3 }, 503, '3'],
    [{ kind: 'server_error' }, 500, null],
  ] satisfies Array<[Fault, number, string | null]>)(
    '%o is refused without being carried out',
    async (fault, status, retryAfter) => {
      const { post, seen } = counter(fault);
      const response = await post();
      expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
      expect(seen).toEqual([]);
    },
  );

  test('a gateway error is a page of HTML', async () => {
    const response = await counter({ kind: 'gateway_error' }).post();
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(await response.text()).toContain('<html>');
  });

  test('a truncated answer begins as usual and then fails to be read', async () => {
    const { post, seen } = counter({ kind: 'truncated' });
    const response = await post();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(seen).toHaveLength(1);
  });

  test('an answer cut short is read as a whole that is no JSON', async () => {
    const response = await counter({ kind: 'cut_short' }).post();
    const text = await response.text();
    expect(text.startsWith('{"count":1')).toBe(true);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test('an outage lasts until its end by the injected clock', async () => {
    const { post, clock, seen } = counter({ kind: 'outage', until: '2026-01-05T06:00:00.000Z' });
    await expect(post()).rejects.toThrow(ConnectionDropped);
    clock.advance(3_600_000);
    expect((await post()).status).toBe(200);
    expect(seen).toHaveLength(1);
  });

  test('a fault strikes only the method and path it names, after those it skips', async () => {
    const { post, fetch, seen } = counter({
      kind: 'drop_before',
      method: 'POST',
      path: '/\\$batch',
      skip: 1,
      times: 1,
    });
    expect((await post('/data/$batch')).status).toBe(200);
    expect((await fetch(new Request('http://127.0.0.1/data/$batch'))).status).toBe(200);
    expect((await post('/data/Other')).status).toBe(200);
    await expect(post('/data/$batch')).rejects.toThrow(ConnectionDropped);
    expect((await post('/data/$batch')).status).toBe(200);
    expect(seen).toHaveLength(4);
  });

  test('a chance strikes the same requests again for the same seed', async () => {
    const run = async () => {
      const { post } = counter({ kind: 'server_error', probability: 0.3 });
      const statuses: number[] = [];
      for (let i = 0; i < 50; i++) statuses.push((await post()).status);
      return statuses;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    const struck = first.filter((status) => status === 500).length;
    expect(struck).toBeGreaterThan(5);
    expect(struck).toBeLessThan(30);
  });

  test('clearing switches everything off', async () => {
    const { post, switches } = counter({ kind: 'outage' });
    switches.clear();
    expect((await post()).status).toBe(200);
  });

  test('the switchboard switches on, tells and switches off over HTTP', async () => {
    const { fetch, switches } = counter();
    const served = withFaultControl(fetch, switches);
    const call = (method: string, body?: unknown) =>
      served(
        new Request('http://127.0.0.1/practice/faults', {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    expect((await call('POST', [{ kind: 'server_error', times: 1 }])).status).toBe(200);
    expect((await served(new Request('http://127.0.0.1/x'))).status).toBe(500);
    expect(await (await call('GET')).json()).toEqual({
      faults: [{ fault: { kind: 'server_error', times: 1 }, seen: 1, struck: 1 }],
    });
    await call('DELETE');
    expect(switches.list()).toEqual([]);
    const wrong = await call('POST', { kind: 'server_error', tims: 1 });
    expect(wrong.status).toBe(400);
    expect(await wrong.text()).toContain('tims');
  });
});
