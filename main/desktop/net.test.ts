import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => import('../../test/electron-host/stand-in/electron.ts'));
const { electronFetch } = await import('./net.ts');
const { app, net } = await import('../../test/electron-host/stand-in/electron.ts');

describe('the engine’s fetch in the desktop app', () => {
  let server: Server;
  let origin: string;
  const seen: {
    method: string | undefined;
    path: string | undefined;
    headers: IncomingMessage['headers'];
    body: string;
  }[] = [];

  beforeAll(async () => {
    vi.spyOn(app, 'isReady').mockReturnValue(true);
    server = createServer(async (incoming, outgoing) => {
      let body = '';
      for await (const chunk of incoming) body += chunk;
      seen.push({ method: incoming.method, path: incoming.url, headers: incoming.headers, body });
      if (incoming.url === '/moved')
        outgoing.writeHead(302, { location: '/elsewhere', 'set-cookie': ['a=1', 'b=2'] }).end();
      else if (incoming.url === '/empty') outgoing.writeHead(204).end();
      else if (incoming.url === '/hangs') return;
      else if (incoming.url === '/goes-on') {
        outgoing.writeHead(200).write('first');
        outgoing.once('close', () => seen.push({ method: 'closed', path: incoming.url, headers: {}, body: '' }));
      } else outgoing.writeHead(201, { 'content-type': 'application/json', 'retry-after': '3' }).end('{"ok":true}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends method, headers and body, and gives status, headers and body back', async () => {
    const request = new Request(`${origin}/send`, { method: 'POST', headers: { 'x-key': 'k' }, body: 'figures' });
    const answer = await electronFetch(request);
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([201, '3', '{"ok":true}']);
    const sent = seen.at(-1);
    expect([sent?.method, sent?.path, sent?.headers['x-key'], sent?.body]).toEqual(['POST', '/send', 'k', 'figures']);
  });

  it('gives a redirect back as an answer and never follows it, because keys would go with it', async () => {
    const answer = await electronFetch(new Request(`${origin}/moved`, { headers: { authorization: 'Bearer key' } }));
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/elsewhere');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  it('takes an answer without a body', async () => {
    expect((await electronFetch(new Request(`${origin}/empty`))).status).toBe(204);
  });

  it('ends with the caller’s reason when the caller stops', async () => {
    const stop = new AbortController();
    const sent = electronFetch(new Request(`${origin}/hangs`, { signal: stop.signal }));
    await vi.waitFor(() => expect(seen.at(-1)?.path).toBe('/hangs'));
    stop.abort(new Error('the person cancelled'));
    await expect(sent).rejects.toThrow('the person cancelled');
  });

  it('takes no harm from what still comes after its reader has left, as the end of a relay’s stream does', async () => {
    const outgoing = Object.assign(new EventEmitter(), { setHeader: () => {}, end: () => {}, abort: () => {} });
    const asking = vi.spyOn(net, 'request').mockReturnValue(outgoing as unknown as ReturnType<typeof net.request>);
    const incoming = Object.assign(new EventEmitter(), { statusCode: 200, headers: {} });
    const answer = electronFetch(new Request(`${origin}/stream`));
    await vi.waitFor(() => expect(asking).toHaveBeenCalled());
    asking.mockRestore();
    outgoing.emit('response', incoming);
    const reader = (await answer).body?.getReader();
    incoming.emit('data', Buffer.from('closed'));
    await reader?.read();
    await reader?.cancel();
    incoming.emit('data', Buffer.from('more'));
    incoming.emit('end');
    incoming.emit('aborted');
    for (const late of [incoming, outgoing]) late.emit('error', new Error('The connection was cut.'));
    expect(outgoing.listenerCount('error')).toBe(1);
  });

  it('leaves a connection that goes on for ever once its reader has left', async () => {
    const { body } = await electronFetch(new Request(`${origin}/goes-on`));
    const reader = body?.getReader();
    await reader?.read();
    const before = seen.length;
    await reader?.cancel();
    await vi.waitFor(() => expect(seen.slice(before).map(({ method }) => method)).toEqual(['closed']));
  });

  it('fails when nobody answers', async () => {
    await expect(electronFetch(new Request('http://127.0.0.1:9/'))).rejects.toThrow();
  });
});
