import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toChromium, toElectron } from './address.ts';
import { browser, type Page } from './browser.ts';
import type { CdpEvent, Params } from './chromium.ts';
import { ipcMain } from './ipc-main.ts';
import type { Session } from './session.ts';
import { Refusable, StrictEmitter } from './strict-emitter.ts';
import { BINDING, pageScript, preloadScript, WORLD } from './worlds.ts';

export type WebPreferences = Readonly<Record<string, unknown>> & { readonly preload?: string };
type WindowOpenHandler = (details: { readonly url: string }) => {
  readonly action: 'allow' | 'deny';
  readonly overrideBrowserWindowOptions?: object;
};

/** Electron's names of what a page can ask for, and Chromium's. */
const PERMISSIONS: readonly (readonly [string, readonly string[]])[] = [
  ['geolocation', ['geolocation']],
  ['notifications', ['notifications']],
  ['media', ['camera', 'microphone']],
  ['midi', ['midi']],
  ['clipboard-read', ['clipboard-read']],
  ['clipboard-sanitized-write', ['clipboard-write']],
  ['idle-detection', ['idle-detection']],
  ['window-management', ['window-management']],
];

let lastId = 0;

export class WebFrame {
  readonly id: string;
  readonly parent: WebFrame | null;
  url = '';

  constructor(id: string, parent: WebFrame | null) {
    this.id = id;
    this.parent = parent;
  }
}

export class WebContents extends StrictEmitter {
  readonly id = ++lastId;
  readonly session: Session;
  readonly #preferences: WebPreferences;
  readonly #secret = randomBytes(16).toString('hex');
  readonly #frames = new Map<string, WebFrame>();
  /** Frames of running script contexts, by Chromium's number; `isolated`: the preload's of the main frame. */
  readonly #contexts = new Map<number, string>();
  #isolated: number | undefined;
  #page: Page | undefined;
  #destroyed = false;
  #openHandler: WindowOpenHandler | undefined;
  /** Address that main itself is loading: it asks nobody. */
  #loading: string | undefined;
  #loaded: (() => void) | undefined;

  constructor(session: Session, preferences: WebPreferences) {
    super([
      'will-navigate',
      'will-redirect',
      'will-attach-webview',
      'did-finish-load',
      'did-create-window',
      'destroyed',
    ]);
    this.session = session;
    this.#preferences = preferences;
  }

  get mainFrame(): WebFrame | undefined {
    return this.#page && this.#frames.get(this.#page.targetId);
  }

  getURL(): string {
    return this.mainFrame?.url ?? '';
  }

  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  send(channel: string, ...args: unknown[]): void {
    void this.#inPreload(`__standIn.receive(${JSON.stringify(channel)}, ${JSON.stringify(structuredClone(args))})`);
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const { result } = await this.#send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    });
    return (result as { value?: unknown }).value;
  }

  /** Takes over a page of Chromium, before any script of it has run. */
  async adopt(page: Page): Promise<void> {
    this.#page = page;
    this.#frames.set(page.targetId, new WebFrame(page.targetId, null));
    page.onEvent((event) => this.#heard(event));
    page.onWindowOpen((url) => this.#openHandler?.({ url: toElectron(url) }) ?? { action: 'allow' }, this);
    await this.#send('Page.enable');
    await this.#send('Runtime.enable');
    await this.#send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    const { preload } = this.#preferences;
    if (preload === undefined) return;
    const source = readFileSync(preload, 'utf8');
    await this.#send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript(this.#secret) });
    await this.#send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadScript(this.#secret, source),
      worldName: WORLD,
    });
  }

  async loadURL(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    this.#loading = url;
    const { errorText } = await this.#send('Page.navigate', { url: toChromium(url) });
    if (typeof errorText === 'string') throw new Error(`${errorText} (-3) loading '${url}'`);
    await loaded;
  }

  async destroy(): Promise<void> {
    this.#destroyed = true;
    this.emit('destroyed');
    await this.#page?.close();
  }

  #send(method: string, params: Params = {}): Promise<Params> {
    if (!this.#page) throw new Error('the page is not open yet');
    return this.#page.send(method, params);
  }

  async #inPreload(expression: string): Promise<void> {
    if (this.#isolated === undefined || this.#destroyed) return;
    // A page that is just being replaced has lost its context; Electron drops such a message as well.
    await this.#send('Runtime.evaluate', { expression, contextId: this.#isolated }).catch(() => {});
  }

  #heard({ method, params }: CdpEvent): void {
    if (method === 'Fetch.requestPaused') void this.#paused(params);
    else if (method === 'Page.frameAttached') this.#frame(String(params.frameId), String(params.parentFrameId));
    else if (method === 'Page.frameDetached') this.#frames.delete(String(params.frameId));
    else if (method === 'Page.frameNavigated') this.#navigated(params.frame as Params);
    else if (method === 'Page.navigatedWithinDocument')
      this.#frame(String(params.frameId)).url = toElectron(String(params.url));
    else if (method === 'Runtime.executionContextCreated') this.#contextCreated(params.context as Params);
    else if (method === 'Runtime.executionContextsCleared') this.#contexts.clear();
    else if (method === 'Runtime.bindingCalled') void this.#called(params);
    else if (method === 'Page.loadEventFired') {
      this.#loaded?.();
      this.emit('did-finish-load');
    }
  }

  #frame(id: string, parentId?: string): WebFrame {
    const known = this.#frames.get(id);
    if (known) return known;
    const made = new WebFrame(id, parentId === undefined ? null : this.#frame(parentId));
    this.#frames.set(id, made);
    return made;
  }

  #navigated(frame: Params): void {
    const parent = typeof frame.parentId === 'string' ? frame.parentId : undefined;
    this.#frame(String(frame.id), parent).url = toElectron(`${frame.url}${frame.urlFragment ?? ''}`);
  }

  #contextCreated(context: Params): void {
    const { frameId } = context.auxData as { frameId: string };
    this.#contexts.set(Number(context.id), frameId);
    if (context.name === WORLD && frameId === this.#page?.targetId) this.#isolated = Number(context.id);
  }

  /** `ipcRenderer.invoke` of a preload, with the frame that really sent it. */
  async #called(params: Params): Promise<void> {
    if (params.name !== BINDING) return;
    const { id, channel, args } = JSON.parse(String(params.payload));
    const frameId = this.#contexts.get(Number(params.executionContextId));
    const senderFrame = frameId === undefined ? null : (this.#frames.get(frameId) ?? null);
    const event = Object.assign(new Refusable(), { type: 'frame', sender: this, senderFrame });
    let settled: string;
    try {
      const value = structuredClone(await ipcMain.invoked(channel, event, args));
      settled = `null, ${JSON.stringify(value) ?? 'undefined'}`;
    } catch (thrown) {
      settled = JSON.stringify(`Error invoking remote method '${channel}': ${thrown}`);
    }
    await this.#inPreload(`__standIn.settle(${id}, ${settled})`);
  }

  /** Every request of the page, before it leaves: navigation handlers, the session's handlers, our own scheme. */
  async #paused(params: Params): Promise<void> {
    const { requestId } = params;
    const request = params.request as { url: string; method: string; headers: Record<string, string> };
    const url = toElectron(request.url);
    const fail = (errorReason: string) => this.#send('Fetch.failRequest', { requestId, errorReason });
    try {
      const isPage = params.resourceType === 'Document' && params.frameId === this.#page?.targetId;
      if (isPage && this.#refuses(url, params.redirectedRequestId !== undefined)) return void (await fail('Aborted'));
      const resourceType = isPage ? 'mainFrame' : String(params.resourceType);
      const details = { url, method: request.method, resourceType, webContents: this };
      if (await this.session.cancels(details)) return void (await fail('BlockedByClient'));
      const handler = this.session.handlers.get(new URL(url).protocol.slice(0, -1));
      if (url === request.url) return void (await this.#send('Fetch.continueRequest', { requestId }));
      if (!handler) return void (await fail('NameNotResolved'));
      if (isPage) await this.#applyPermissions(new URL(request.url).origin);
      const { method, headers } = request;
      const response = await handler(new Request(url, { method, headers }));
      await this.#send('Fetch.fulfillRequest', {
        requestId,
        responseCode: response.status,
        responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
        body: Buffer.from(await response.arrayBuffer()).toString('base64'),
      });
    } catch (thrown) {
      // The page was closed or replaced while its request waited.
      if (!this.#destroyed && !/Invalid InterceptionId|Session with given id not found/.test(String(thrown)))
        throw thrown;
    }
  }

  /** Asks the app about a navigation that the page began. */
  #refuses(url: string, redirected: boolean): boolean {
    if (this.#loading === url && !redirected) {
      this.#loading = undefined;
      return false;
    }
    const event = Object.assign(new Refusable(), { url, isMainFrame: true, isSameDocument: false });
    this.emit(redirected ? 'will-redirect' : 'will-navigate', event, url);
    return event.defaultPrevented;
  }

  /** Chromium asks nobody over the protocol, so the app's answers are set before the page of an origin begins. */
  async #applyPermissions(origin: string): Promise<void> {
    for (const [name, chromiumNames] of PERMISSIONS) {
      const granted = await this.session.grants(this, name, toElectron(origin).replace(/\/$/, ''));
      for (const chromiumName of chromiumNames)
        await browser.send('Browser.setPermission', {
          permission: { name: chromiumName },
          setting: granted ? 'granted' : 'denied',
          origin,
        });
    }
  }
}
