import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTABLE, launch } from '../screens/support/browser.ts';
import { builtRenderer } from '../screens/support/built-renderer.ts';

const root = join(import.meta.dirname, '..', '..');
const NAME = 'The name that nobody else may change';

/** `daybook serve` as a person starts it, the built screens, a real browser, and a hostile page on another port. */
describe.skipIf(!existsSync(EXECUTABLE))('the browser host in a real browser', () => {
  let folder: string;
  let host: ChildProcess;
  let ended: Promise<number | null>;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let hostile: Server;
  let hostileOrigin: string;
  const taken: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-serve-'));
    const env = { ...process.env, DAYBOOK_DIST: dirname(builtRenderer()), DAYBOOK_PASSPHRASE: 'a passphrase' };
    const args = [join(root, 'main', 'cli.ts'), 'serve', '--no-open', '--workspace', folder];
    host = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    ended = new Promise((resolve) => host.once('exit', (code) => resolve(code)));
    url = await new Promise<string>((resolve, reject) => {
      host.stdout?.once('data', (text) => resolve(String(text).trim()));
      void ended.then((code) => reject(new Error(`daybook serve ended with ${code}`)));
    });
    hostile = createServer((incoming, outgoing) => {
      taken.push(incoming.headers.cookie ?? '');
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<title>Hostile</title>');
    });
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
    hostileOrigin = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`;
    browser = await launch();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(url);
    await page.waitForURL((address) => address.pathname === '/');
    await page.locator('.frame').waitFor();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    hostile?.close();
    if (host?.exitCode === null) host.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (name: string, input: unknown = {}) =>
    page.evaluate(
      async ([name, input]) => {
        const token = sessionStorage.getItem('daybook-token') ?? '';
        const answer = await fetch('/api/call', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-daybook-token': token },
          body: JSON.stringify({ name, input, callId: crypto.randomUUID() }),
        });
        return (await answer.json()) as { ok: boolean; value: Record<string, unknown> };
      },
      [name, input] as const,
    );

  it('opens by its link once, leaves no token in the address, and says that it is the browser', async () => {
    expect(page.url()).not.toContain(new URL(url).hash.slice(1));
    expect((await call('host.about')).value).toMatchObject({ host: 'browser', locked: false });
    await expect.poll(() => page.getByText(/browser/i).count(), { timeout: 10_000 }).toBeGreaterThan(0);
    const again = await context.newPage();
    await again.goto(url);
    await again.getByText('used already').waitFor();
    await again.close();
  });

  it('gives the session’s cookie to no script', async () => {
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const [cookie] = await context.cookies(new URL(url).origin);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  });

  it('is of no use to a page of another origin, not even to one on this computer that gets the cookie', async () => {
    expect((await call('settings.save', { name: NAME })).ok).toBe(true);
    const { origin } = new URL(url);
    const other = await context.newPage();
    await other.goto(hostileOrigin);
    // Cookies are shared by all ports of a host: the hostile server has it, and it is not enough.
    expect(taken.some((cookie) => cookie.startsWith('daybook-'))).toBe(true);
    const tried = await other.evaluate(async (target) => {
      const body = JSON.stringify({ name: 'settings.save', input: { name: 'Hostile' }, callId: 'x' });
      const send = async (init: RequestInit, path = '/api/call') => {
        try {
          const answer = await fetch(target + path, { credentials: 'include', ...init });
          return answer.type === 'opaque' ? 'unreadable' : answer.status;
        } catch {
          return 'blocked';
        }
      };
      const json = { 'content-type': 'application/json', 'x-daybook-token': 'guess' };
      const results = {
        json: await send({ method: 'POST', headers: json, body }),
        plain: await send({ method: 'POST', mode: 'no-cors', body }),
        read: await send({}, '/'),
        events: await send({}, '/api/events'),
        script: await new Promise((resolve) => {
          const script = document.createElement('script');
          script.src = `${target}/open.js`;
          script.onload = () => resolve('loaded');
          script.onerror = () => resolve('blocked');
          document.head.append(script);
        }),
        stream: await new Promise((resolve) => {
          const stream = new EventSource(`${target}/api/events`, { withCredentials: true });
          stream.onopen = () => resolve('opened');
          stream.onerror = () => resolve('blocked');
        }),
      };
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: `${target}/api/call`, enctype: 'text/plain', target: 'sink' });
      const field = document.createElement('input');
      field.name = body;
      form.append(field);
      const sink = document.createElement('iframe');
      sink.name = 'sink';
      document.body.append(sink, form);
      const answered = new Promise((resolve) =>
        sink.addEventListener('load', () => resolve('answered'), { once: true }),
      );
      form.submit();
      await answered;
      const frame = document.createElement('iframe');
      frame.src = `${target}/`;
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      let framed: string;
      try {
        framed = frame.contentWindow?.document.title ?? 'nothing';
      } catch {
        framed = 'blocked';
      }
      return { ...results, framed };
    }, origin);
    expect(tried).toEqual({
      json: 'blocked',
      plain: 'blocked',
      read: 'blocked',
      events: 'blocked',
      script: 'blocked',
      stream: 'blocked',
      framed: 'blocked',
    });
    await other.close();
    expect((await call('settings.get')).value).toMatchObject({ name: NAME });
  });

  it('shows a browser that was not let in nothing but the way to the link', async () => {
    const stranger = await browser.newContext();
    const strange = await stranger.newPage();
    await strange.goto(new URL(url).origin);
    await strange.getByText('not signed in').waitFor();
    expect(await strange.evaluate(async () => (await fetch('/api/events')).status)).toBe(401);
    await stranger.close();
  });

  it('closes the workspace cleanly when it is asked to end', async () => {
    host.kill('SIGTERM');
    expect(await ended).toBe(0);
    const database = new Database(join(folder, 'daybook.db'), { readonly: true });
    expect(database.prepare('SELECT closed_cleanly FROM workspace').pluck().get()).toBe(1);
    database.close();
  });
});
