import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireResult } from '../api/contract.ts';
import { type Clock, virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { seededRandom } from '../core/random.ts';
import { type BrowserHost, startBrowserHost } from './server.ts';

type Answer = {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
};

describe('the browser host', () => {
  let folder: string;
  let clock: Clock;
  /** Wakes whoever waits. */
  let wake: () => void;
  let host: BrowserHost;
  let called: unknown[];
  let links: string[];
  let answer: () => Promise<WireResult>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-web-'));
    mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'renderer', 'index.html'), '<title>Daybook</title>');
    writeFileSync(join(folder, 'renderer', 'link.html'), '<title>Link</title>');
    writeFileSync(join(folder, 'renderer', 'assets', 'a.js'), 'export {};');
    writeFileSync(join(folder, 'secret.txt'), 'not for a browser');
    wake = () => {};
    const sleep: Clock['sleep'] = (_ms, signal) =>
      new Promise((resolve) => {
        wake = resolve;
        signal?.addEventListener('abort', () => resolve());
      });
    clock = { ...virtualClock(0), sleep };
    called = [];
    links = [];
    answer = async () => ({ ok: true, value: 'answered' });
    host = await startBrowserHost({
      api: {
        call: (envelope) => {
          called.push(envelope);
          return answer();
        },
      },
      ports: { clock, random: seededRandom(1), log: silentLog },
      rendererDir: join(folder, 'renderer'),
      onOpened: (url) => links.push(url),
    });
  });
  afterEach(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Raw HTTP, because fetch sets Host and Origin itself. */
  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string, to = host.origin) =>
    new Promise<Answer>((resolve, reject) => {
      const { hostname, port } = new URL(to);
      const outgoing = request({ method, path, hostname, port, headers }, async (incoming) => {
        let text = '';
        for await (const chunk of incoming) text += chunk;
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  const own = () => ({ origin: host.origin, 'content-type': 'application/json' });
  const launchOf = (url: string) => new URL(url).hash.slice(1);
  const open = async (launch = launchOf(host.url)) => {
    const { headers, body, status } = await send('POST', '/api/open', own(), JSON.stringify({ launch }));
    return {
      status,
      cookie: String(headers['set-cookie']).split(';')[0] ?? '',
      setCookie: String(headers['set-cookie']),
      body,
    };
  };
  const signedIn = async () => {
    const { cookie, body } = await open();
    return { ...own(), cookie, 'x-daybook-token': JSON.parse(body).token };
  };
  const envelope = JSON.stringify({ name: 'queue.list', input: {}, callId: '1' });

  describe('its one-time link', () => {
    it('leads to the loopback address, with the token in the part that no browser sends', () => {
      const url = new URL(host.url);
      expect([url.hostname, url.pathname, url.search]).toEqual(['127.0.0.1', '/open', '']);
      expect(launchOf(host.url)).toHaveLength(43);
    });

    it('lets one browser in, once, by a cookie that no script and no other site gets and a token that no cookie holds', async () => {
      const { status, setCookie, cookie, body } = await open();
      expect(status).toBe(200);
      expect(setCookie).toMatch(/^daybook-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
      expect(cookie).not.toContain(JSON.parse(body).token);
      expect((await open()).status).toBe(401);
    });

    it('is followed by another one, for another window', async () => {
      await open();
      expect(links).toHaveLength(1);
      expect((await open(launchOf(links[0] ?? ''))).status).toBe(200);
    });

    it('cannot be guessed or left out', async () => {
      for (const launch of ['', 'x'.repeat(43), 'x'.repeat(201)]) expect((await open(launch)).status).toBe(401);
      expect((await send('POST', '/api/open', own(), '{}')).status).toBe(401);
    });
  });

  describe('a call', () => {
    it('is answered for a page that is signed in', async () => {
      const { status, body, headers } = await send('POST', '/api/call', await signedIn(), envelope);
      expect([status, JSON.parse(body)]).toEqual([200, { ok: true, value: 'answered' }]);
      expect(called).toEqual([JSON.parse(envelope)]);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    });

    it('is refused without the cookie, without the token, or with a wrong one of either', async () => {
      const good = await signedIn();
      const { cookie, 'x-daybook-token': token, ...rest } = good;
      for (const headers of [
        rest,
        { ...rest, cookie },
        { ...rest, 'x-daybook-token': token },
        { ...good, 'x-daybook-token': 'x'.repeat(43) },
        { ...good, cookie: `${cookie.split('=')[0]}=${'x'.repeat(43)}` },
        { ...good, cookie: cookie.replace(/^daybook-\d+/, 'daybook-1') },
      ])
        expect((await send('POST', '/api/call', headers, envelope)).status).toBe(401);
      expect(called).toEqual([]);
    });

    it('is refused from another origin, also one of another port of this computer, and from none', async () => {
      const { origin, ...good } = await signedIn();
      for (const other of ['https://evil.example', 'http://127.0.0.1:1', 'http://localhost', 'null', ''])
        expect((await send('POST', '/api/call', { ...good, origin: other }, envelope)).status, other).toBe(403);
      expect((await send('POST', '/api/call', good, envelope)).status).toBe(403);
      const crossSite = { ...good, origin, 'sec-fetch-site': 'same-site' };
      expect((await send('POST', '/api/call', crossSite, envelope)).status).toBe(403);
      expect(called).toEqual([]);
    });

    it('is refused under another name for this address (DNS rebinding)', async () => {
      const good = await signedIn();
      const { port } = new URL(host.origin);
      for (const name of [`evil.example:${port}`, `localhost:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`])
        expect((await send('POST', '/api/call', { ...good, host: name }, envelope)).status, name).toBe(403);
      expect(called).toEqual([]);
    });

    it('is taken as JSON only, which no form can send, and only up to a size', async () => {
      const good = await signedIn();
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''])
        expect((await send('POST', '/api/call', { ...good, 'content-type': type }, envelope)).status, type).toBe(415);
      expect((await send('POST', '/api/call', good, '{"name":')).status).toBe(400);
      const large = JSON.stringify({ name: 'x', input: 'x'.repeat(9 * 1024 * 1024), callId: '1' });
      expect((await send('POST', '/api/call', good, large)).status).toBe(413);
      expect((await send('GET', '/api/call', good)).status).toBe(404);
      expect((await send('OPTIONS', '/api/call', good)).status).toBe(404);
      expect(called).toEqual([]);
    });

    it('that fails beyond the API still gets a sentence, and never a stack', async () => {
      answer = async () => {
        throw new Error('at /home/somebody/secret.ts');
      };
      const { status, body } = await send('POST', '/api/call', await signedIn(), envelope);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(body).not.toContain('somebody');
    });
  });

  describe('its pages', () => {
    it('are served with the strict policy', async () => {
      const { status, headers, body } = await send('GET', '/', { cookie: (await signedIn()).cookie });
      expect([status, body]).toEqual([200, '<title>Daybook</title>']);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|plaid|\*/);
    });

    it('keep a file with a hash in its name and say its type', async () => {
      const { headers } = await send('GET', '/assets/a.js');
      expect(headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    });

    it('tell a browser that is not signed in where to find the link', async () => {
      const { status, body } = await send('GET', '/');
      expect(status).toBe(401);
      expect(body).toContain('newest link');
    });

    it('never lead out of the renderer’s folder', async () => {
      for (const path of [
        '/../secret.txt',
        '/assets/../../secret.txt',
        '/%2e%2e/secret.txt',
        '/..%2fsecret.txt',
        '/..%5csecret.txt',
        '//etc/passwd',
        '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
        '/%00',
        '/%',
        '/assets',
        '/constructor',
      ]) {
        const { status, body } = await send('GET', path);
        expect([status, body], path).toEqual([404, 'Daybook has no such page.\n']);
      }
      expect((await send('DELETE', '/index.html')).status).toBe(405);
    });

    it('open for a person who follows a link from elsewhere, but for no script or frame of another site', async () => {
      const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      expect((await send('GET', '/open', navigation)).status).toBe(200);
      expect((await send('GET', '/open', { ...navigation, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
      const script = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
      expect((await send('GET', '/assets/a.js', script)).status).toBe(403);
    });

    it('keep Plaid’s script on an origin of its own, without the API', async () => {
      const to = host.linkOrigin ?? '';
      expect(to).not.toBe(host.origin);
      const { headers, body } = await send('GET', '/', {}, undefined, to);
      expect(body).toBe('<title>Link</title>');
      expect(headers['content-security-policy']).toContain('https://cdn.plaid.com/link/v2/stable/link-initialize.js');
      expect((await send('GET', '/index.html', {}, undefined, to)).status).toBe(404);
      expect((await send('POST', '/api/call', await signedIn(), envelope, to)).status).toBe(405);
      expect((await send('GET', '/', { host: 'evil.example' }, undefined, to)).status).toBe(403);
      expect((await send('GET', '/link.html')).status).toBe(404);
    });
  });

  describe('its events', () => {
    const listen = async (headers: Record<string, string>) => {
      const { hostname, port } = new URL(host.origin);
      return new Promise<{ status: number; next(): Promise<string>; stop(): void }>((resolve, reject) => {
        const outgoing = request({ path: '/api/events', hostname, port, headers }, (incoming) => {
          const chunks = incoming.setEncoding('utf8')[Symbol.asyncIterator]();
          const next = async () => String((await chunks.next()).value);
          resolve({ status: incoming.statusCode ?? 0, next, stop: () => outgoing.destroy() });
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    };

    it('reach every page that is signed in, and nobody else', async () => {
      const { origin, ...headers } = await signedIn();
      const stream = await listen(headers);
      expect(await stream.next()).toBe(': connected\n\n');
      host.emit('changed', { topics: ['queue'] });
      expect(await stream.next()).toBe('event: changed\ndata: {"topics":["queue"]}\n\n');
      expect((await listen({ cookie: headers.cookie })).status).toBe(401);
      expect((await listen({ ...headers, origin: 'https://evil.example' })).status).toBe(403);
      stream.stop();
    });

    it('come with a sign of life, so that a silent connection is not cut', async () => {
      const { origin, ...headers } = await signedIn();
      const stream = await listen(headers);
      await stream.next();
      wake();
      expect(await stream.next()).toBe(': still here\n\n');
      stream.stop();
    });
  });

  it('lets a running call end before it stops', async () => {
    const { promise, resolve } = Promise.withResolvers<WireResult>();
    answer = () => promise;
    const running = send('POST', '/api/call', await signedIn(), envelope);
    while (called.length === 0) await new Promise((turn) => setImmediate(turn));
    const closed = host.close();
    resolve({ ok: true, value: 'ended' });
    expect(JSON.parse((await running).body)).toEqual({ ok: true, value: 'ended' });
    await closed;
    await expect(send('GET', '/')).rejects.toThrow();
  });

  it('says which port is taken, and that the screens must be built first', async () => {
    const ports = { clock, random: seededRandom(2), log: silentLog };
    const api = { call: () => answer() };
    const port = Number(new URL(host.origin).port);
    const rendererDir = join(folder, 'renderer');
    await expect(startBrowserHost({ api, ports, rendererDir, port })).rejects.toMatchObject({ code: 'busy_elsewhere' });
    await expect(startBrowserHost({ api, ports, rendererDir: join(folder, 'none') })).rejects.toThrow('npm run build');
  });
});
