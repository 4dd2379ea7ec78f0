/** What the desktop shell promises, whoever runs it: the stand-in or a real Electron. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope, EventName, WireResult } from '../../main/api/contract.ts';
import type { Shell, ShellOptions } from './driver.ts';

type Bridge = {
  call(envelope: Envelope): Promise<WireResult>;
  on(name: EventName, listener: (data: unknown) => void): () => void;
};

export type StartShell = (options: Pick<ShellOptions, 'env' | 'arguments'>) => Promise<Shell>;

/** A workspace of its own for a shell; `remove` when the shell has ended. */
export function tempHome(): { readonly folder: string; readonly env: Record<string, string>; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-shell-'));
  const env = { DAYBOOK_WORKSPACE: join(folder, 'workspace'), XDG_CONFIG_HOME: join(folder, 'config') };
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** What must become so, without saying when: starting takes as long as the computer needs. */
export const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 20_000 });

export function callFrom(page: Page, name: string, input: unknown = {}): Promise<WireResult> {
  return page.evaluate(
    ([name, input]) => {
      const { daybook } = window as unknown as { daybook: Bridge };
      return daybook.call({ name: String(name), input, callId: crypto.randomUUID() });
    },
    [name, input] as const,
  );
}

/** Begins to listen at once; the function waits for the first event from then on. */
export async function nextEvent(page: Page, name: EventName): Promise<() => Promise<unknown>> {
  await page.evaluate((name) => {
    const { daybook } = window as unknown as { daybook: Bridge };
    const first = new Promise((resolve) => {
      const stop = daybook.on(name, (data) => {
        stop();
        resolve(data);
      });
    });
    Object.assign(window, { first });
  }, name);
  return () => page.evaluate(() => (window as unknown as { first: Promise<unknown> }).first);
}

/** The shell that the specs share. */
export type Running = { readonly shell: Shell; readonly page: Page; readonly home: ReturnType<typeof tempHome> };

/** `more`: specs of one host alone, on the same running shell. */
export function shellSpecs(start: StartShell, more: (running: () => Running) => void = () => {}): void {
  let shell: Shell;
  let page: Page;
  const home = tempHome();

  beforeAll(async () => {
    shell = await start({ env: home.env });
    page = await shell.page();
    await shell.evaluate((electron) => {
      // Nothing may leave this computer; what would have been opened is kept.
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      electron.shell.openExternal = async (url) => void opened.push(url);
    });
  });

  afterAll(async () => {
    await shell?.kill();
    home.remove();
  });

  const opened = () => shell.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  const windows = () => shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

  describe('the page', () => {
    it('runs in a sandbox, in a world of its own, without Node and without webviews', async () => {
      const preferences = await shell.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const last = contents as unknown as { getLastWebPreferences(): Record<string, unknown> };
        const { session, ...plain } = last.getLastWebPreferences();
        return JSON.parse(JSON.stringify(plain));
      });
      expect(preferences).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        webviewTag: false,
        allowRunningInsecureContent: false,
      });
    });

    it('reaches neither Node nor Electron', async () => {
      const found = await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'ipcRenderer', 'electron'].filter(
          (name) => name in globalThis,
        ),
      );
      expect(found).toEqual([]);
    });

    it('gets the contract and nothing else from the preload, and cannot change it', async () => {
      const seen = await page.evaluate(() => {
        const { daybook } = window as unknown as { daybook: Record<string, unknown> };
        try {
          Object.assign(window, { daybook: { call: () => 'mine' } });
        } catch {
          // Refused, as it must be.
        }
        try {
          daybook.call = () => 'mine';
        } catch {
          // Refused, as it must be.
        }
        const { daybook: after } = window as unknown as { daybook: Record<string, unknown> };
        return { keys: Object.keys(daybook).sort(), host: after.host, call: String(after.call) };
      });
      expect(seen.keys).toEqual(['call', 'host', 'on']);
      expect(seen.host).toBe('electron');
      expect(seen.call).not.toContain('mine');
    });

    it('comes from our own scheme, under a policy that runs nothing but its own scripts', async () => {
      expect(new URL(page.url()).host).toMatch(/^daybook/);
      const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|plaid|\*/);
      const tried = await page.evaluate(async () => {
        // The debugger may evaluate; what the page does in a turn of its own may not.
        await new Promise((resolve) => setTimeout(resolve, 0));
        const refused = (attempt: () => unknown) => {
          try {
            attempt();
            return false;
          } catch {
            return true;
          }
        };
        const text = document.createTextNode('document.body.dataset.inline = "ran"');
        const markup = '<img src="x" onerror="document.body.dataset.handler = 1">';
        const answers = {
          evaluating: refused(() => new Function('return 1')()),
          script: refused(() => {
            const script = document.createElement('script');
            script.append(text);
            document.body.append(script);
          }),
          markup: refused(() => document.body.insertAdjacentHTML('beforeend', markup)),
        };
        await new Promise((resolve) => setTimeout(resolve, 0));
        const { inline = 'blocked', handler = 'blocked' } = document.body.dataset;
        return { ...answers, inline, handler };
      });
      expect(tried).toMatchObject({ evaluating: true, markup: true, inline: 'blocked', handler: 'blocked' });
    });

    it('breaks none of its own rules while it shows the first screen', async () => {
      const refused: string[] = [];
      page.on('console', (message) => {
        if (/Content Security Policy|Trusted/.test(message.text())) refused.push(message.text());
      });
      await page.reload();
      await page.locator('.frame').waitFor();
      await page.waitForLoadState('networkidle');
      expect(refused).toEqual([]);
      expect(await callFrom(page, 'host.about')).toMatchObject({ ok: true });
    });

    it('cannot send anything to the network', async () => {
      const sent = await page.evaluate(async () => {
        const asks = ['https://example.com/', 'http://127.0.0.1:9/'].map((url) => fetch(url, { mode: 'no-cors' }));
        return (await Promise.allSettled(asks)).map(({ status }) => status);
      });
      expect(sent).toEqual(['rejected', 'rejected']);
    });

    it('finds no file outside of the built renderer', async () => {
      const statuses = await page.evaluate(async () => {
        const paths = [
          '/../main/index.js',
          '/%2e%2e/main/index.js',
          '/..%2fmain/index.js',
          '/%5c..%5cmain',
          '/%00',
          '/%',
        ];
        return Promise.all(paths.map(async (path) => (await fetch(path)).status));
      });
      expect(new Set(statuses)).toEqual(new Set([404]));
    });
  });

  describe('what a page may not do', () => {
    it('stays where it is when a link leads to the web, and hands an https link to the system', async () => {
      const before = page.url();
      await page.evaluate(() => location.assign('https://example.com/statement'));
      await soon(opened).toContain('https://example.com/statement');
      expect(page.url()).toBe(before);
      expect(await page.evaluate(() => document.title)).toMatch(/Daybook$/);
    });

    it('opens no window, and lets only https links out', async () => {
      await page.evaluate(() => {
        for (const url of [
          'https://example.com/window',
          'http://example.com/plain',
          'https://user:secret@example.com/',
          'file:///etc/passwd',
          'smb://example.com/share',
          'ms-settings:privacy',
        ])
          window.open(url);
      });
      await soon(opened).toContain('https://example.com/window');
      await soon(windows).toBe(1);
      expect((await opened()).filter((url) => !/^https:\/\/example\.com\//.test(url))).toEqual([]);
    });

    it('gets no permission of the system', async () => {
      const answers = await page.evaluate(async () => {
        const states = ['geolocation', 'notifications', 'camera', 'microphone', 'midi'].map(async (name) => {
          const { state } = await navigator.permissions.query({ name: name as PermissionName });
          return state;
        });
        return [...(await Promise.all(states)), await Notification.requestPermission()];
      });
      expect(new Set(answers)).toEqual(new Set(['denied']));
    });
  });

  describe('calls', () => {
    it('are answered by the one API', async () => {
      expect(await callFrom(page, 'host.about')).toMatchObject({
        ok: true,
        value: { host: 'electron', locked: false, updates: { state: 'off' } },
      });
    });

    it('with arguments that the contract does not know are refused with the field that is wrong', async () => {
      expect(await callFrom(page, 'no.such.call')).toMatchObject({ ok: false, error: { code: 'usage' } });
      expect(await callFrom(page, 'host.setOpenAtLogin', { open: 'yes' })).toMatchObject({
        ok: false,
        error: { code: 'usage', path: 'open' },
      });
      expect(await callFrom(page, 'host.setOpenAtLogin', { open: true, and: 'more' })).toMatchObject({
        ok: false,
        error: { code: 'usage', path: 'and' },
      });
      const odd = await page.evaluate(() => {
        const { daybook } = window as unknown as { daybook: { call(odd: unknown): Promise<unknown> } };
        return Promise.all([undefined, 'text', { name: 'host.about' }, { name: 1, callId: 'x' }].map(daybook.call));
      });
      for (const answer of odd) expect(answer).toMatchObject({ ok: false, error: { code: 'usage' } });
    });

    it('that change something are told to the page as an event', async () => {
      const changed = await nextEvent(page, 'changed');
      await callFrom(page, 'host.setOpenAtLogin', { open: false });
      expect(await changed()).toEqual({ topics: ['settings'] });
    });
  });

  describe('the menu', () => {
    it('gives a command to the page', async () => {
      const command = await nextEvent(page, 'menu.command');
      await shell.evaluate(({ Menu }) => {
        Menu.getApplicationMenu()?.getMenuItemById('sync.run')?.click();
      });
      expect(await command()).toEqual({ command: 'sync.run' });
    });
  });

  describe('the window', () => {
    it('hides when it is closed, and the app goes on', async () => {
      const hidden = await shell.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        window?.close();
        return { left: BrowserWindow.getAllWindows().length, visible: window?.isVisible() };
      });
      expect(hidden).toEqual({ left: 1, visible: false });
      expect(await callFrom(page, 'host.about')).toMatchObject({ ok: true });
    });

    it('comes back when Daybook is started a second time, and the second start ends', async () => {
      const second = await start({ env: home.env }).catch(() => null);
      const visible = () => shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
      await soon(visible).toBe(true);
      await second?.kill();
      expect(await windows()).toBe(1);
    });
  });

  more(() => ({ shell, page, home }));

  // Last: it takes the window away from our page.
  describe('another page in our window', () => {
    it('is refused every call, although it has the bridge', async () => {
      await shell.evaluate(async ({ BrowserWindow }) => {
        await BrowserWindow.getAllWindows()[0]?.loadURL('data:text/html,<title>Foreign</title>');
      });
      await soon(() => page.title()).toBe('Foreign');
      const answer = await page.evaluate(async () => {
        const { daybook } = window as unknown as { daybook?: Bridge };
        return daybook ? daybook.call({ name: 'host.about', input: {}, callId: 'foreign' }) : 'no bridge';
      });
      expect(answer).toMatchObject({ ok: false, error: { code: 'not_permitted' } });
    });
  });
}
