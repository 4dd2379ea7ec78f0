import { useSyncExternalStore } from 'react';

/** Where in the app: `#/review/posted?line=12` is path ['review', 'posted'] and query line=12. */
export type Route = { readonly path: readonly string[]; readonly query: URLSearchParams };

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
