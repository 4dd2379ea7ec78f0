import type { LinkOrder } from '../../link/opener.ts';

export type LinkWindow = {
  readonly give: (linkToken: string) => void;
  /** Calls back when Plaid says that the person is through, or the window was closed. @returns stop listening */
  readonly onEnded: (listener: () => void) => () => void;
  readonly close: () => void;
};

/**
 * Opens the one page that holds Plaid's script: another origin, where it can reach neither the screens nor the API. It is
 * given the link token and nothing else; what was linked is asked for by the main process, as with the system browser.
 */
export function openLinkWindow(linkOrigin: string, stop: AbortSignal): LinkWindow {
  const opened = window.open(`${linkOrigin}/`, 'daybook-link', 'popup,width=480,height=720');
  const listeners = new Set<() => void>();
  let token: string | null = null;
  let ready = false;
  const send = () => {
    if (!ready || token === null) return;
    const order: LinkOrder = { linkToken: token };
    opened?.postMessage(order, linkOrigin);
  };
  const onMessage = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin !== linkOrigin || source !== opened) return;
    const said = typeof data === 'object' && data !== null && 'daybook' in data ? data.daybook : undefined;
    if (said === 'ready') {
      ready = true;
      send();
    }
    if (said === 'ended') for (const tell of [...listeners]) tell();
  };
  window.addEventListener('message', onMessage);
  stop.addEventListener('abort', () => {
    window.removeEventListener('message', onMessage);
    opened?.close();
  });
  return {
    give: (linkToken) => {
      token = linkToken;
      send();
    },
    onEnded: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => opened?.close(),
  };
}
