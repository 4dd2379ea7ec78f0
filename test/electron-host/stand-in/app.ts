import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser } from './browser.ts';
import { BrowserWindow } from './browser-window.ts';
import { Refusable, StrictEmitter } from './strict-emitter.ts';

const EVENTS = [
  'ready',
  'web-contents-created',
  'second-instance',
  'activate',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
];

/** The application: life cycle, one instance for a profile folder, login item. */
class App extends StrictEmitter {
  readonly isPackaged = false;
  #name = 'Electron';
  #ready = false;
  #sandboxed = false;
  #lock: string | undefined;
  #loginItem: { openAtLogin: boolean; args?: readonly string[] } = { openAtLogin: false };
  readonly #paths = new Map([['userData', join(tmpdir(), 'electron-stand-in')]]);
  readonly #whenReady = Promise.withResolvers<void>();

  constructor() {
    super(EVENTS);
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    return '0.1.0';
  }

  setAppUserModelId(_id: string): void {}

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    const path = name === 'exe' ? process.execPath : this.#paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  isReady(): boolean {
    return this.#ready;
  }

  whenReady(): Promise<void> {
    return this.#whenReady.promise;
  }

  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.#sandboxed = true;
  }

  get sandboxed(): boolean {
    return this.#sandboxed;
  }

  /** A file that names the process; another process writes a line beside it to be heard. */
  requestSingleInstanceLock(): boolean {
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'stand-in.lock');
    const bell = join(folder, 'stand-in.bell');
    try {
      const file = openSync(path, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
    } catch {
      if (isAlive(Number(readFileSync(path, 'utf8')))) {
        appendFileSync(bell, `${process.pid}\n`);
        return false;
      }
      writeFileSync(path, String(process.pid));
    }
    this.#lock = path;
    writeFileSync(bell, '');
    watch(bell, () => this.emit('second-instance', {}, [], folder, null)).unref();
    return true;
  }

  hasSingleInstanceLock(): boolean {
    return this.#lock !== undefined;
  }

  setLoginItemSettings(settings: { openAtLogin: boolean; args?: readonly string[] }): void {
    this.#loginItem = settings;
  }

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: this.#loginItem.openAtLogin };
  }

  quit(): void {
    // Before it is ready the real one ends as well.
    if (!this.#ready) {
      this.exit(0);
      return;
    }
    this.emit('before-quit', new Refusable());
    for (const window of BrowserWindow.getAllWindows()) {
      window.close();
      if (!window.isDestroyed()) return;
    }
    const event = new Refusable();
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code = 0): void {
    this.emit('quit', {}, code);
    if (this.#lock !== undefined) rmSync(this.#lock, { force: true });
    void browser.stop().finally(() => process.exit(code));
  }

  /** Not Electron's: the moment at which Electron itself has started. */
  async becomeReady(): Promise<void> {
    await browser.start();
    this.#ready = true;
    this.emit('ready', {}, {});
    this.#whenReady.resolve();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();
