import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Where in the app: `#/review/posted?line=12` is path ['review', 'posted'] and query line=12. */
export type Route = { readonly path: readonly string[]; readonly query: URLSearchParams };

type Guard = { readonly hash: string; readonly ask: () => Promise<boolean> };
let guard: Guard | null = null;

// Before every other listener, so that a screen that is kept sees no other address.
window.addEventListener('hashchange', () => {
  const { hash } = window.location;
  if (guard === null || hash === guard.hash) return;
  const { ask } = guard;
  window.history.replaceState(null, '', guard.hash);
  void ask().then((fine) => {
    if (!fine) return;
    guard = null;
    window.location.hash = hash;
  });
});

/** While active, whoever goes elsewhere (by the rail, the palette, a link) is asked first and may stay. */
export function useLeaveGuard(active: boolean, ask: () => Promise<boolean>): void {
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (!active) return;
    const mine: Guard = { hash: window.location.hash, ask: () => latest.current() };
    guard = mine;
    return () => {
      if (guard === mine) guard = null;
    };
  }, [active]);
}

/** What was at stake is saved, or was given up by the person: the next step asks nothing. */
export function freeToLeave(): void {
  guard = null;
}

let last: { readonly hash: string; readonly route: Route } | undefined;

export function currentRoute(): Route {
  const { hash } = window.location;
  if (last?.hash === hash) return last.route;
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const route: Route = {
    path: path.split('/').filter(Boolean).map(safeDecode),
    query: new URLSearchParams(query),
  };
  last = { hash, route };
  return route;
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function subscribe(tell: () => void): () => void {
  window.addEventListener('hashchange', tell);
  return () => window.removeEventListener('hashchange', tell);
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** The address of a place, for links: `href={to(['review', 'posted'], { line: '12' })}`. */
export function to(path: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function go(path: readonly string[], query: Readonly<Record<string, string>> = {}): void {
  window.location.hash = to(path, query);
}
