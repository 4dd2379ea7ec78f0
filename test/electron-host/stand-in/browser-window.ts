import { app } from './app.ts';
import { browser, type Page } from './browser.ts';
import { type Session, session } from './session.ts';
import { Refusable, StrictEmitter } from './strict-emitter.ts';
import { WebContents, type WebPreferences } from './web-contents.ts';

type Rectangle = { x: number; y: number; width: number; height: number };
type Options = Partial<Rectangle> & {
  readonly title?: string;
  readonly show?: boolean;
  readonly webPreferences?: WebPreferences & { readonly session?: Session };
};

const open = new Set<BrowserWindow>();

/** A window with a real page. Where it stands on a screen is only remembered: the browser has no screen. */
export class BrowserWindow extends StrictEmitter {
  static getAllWindows(): BrowserWindow[] {
    return [...open];
  }

  readonly webContents: WebContents;
  readonly options: Options;
  #bounds: Rectangle;
  #visible: boolean;
  #maximized = false;
  #minimized = false;
  #destroyed = false;
  #page: Promise<void>;

  /** `adopted`: a page that another page has opened. */
  constructor(options: Options = {}, adopted?: Page) {
    super(['close', 'closed', 'show', 'hide', 'focus']);
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    const { x = 100, y = 100, width = 800, height = 600, show = true, webPreferences = {} } = options;
    this.options = options;
    this.#bounds = { x, y, width, height };
    this.#visible = show;
    const contents = new WebContents(webPreferences.session ?? session.defaultSession, webPreferences);
    this.webContents = contents;
    open.add(this);
    app.emit('web-contents-created', {}, contents);
    this.#page = (async () => contents.adopt(adopted ?? (await browser.newPage())))();
  }

  /** Not Electron's: when the page can be used. */
  get adopted(): Promise<void> {
    return this.#page;
  }

  async loadURL(url: string): Promise<void> {
    await this.#page;
    await this.webContents.loadURL(url);
  }

  show(): void {
    this.#visible = true;
    this.emit('show');
  }

  hide(): void {
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    this.emit('focus');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  minimize(): void {
    this.#minimized = true;
  }

  restore(): void {
    this.#minimized = false;
  }

  maximize(): void {
    this.#maximized = true;
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  getBounds(): Rectangle {
    return { ...this.#bounds };
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** As a person's click on the cross. */
  close(): void {
    const event = new Refusable();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    this.#destroyed = true;
    open.delete(this);
    void this.webContents.destroy();
    this.emit('closed');
    if (open.size === 0) app.emit('window-all-closed');
  }
}

browser.setAdopter(async (page, options, opener) => {
  const from = opener as WebContents;
  const { webPreferences, ...rest } = options as Options;
  const made = new BrowserWindow({ ...rest, webPreferences: { ...webPreferences, session: from.session } }, page);
  await made.adopted;
  from.emit('did-create-window', made, {});
});
