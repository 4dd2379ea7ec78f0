import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { _electron, chromium, type Page } from 'playwright-core';
import type * as StandIn from './stand-in/electron.ts';

/** A running desktop app, in the stand-in or in a real Electron; the specs see no difference. */
export type Shell = {
  readonly kind: 'stand-in' | 'electron';
  /** Runs a function in main. It must stand alone: nothing of the spec's file reaches it but its argument. */
  evaluate<T, A = undefined>(
    work: (electron: typeof Electron, argument: A) => T | Promise<T>,
    argument?: A,
  ): Promise<T>;
  /** The page of the window with the screens. */
  page(): Promise<Page>;
  /** Origin of the screens as the page sees it (the stand-in's Chromium knows no `app:` scheme). */
  readonly origin: string;
  /** Quits as a person does and waits for the end. @returns the exit code */
  quit(): Promise<number | null>;
  /** Ends it at once. */
  kill(): Promise<void>;
};

export type ShellOptions = {
  /** The built bundles: `main/index.js`, `preload/index.cjs`, `renderer/`. */
  readonly dist: string;
  readonly env: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
};

const root = join(import.meta.dirname, '..', '..');

/** Starts main in the stand-in: Node 24, Debian's Chromium. */
export async function startStandIn({ dist, env, arguments: extra = [] }: ShellOptions): Promise<Shell> {
  const run = join(import.meta.dirname, 'stand-in', 'run.ts');
  const child = spawn(process.execPath, [run, join(dist, 'main', 'index.js'), ...extra], {
    cwd: root,
    env: { ...cleanEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  child.stdout?.on('data', (text) => {
    said += text;
  });
  child.stderr?.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const evaluate = evaluator(child, ended, () => said);
  let connected: Awaited<ReturnType<typeof chromium.connectOverCDP>> | undefined;
  return {
    kind: 'stand-in',
    origin: 'https://daybook.app-scheme.test',
    evaluate: evaluate as Shell['evaluate'],
    page: async () => {
      const endpoint = await evaluate(async (electron) => {
        const { app, BrowserWindow, standIn } = electron as unknown as typeof StandIn;
        await app.whenReady();
        for (let tries = 0; tries < 400; tries++) {
          if (BrowserWindow.getAllWindows()[0]?.webContents.getURL().startsWith('app://daybook')) break;
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
        return standIn.endpoint();
      });
      connected ??= await chromium.connectOverCDP(endpoint);
      const pages = () => connected?.contexts().flatMap((context) => context.pages()) ?? [];
      const isOurs = (page: Page) => page.url().startsWith('https://daybook.app-scheme.test');
      const page = pages().find(isOurs) ?? (await connected.contexts()[0]?.waitForEvent('page', isOurs));
      if (!page) throw new Error(`the app opened no window; it said: ${said}`);
      await page.waitForLoadState();
      return page;
    },
    quit: async () => {
      await evaluate((electron) => {
        setImmediate(() => electron.app.quit());
      });
      return ended;
    },
    kill: async () => {
      await connected?.close().catch(() => {});
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Its Chromium ends with it.
      await evaluate((electron) => {
        setImmediate(() => electron.app.exit(0));
      }).catch(() => child.kill('SIGKILL'));
      await ended;
    },
  };
}

/** Starts main in a real Electron through Playwright. */
export async function startElectron(options: ShellOptions, executablePath: string): Promise<Shell> {
  const running = await _electron.launch({
    executablePath,
    args: [join(options.dist, 'main', 'index.js'), ...(options.arguments ?? [])],
    env: { ...cleanEnv(), ...options.env },
    cwd: root,
  });
  const process = running.process();
  const ended = new Promise<number | null>((resolve) => process.once('exit', (code) => resolve(code)));
  return {
    kind: 'electron',
    origin: 'app://daybook',
    evaluate: (work, argument) => running.evaluate(work as never, argument) as never,
    page: async () => {
      const page = await running.firstWindow();
      await page.waitForLoadState();
      return page;
    },
    quit: async () => {
      await running.evaluate(({ app }) => {
        setImmediate(() => app.quit());
      });
      return ended;
    },
    kill: async () => {
      if (process.exitCode === null) await running.close();
    },
  };
}

type Answer = { readonly id: number; readonly value?: unknown; readonly error?: string };

function evaluator(child: ChildProcess, ended: Promise<number | null>, said: () => string) {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (reason: Error) => void }>();
  let lastId = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(value as never);
    else caller?.reject(new Error(`in main: ${error}`));
  });
  void ended.then((code) => {
    for (const { reject } of waiting.values()) reject(new Error(`main ended with ${code}; it said: ${said()}`));
  });
  return <T, A>(work: (electron: typeof Electron, argument: A) => T | Promise<T>, argument?: A): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!child.connected) return reject(new Error(`main has ended; it said: ${said()}`));
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      child.send({ id: lastId, code: work.toString(), argument });
    });
}

/** Vitest's own variables would change what main does. */
function cleanEnv(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_|TEST$)/.test(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
