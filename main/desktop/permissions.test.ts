import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../core/ports.ts';
import { guardContents, guardSession } from './permissions.ts';

/** A page at an address, with the handlers that the app set on it. */
class FakeContents extends EventEmitter {
  openHandler: (details: { url: string }) => { action: string; overrideBrowserWindowOptions?: object } = () => ({
    action: 'unset',
  });
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
  }

  getURL() {
    return this.url;
  }

  setWindowOpenHandler(handler: FakeContents['openHandler']) {
    this.openHandler = handler;
  }
}

const refusable = (url: string, isMainFrame = true) => {
  const event = { url, isMainFrame, prevented: false, preventDefault: () => {} };
  event.preventDefault = () => {
    event.prevented = true;
  };
  return event;
};

describe('a page of the app', () => {
  let opened: string[];
  let app: EventEmitter;
  let practice: boolean;
  const pageAt = (url: string) => {
    const contents = new FakeContents(url);
    app.emit('web-contents-created', {}, contents);
    return contents;
  };

  beforeEach(() => {
    opened = [];
    app = new EventEmitter();
    practice = false;
    guardContents(app as unknown as App, {
      openExternal: async (url) => void opened.push(url),
      log: silentLog,
      isPractice: () => practice,
    });
  });

  it('may move within its own origin and nowhere else', () => {
    const page = pageAt('app://daybook/');
    for (const [url, prevented] of [
      ['app://daybook/review', false],
      ['app://link/', true],
      ['https://example.com/', true],
      ['file:///etc/passwd', true],
      ['data:text/html,x', true],
      ['javascript:alert(1)', true],
    ] as const) {
      const event = refusable(url);
      page.emit('will-navigate', event);
      expect(event.prevented, url).toBe(prevented);
    }
    expect(opened).toEqual(['https://example.com/']);
  });

  it('follows no redirect away, but lets the frame of Plaid follow its own', () => {
    const page = pageAt('app://link/');
    const away = refusable('https://example.com/');
    page.emit('will-redirect', away);
    const inside = refusable('https://cdn.plaid.com/step', false);
    page.emit('will-redirect', inside);
    expect([away.prevented, inside.prevented]).toEqual([true, false]);
  });

  it('attaches no webview', () => {
    const event = refusable('app://daybook/');
    pageAt('app://daybook/').emit('will-attach-webview', event);
    expect(event.prevented).toBe(true);
  });

  it('opens the link page in a hardened window without a preload, from the screens alone', () => {
    const answer = pageAt('app://daybook/').openHandler({ url: 'app://link/#token' });
    expect(answer.action).toBe('allow');
    const { webPreferences } = answer.overrideBrowserWindowOptions as { webPreferences: object };
    expect(webPreferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
    expect(pageAt('https://example.com/').openHandler({ url: 'app://link/' }).action).toBe('deny');
    expect(pageAt('app://link/').openHandler({ url: 'app://daybook/' }).action).toBe('deny');
    expect(opened).toEqual([]);
  });

  it('opens no other window; a bank’s own page goes to the system’s browser', () => {
    expect(pageAt('app://link/').openHandler({ url: 'https://bank.example/sign-in' }).action).toBe('deny');
    expect(pageAt('app://daybook/').openHandler({ url: 'http://bank.example/' }).action).toBe('deny');
    expect(opened).toEqual(['https://bank.example/sign-in']);
  });

  it('lets a page of this computer out only while the practice company is shown: its banks’ sign-in', () => {
    const signIn = 'http://127.0.0.1:8460/practice/link/token';
    pageAt('app://daybook/').openHandler({ url: signIn });
    expect(opened).toEqual([]);
    practice = true;
    for (const url of [
      signIn,
      'http://127.0.0.1/',
      'http://localhost:8460/',
      'http://127.0.0.1.evil.example:80/',
      'http://user@127.0.0.1:8460/',
    ])
      expect(pageAt('app://daybook/').openHandler({ url }).action).toBe('deny');
    expect(opened).toEqual([signIn]);
  });
});

describe('the session of our windows', () => {
  const set: Record<string, (...args: never[]) => unknown> = {};
  const session = {
    setPermissionRequestHandler: (handler: never) => Object.assign(set, { request: handler }),
    setPermissionCheckHandler: (handler: never) => Object.assign(set, { check: handler }),
    setDevicePermissionHandler: (handler: never) => Object.assign(set, { device: handler }),
    webRequest: { onBeforeRequest: (handler: never) => Object.assign(set, { before: handler }) },
  };
  guardSession(session as unknown as Session);
  const at = (url: string) => ({ getURL: () => url }) as WebContents;

  it('grants copying to the screens and nothing else to anybody', () => {
    const asked = (permission: string, url: string) => {
      let granted: boolean | undefined;
      const answered = (answer: boolean) => {
        granted = answer;
      };
      set.request?.(...([at(url), permission, answered, {}] as never[]));
      return [granted, set.check?.(...([null, permission, url, {}] as never[]))];
    };
    expect(asked('clipboard-sanitized-write', 'app://daybook/')).toEqual([true, true]);
    expect(asked('clipboard-sanitized-write', 'app://link/')).toEqual([false, false]);
    for (const permission of ['geolocation', 'notifications', 'media', 'clipboard-read', 'fileSystem', 'openExternal'])
      expect(asked(permission, 'app://daybook/'), permission).toEqual([false, false]);
    expect(set.device?.()).toBe(false);
  });

  it('cancels every request to the network, but Plaid’s from the link page', () => {
    const cancelled = (url: string, page: string) => {
      let cancel: boolean | undefined;
      const answer = (answer: { cancel: boolean }) => {
        cancel = answer.cancel;
      };
      set.before?.(...([{ url, webContents: at(page) }, answer] as never[]));
      return cancel;
    };
    expect(cancelled('app://daybook/', 'app://daybook/')).toBe(false);
    expect(cancelled('https://example.com/', 'app://daybook/')).toBe(true);
    expect(cancelled('https://cdn.plaid.com/link/v2/stable/link-initialize.js', 'app://daybook/')).toBe(true);
    expect(cancelled('https://cdn.plaid.com/link/v2/stable/link-initialize.js', 'app://link/')).toBe(false);
    expect(cancelled('https://evilplaid.com/', 'app://link/')).toBe(true);
    expect(cancelled('http://cdn.plaid.com/', 'app://link/')).toBe(true);
    expect(cancelled('file:///etc/passwd', 'app://daybook/')).toBe(true);
  });
});
