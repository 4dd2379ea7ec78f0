import type { App, Session, WebContents } from 'electron';
import type { Log } from '../core/ports.ts';
import { APP_ORIGIN, isLoopbackLink, isMailDraft, isWebLink, LINK_ORIGIN, ownOrigin } from './origin.ts';

/** Copying an account number or a reference needs it; nothing else that a page may ask for is needed. */
const ALLOWED = 'clipboard-sanitized-write';

/** Denies what a page may ask of the system, and every request that would leave our own pages. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((webContents, permission, callback) =>
    callback(permission === ALLOWED && ownOrigin(webContents.getURL()) === APP_ORIGIN),
  );
  session.setPermissionCheckHandler(
    (_webContents, permission, requestingOrigin) =>
      permission === ALLOWED && ownOrigin(requestingOrigin) === APP_ORIGIN,
  );
  session.setDevicePermissionHandler(() => false);
  // The second wall behind the content security policy. The engine's own requests go through another session.
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !isOwnRequest(details) }));
}

function isOwnRequest({ url, webContents }: { readonly url: string; readonly webContents?: WebContents }): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'app:' || protocol === 'devtools:' || protocol === 'data:' || protocol === 'blob:') return true;
  const page = webContents ? ownOrigin(webContents.getURL()) : null;
  return page === LINK_ORIGIN && protocol === 'https:' && (hostname === 'plaid.com' || hostname.endsWith('.plaid.com'));
}

export type Outward = {
  /** Opens a checked link in the system's browser. */
  readonly openExternal: (url: string) => Promise<void>;
  /** The screens show the practice company, whose banks' sign-in page is served on this computer. */
  readonly isPractice: () => boolean;
  readonly log: Log;
};

/** Keeps every page where it is: no navigation, no window, no webview. A web link goes to the system's browser. */
export function guardContents(app: App, { openExternal, log, isPractice }: Outward): void {
  const openOutside = (url: string) => {
    if (!isWebLink(url) && !isMailDraft(url) && !(isPractice() && isLoopbackLink(url)))
      return log.warn({ url }, 'a link that is not https was not opened');
    openExternal(url).catch((thrown: unknown) => log.warn({ err: thrown }, 'the system could not open a link'));
  };
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { readonly url: string; preventDefault(): void }) => {
      if (ownOrigin(event.url) !== null && ownOrigin(event.url) === ownOrigin(contents.getURL())) return;
      event.preventDefault();
      openOutside(event.url);
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', (event) => {
      if (event.isMainFrame) stay(event);
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (ownOrigin(url) === LINK_ORIGIN && ownOrigin(contents.getURL()) === APP_ORIGIN) return LINK_WINDOW;
      if (ownOrigin(url) === null) openOutside(url);
      return { action: 'deny' };
    });
  });
}

/** Plaid's page: hardened as the screens are, and without a preload, so that no way leads from it to the API. */
const LINK_WINDOW = {
  action: 'allow',
  overrideBrowserWindowOptions: {
    width: 480,
    height: 720,
    autoHideMenuBar: true,
    title: 'Daybook',
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  },
} as const;
