import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../main/core/clock.ts';
import type { Fetch } from '../main/core/ports.ts';
import { seededRandom } from '../main/core/random.ts';
import { createFaultSwitches, type Fault, withFaultControl, withFaults } from './faults.ts';
import { type HttpServer, serveHttp } from './http-server.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(handler: Fetch, onError?: (error: unknown) => void) {
  const server = await serveHttp(handler, onError ? { onError } : {});
  open.push(server);
  return server.url;
}

async function served(fault?: Fault) {
  const faults = createFaultSwitches();
  if (fault) faults.add(fault);
  const seen: string[] = [];
  const handler: Fetch = async (request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);
    return Response.json({ seen: seen.length, filler: 'x'.repeat(2000) }, { status: 201, headers: { 'x-a': 'b' } });
  };
  const struck = withFaults(handler, { random: seededRandom(1), clock: systemClock(), faults });
  return { seen, url: await serve(withFaultControl(struck, faults)) };
}

describe('the practice HTTP server', () => {
  test('carries method, path, body, status and headers, on the loopback address only', async () => {
    const { url, seen } = await served();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(`${url}/a%20b?c=d`, { method: 'PATCH', body: 'grüße' });
    expect([response.status, response.headers.get('x-a')]).toEqual([201, 'b']);
    expect(await response.json()).toMatchObject({ seen: 1 });
    expect(seen).toEqual(['PATCH /a%20b grüße']);
  });

  test('answers without a body', async () => {
    const url = await serve(async () => new Response(null, { status: 204 }));
    expect((await fetch(url)).status).toBe(204);
  });

  test('a dropped answer is a dead connection for the client, after the request was carried out', async () => {
    const { url, seen } = await served({ kind: 'drop_after', times: 1 });
    await expect(fetch(url, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed');
    expect(seen).toHaveLength(1);
    expect((await fetch(url)).status).toBe(201);
  });

  test('a truncated answer breaks off in the middle', async () => {
    const { url } = await served({ kind: 'truncated' });
    const response = await fetch(url);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('faults are switched on and off over HTTP', async () => {
    const { url } = await served();
    const body = JSON.stringify({ kind: 'unavailable' });
    await fetch(`${url}/practice/faults`, { method: 'POST', body });
    expect((await fetch(url)).status).toBe(503);
    await fetch(`${url}/practice/faults`, { method: 'DELETE' });
    expect((await fetch(url)).status).toBe(201);
  });

  test('an error in the handler is told and answered with 500', async () => {
    const told: unknown[] = [];
    const failing = async () => {
      throw new RangeError('a fault of our own');
    };
    const url = await serve(failing, (error) => told.push(error));
    expect((await fetch(url)).status).toBe(500);
    expect(told).toEqual([new RangeError('a fault of our own')]);
  });
});
