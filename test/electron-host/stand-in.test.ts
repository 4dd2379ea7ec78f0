import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Built, build } from './build.ts';
import { type Shell, startStandIn } from './driver.ts';
import { callFrom, nextEvent, type Running, type StartShell, shellSpecs, soon, tempHome } from './shell-specs.ts';
import { CHROMIUM } from './stand-in/chromium.ts';
import type * as StandIn from './stand-in/electron.ts';

type Home = ReturnType<typeof tempHome>;

const value = (answer: unknown) => (answer as { value: Record<string, unknown> }).value;

const trayItems = (shell: Shell) =>
  shell.evaluate((electron) => {
    const { Tray } = electron as unknown as typeof StandIn;
    return Tray.made[0]?.menu?.items.map(({ id, label, enabled }) => ({ id, label, enabled })) ?? [];
  });

const chooseInTray = (shell: Shell, id: string) =>
  shell.evaluate((electron, chosen) => {
    const { Tray } = electron as unknown as typeof StandIn;
    Tray.made[0]?.menu?.getMenuItemById(chosen)?.click();
  }, id);

/** Chromium absent: said by the skipped name. */
const host = existsSync(CHROMIUM)
  ? 'the desktop shell: built bundles on Node, with a stand-in for Electron'
  : 'the desktop shell (did not run: Chromium is not installed)';

describe.skipIf(!existsSync(CHROMIUM))(host, () => {
  let built: Built;
  const start: StartShell = (options) => startStandIn({ dist: built.dist, ...options });

  beforeAll(() => {
    built = build();
  }, 120_000);
  afterAll(() => built?.remove());

  shellSpecs(start, recorded);

  /** What only the stand-in can tell, because Electron keeps no record of it. */
  function recorded(running: () => Running): void {
    it('declares its scheme and its sandbox before Electron is ready', async () => {
      const declared = await running().shell.evaluate((electron) => {
        const { app, protocol } = electron as unknown as typeof StandIn;
        return { sandboxed: app.sandboxed, schemes: protocol.declared };
      });
      const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
      expect(declared).toEqual({ sandboxed: true, schemes: [{ scheme: 'app', privileges }] });
    });

    it('has a tray with the state, the last sync, the next run, Sync now, Pause, Open and Quit', async () => {
      const labels = async () => (await trayItems(running().shell)).map(({ label }) => label);
      await expect
        .poll(labels)
        .toEqual([
          expect.stringMatching(/^(Up to date|Paused)$/),
          'Last sync: none',
          expect.stringMatching(/^Next run: /),
          '',
          'Sync Now',
          expect.stringMatching(/^(Pause|Resume)$/),
          '',
          'Open Daybook',
          'Quit',
        ]);
    });

    it('pauses the schedule from the tray, and says so', async () => {
      const { shell, page } = running();
      const enabled = async () => {
        const { schedule } = value(await callFrom(page, 'settings.get')) as { schedule: { enabled: boolean } };
        return schedule.enabled;
      };
      const pause = async () => (await trayItems(shell)).find(({ id }) => id === 'pause');
      await soon(async () => (await pause())?.enabled).toBe(true);
      const before = await enabled();
      await chooseInTray(shell, 'pause');
      await soon(enabled).toBe(!before);
      await soon(async () => (await pause())?.label).toBe(before ? 'Resume' : 'Pause');
    });

    it('tells by a notification that it goes on in the tray when the window is closed', async () => {
      const titles = await running().shell.evaluate((electron) => {
        const { BrowserWindow, Notification } = electron as unknown as typeof StandIn;
        BrowserWindow.getAllWindows()[0]?.close();
        return Notification.shown.map(({ options }) => options.title);
      });
      expect(titles).toContain('Daybook goes on in the tray');
      await chooseInTray(running().shell, 'open');
    });

    it('lets the screens read anew when the computer wakes up', async () => {
      const { shell, page } = running();
      const changed = await nextEvent(page, 'changed');
      await shell.evaluate(({ powerMonitor }) => {
        powerMonitor.emit('resume');
      });
      expect(await changed()).toMatchObject({ topics: expect.arrayContaining(['feeds', 'runs']) });
    });

    it('opens at login, in the tray, when asked, and no longer when not', async () => {
      const { page, home } = running();
      const file = join(home.env.XDG_CONFIG_HOME ?? '', 'autostart', 'daybook.desktop');
      await callFrom(page, 'host.setOpenAtLogin', { open: true });
      expect(readFileSync(file, 'utf8')).toMatch(/^Exec=".*" --hidden$/m);
      expect(value(await callFrom(page, 'host.about'))).toMatchObject({ openAtLogin: true });
      await callFrom(page, 'host.setOpenAtLogin', { open: false });
      expect(existsSync(file)).toBe(false);
    });
  }

  const cleanups: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  const newHome = (): Home => {
    const home = tempHome();
    cleanups.push(() => home.remove());
    return home;
  };
  const startAt = async (home: Home, env: Record<string, string> = {}, more: readonly string[] = []) => {
    const shell = await start({ env: { ...home.env, ...env }, arguments: more });
    cleanups.push(() => shell.kill());
    return shell;
  };

  describe('from one start to the next', () => {
    it('the keyring opens the vault without a question, and the window is where it stood', async () => {
      const home = newHome();
      const workspace = home.env.DAYBOOK_WORKSPACE ?? '';
      const first = await startAt(home);
      await first.page();
      await first.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.setBounds({ x: 140, y: 60, width: 1200, height: 800 });
      });
      expect(await first.quit()).toBe(0);
      const database = new Database(join(workspace, 'daybook.db'), { readonly: true });
      expect(database.prepare('SELECT closed_cleanly FROM workspace').pluck().get()).toBe(1);
      database.close();
      const kept = JSON.parse(readFileSync(join(workspace, 'protection.json'), 'utf8'));
      expect(Object.keys(kept)).toEqual(['kind', 'sealed']);

      const second = await startAt(home);
      expect(value(await callFrom(await second.page(), 'host.about'))).toMatchObject({
        locked: false,
        protection: 'keyring',
        sentence: null,
      });
      expect(await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toEqual(
        { x: 140, y: 60, width: 1200, height: 800 },
      );
    });

    it('what was sealed for another user of the computer is not opened; the app says so and asks', async () => {
      const home = newHome();
      const first = await startAt(home);
      await first.page();
      await first.quit();
      // Nor does a damaged record of the window's place stop the app.
      writeFileSync(join(home.env.DAYBOOK_WORKSPACE ?? '', 'desktop', 'window.json'), '{"x":');
      const shell = await startAt(home, { STAND_IN_USER: 'somebody else' });
      expect(value(await callFrom(await shell.page(), 'host.about'))).toMatchObject({
        locked: true,
        sentence: expect.stringContaining('keyring'),
      });
    });

    it('a passphrase is waited for: every other call is refused, and a wrong one changes nothing', async () => {
      const home = newHome();
      const none = { STAND_IN_KEYRING: 'none' };
      const first = await startAt(home, none);
      const page = await first.page();
      expect(value(await callFrom(page, 'host.about'))).toMatchObject({ locked: true, firstPassphrase: true });
      expect(await callFrom(page, 'host.unlock', { passphrase: 'the first one' })).toMatchObject({ ok: true });
      expect(await callFrom(page, 'workspace.about')).toMatchObject({ ok: true });
      await first.quit();

      const second = await startAt(home, none);
      const locked = await second.page();
      expect(value(await callFrom(locked, 'host.about'))).toMatchObject({ locked: true, firstPassphrase: false });
      expect(await callFrom(locked, 'queue.list')).toMatchObject({ ok: false, error: { code: 'vault_locked' } });
      const wrong = await callFrom(locked, 'host.unlock', { passphrase: 'another' });
      expect(wrong).toMatchObject({ ok: false, error: { code: 'vault_wrong_passphrase' } });
      expect(await callFrom(locked, 'host.unlock', { passphrase: 'the first one' })).toMatchObject({ ok: true });
      expect(value(await callFrom(locked, 'host.about'))).toMatchObject({ locked: false });
    });
  });

  describe('the morning run with the window closed', () => {
    /** Before, nobody else may look into the file: it is made, or brought up to date, alone. */
    const opened = (shell: Shell) =>
      soon(async () => (await trayItems(shell)).find(({ id }) => id === 'sync')?.enabled).toBe(true);
    /** A workspace whose schedule has had nothing run for longer than any weekend and holiday. */
    const overdue = async () => {
      const home = newHome();
      const first = await startAt(home, {}, ['--hidden']);
      await opened(first);
      expect(await first.quit()).toBe(0);
      const database = new Database(databaseOf(home));
      database.exec("REPLACE INTO schedule_state (id, covered_until) VALUES (1, '2026-01-05T00:00:00.000Z')");
      database.close();
      return home;
    };
    const databaseOf = (home: Home) => join(home.env.DAYBOOK_WORKSPACE ?? '', 'daybook.db');
    const scheduled = (home: Home, query: string) => {
      const database = new Database(databaseOf(home), { readonly: true });
      try {
        return database.prepare(query).pluck().get();
      } finally {
        database.close();
      }
    };
    const runs = (home: Home) =>
      scheduled(home, "SELECT count(*) FROM run WHERE begun_by = 'schedule' AND state = 'done'");
    const windows = (shell: Shell) => shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

    it('makes up once, from the tray alone, for what was missed while the computer was off; nobody is notified', async () => {
      const home = await overdue();
      const shell = await startAt(home, {}, ['--hidden']);
      await opened(shell);
      await soon(() => runs(home)).toBe(1);
      expect(await windows(shell)).toBe(0);
      expect(scheduled(home, "SELECT missed > 100 FROM run WHERE begun_by = 'schedule'")).toBe(1);
      const shown = await shell.evaluate((electron) => {
        const { Notification } = electron as unknown as typeof StandIn;
        return Notification.shown.length;
      });
      expect(shown).toBe(0);
      expect(await shell.quit()).toBe(0);
      // The next start finds nothing to make up for.
      const again = await startAt(home, {}, ['--hidden']);
      await opened(again);
      expect(runs(home)).toBe(1);
    });

    it('goes on after the window was closed, waits for mains power, and begins when the computer is plugged in', async () => {
      const home = await overdue();
      const shell = await startAt(home, { STAND_IN_BATTERY: 'yes' });
      await shell.page();
      await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      const labels = async () => (await trayItems(shell)).map(({ label }) => label);
      await soon(labels).toContain('It waits for mains power');
      expect(runs(home)).toBe(0);
      await shell.evaluate((electron) => {
        const { powerMonitor } = electron as unknown as typeof StandIn;
        powerMonitor.plugIn();
      });
      await soon(() => runs(home)).toBe(1);
      await soon(labels).not.toContain('It waits for mains power');
      const waited = JSON.parse(String(scheduled(home, 'SELECT waited_json FROM run')));
      expect(waited).toMatchObject([{ for: 'power' }]);
    });
  });

  it('opens the practice company beside the workspace, lets its banks’ page out, and finds the way back', async () => {
    const shell = await startAt(newHome());
    const page = await shell.page();
    const opened = () => shell.evaluate((electron) => (electron.shell as unknown as { opened: string[] }).opened ?? []);
    await shell.evaluate((electron) => {
      const urls: string[] = [];
      Object.assign(electron.shell, { opened: urls, openExternal: async (url: string) => void urls.push(url) });
    });
    const signIn = 'http://127.0.0.1:8460/practice/link/token';
    await page.evaluate((url) => window.open(url), signIn);
    expect(await opened()).toEqual([]);
    const own = value(await callFrom(page, 'workspace.about'));
    expect(own).toMatchObject({ practice: false });

    await page.getByRole('button', { name: 'Open the practice company' }).click();
    await page.locator('.strip strong', { hasText: 'PRACTICE COMPANY' }).waitFor({ timeout: 60_000 });
    expect(value(await callFrom(page, 'workspace.about'))).toMatchObject({ practice: true });
    expect(value(await callFrom(page, 'host.about'))).toMatchObject({ practice: 'open' });
    await page.evaluate((url) => window.open(url), signIn);
    await soon(opened).toEqual([signIn]);

    await page.getByRole('button', { name: 'Back to your own workspace' }).click();
    await page.getByRole('heading', { name: 'Nothing is connected yet' }).waitFor();
    expect(value(await callFrom(page, 'workspace.about'))).toMatchObject({ id: own.id, practice: false });
    await page.evaluate((url) => window.open(url), signIn);
    expect(await opened()).toEqual([signIn]);
    expect(await shell.quit()).toBe(0);
  }, 120_000);

  it('keeps no production secret without a keyring until a passphrase is set, and says so', async () => {
    const page = await (await startAt(newHome(), { STAND_IN_KEYRING: 'basic_text' })).page();
    expect(value(await callFrom(page, 'host.about'))).toMatchObject({
      locked: false,
      protection: 'weak',
      sentence: expect.stringContaining('no keyring'),
    });
    const save = (environment: string) =>
      callFrom(page, 'connections.save', {
        kind: 'plaid',
        name: `Banks ${environment}`,
        environment,
        settings: { clientId: 'client' },
        secrets: { secret: 'a-secret-of-the-provider' },
      });
    expect(await save('production')).toMatchObject({ ok: false, error: { code: 'vault_locked', repair: 'unlock' } });
    expect(await save('sandbox')).toMatchObject({ ok: true });
    expect(await callFrom(page, 'host.protect', { passphrase: 'nine long words' })).toMatchObject({ ok: true });
    expect(value(await callFrom(page, 'host.about'))).toMatchObject({ protection: 'passphrase', sentence: null });
    expect(await save('production')).toMatchObject({ ok: true });
  });

  it('appears in the tray alone when it opens at login, and Quit there ends it', async () => {
    const shell = await startAt(newHome(), {}, ['--hidden']);
    await soon(async () => (await trayItems(shell)).find(({ id }) => id === 'sync')?.enabled).toBe(true);
    expect(await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
    await chooseInTray(shell, 'quit');
    await soon(() => shell.evaluate(() => 'running').catch(() => 'ended')).toBe('ended');
  });
});
