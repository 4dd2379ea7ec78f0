/** The one Chromium of the process, and its pages. Starts with the app and ends with it. */
import { type CdpEvent, type Chromium, type Params, startChromium } from './chromium.ts';

export type OpenAnswer = { readonly action: 'allow' | 'deny'; readonly overrideBrowserWindowOptions?: object };

export type Page = {
  readonly targetId: string;
  send(method: string, params?: Params): Promise<Params>;
  onEvent(listener: (event: CdpEvent) => void): void;
  /** The page wants a window of its own. */
  onWindowOpen(answer: (url: string) => OpenAnswer, opener: unknown): void;
  close(): Promise<void>;
};

/** Makes the window of a page that a page has opened; set by browser-window.ts. */
type Adopter = (page: Page, options: object, opener: unknown) => Promise<void>;

let chromium: Chromium | undefined;
let adopter: Adopter | undefined;
const listeners = new Map<string, ((event: CdpEvent) => void)[]>();
const attached = new Map<string, string>();
const openers = new Map<string, { answer: (url: string) => OpenAnswer; opener: unknown }>();
type Ask = { readonly url: string; readonly sessionId: string };
/**
 * A window that a page opens is told twice, by the page that asked and by the browser that has it, in either order.
 * Both come in the order of asking, so the first of one side belongs to the first of the other.
 */
const asked: Ask[] = [];
const unasked: ((ask: Ask) => void)[] = [];
const awaited = new Map<string, (sessionId: string) => void>();
let creating = 0;

export const browser = {
  get endpoint(): string {
    return running().endpoint;
  },

  send: (method: string, params: Params = {}) => running().send(method, params),

  setAdopter: (made: Adopter) => {
    adopter = made;
  },

  start: async () => {
    chromium = await startChromium();
    chromium.onEvent(heard);
    const page = { type: 'page', exclude: false };
    await chromium.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [page],
    });
  },

  stop: async () => {
    await chromium?.stop();
    chromium = undefined;
  },

  /** A new page, without a script or an address yet. */
  newPage: async (): Promise<Page> => {
    creating += 1;
    const { targetId } = await running().send('Target.createTarget', { url: 'about:blank', newWindow: true });
    const id = String(targetId);
    const sessionId = attached.get(id) ?? (await new Promise<string>((resolve) => awaited.set(id, resolve)));
    creating -= 1;
    const page = pageOf(id, sessionId);
    await page.send('Runtime.runIfWaitingForDebugger');
    return page;
  },
};

function running(): Chromium {
  if (!chromium) throw new Error('the app is not ready yet: Electron would refuse this as well');
  return chromium;
}

function heard(event: CdpEvent): void {
  if (event.method === 'Target.attachedToTarget') void attachedTo(event.params);
  const { sessionId } = event;
  if (sessionId === undefined) return;
  if (event.method === 'Page.windowOpen') {
    const ask = { url: String(event.params.url), sessionId };
    const waiting = unasked.shift();
    if (waiting) waiting(ask);
    else asked.push(ask);
  }
  for (const listener of listeners.get(sessionId) ?? []) listener(event);
}

async function attachedTo(params: Params): Promise<void> {
  const { targetId, openerId } = params.targetInfo as { targetId: string; openerId?: string };
  const sessionId = String(params.sessionId);
  attached.set(targetId, sessionId);
  awaited.get(targetId)?.(sessionId);
  if (creating > 0 && openerId === undefined) return;
  const page = pageOf(targetId, sessionId);
  const ask = asked.shift() ?? (await new Promise<Ask>((resolve) => unasked.push(resolve)));
  const opener = openers.get(ask.sessionId);
  if (!opener) throw new Error('a page that is none of the app’s windows has opened a window');
  const answer = opener.answer(ask.url);
  if (answer.action === 'deny') {
    // A page that waits for its debugger holds up the page that opened it, also while it is being closed.
    const resumed = page.send('Runtime.runIfWaitingForDebugger').catch(() => {});
    await page.close();
    await resumed;
    return;
  }
  await adopter?.(page, answer.overrideBrowserWindowOptions ?? {}, opener.opener);
  await page.send('Runtime.runIfWaitingForDebugger');
}

function pageOf(targetId: string, sessionId: string): Page {
  return {
    targetId,
    send: (method, params = {}) => running().send(method, params, sessionId),
    onEvent: (listener) => void listeners.set(sessionId, [...(listeners.get(sessionId) ?? []), listener]),
    onWindowOpen: (answer, opener) => void openers.set(sessionId, { answer, opener }),
    close: async () => {
      if (chromium) await running().send('Target.closeTarget', { targetId });
    },
  };
}
