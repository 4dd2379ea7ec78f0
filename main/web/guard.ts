import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not served, as a status and one line of text. */
export type Refusal = { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 415; readonly reason: string };

/**
 * Refuses what did not come from our own pages, before anything else is looked at.
 *
 * `Host` must be our address: a name that somebody points to 127.0.0.1 (DNS rebinding) brings its own. `Origin` and
 * `Sec-Fetch-Site` are set by the browser and cannot be forged by a page; another local server on another port is
 * another origin, although it is the same site and gets our cookie.
 */
export function refusalOf(method: string, headers: IncomingHttpHeaders, origin: string): Refusal | null {
  if (headers.host !== new URL(origin).host) return { status: 403, reason: 'This address is not served here.' };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && !isOpening(method, headers))
    return { status: 403, reason: 'Another page may not use Daybook.' };
  const from = headers.origin;
  if (from !== undefined && from !== origin) return { status: 403, reason: 'Another page may not use Daybook.' };
  if (method === 'POST' && from === undefined)
    return { status: 403, reason: 'A request that changes something must name the page it comes from.' };
  return null;
}

/** A person opens a page by its address, a bookmark or a link. It shows nothing without a token. */
function isOpening(method: string, headers: IncomingHttpHeaders): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

/** A body must say that it is JSON: a form of another page cannot, and a script of one would need our consent first. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

/** One cookie's value. The name holds our port, because cookies are shared by all ports of a host. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
