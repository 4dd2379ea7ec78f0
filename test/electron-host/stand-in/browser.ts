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
/** Windows that pages have asked for and that are about to attach. */
const asked: { readonly url: string; readonly sessionId: string }[] = [];
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
  if (event.method === 'Page.windowOpen') asked.push({ url: String(event.params.url), sessionId });
  for (const listener of listeners.get(sessionId) ?? []) listener(event);
}

async function attachedTo(params: Params): Promise<void> {
  const { targetId, openerId } = params.targetInfo as { targetId: string; openerId?: string };
  const sessionId = String(params.sessionId);
  attached.set(targetId, sessionId);
  awaited.get(targetId)?.(sessionId);
  if (creating > 0 && openerId === undefined) return;
  const page = pageOf(targetId, sessionId);
  const ask = asked.shift();
  const opener = ask && openers.get(ask.sessionId);
  if (!ask || !opener) return void (await page.send('Runtime.runIfWaitingForDebugger'));
  const answer = opener.answer(ask.url);
  if (answer.action === 'deny') return page.close();
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
