import { DaybookError } from './errors.ts';
import type { Http, HttpMethod, HttpRequest } from './http.ts';

/** What a provider's library does not say about a request, because its `fetch` has no place for it. */
export type FetchDefaults = Pick<HttpRequest, 'timeoutMs' | 'retry' | 'budgets'>;

export type FetchFunction = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const METHODS: readonly HttpMethod[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
/** Statuses whose Response may have no body (Fetch standard, "null body status"). */
const BODILESS = [101, 103, 204, 205, 304];

/**
 * `fetch` for a provider's library (axios' `env.fetch`, MSAL's network client), sent through our `Http`. `defaults` are
 * the same for all its requests, or chosen for each by method, address and body.
 *
 * A DaybookError of `Http` comes out as it is. Axios wraps it: `AxiosError.cause` is the DaybookError.
 */
export function asFetch(
  http: Http,
  defaults: FetchDefaults | ((request: { method: HttpMethod; url: URL; body: string }) => FetchDefaults),
): FetchFunction {
  return async (input, init) => {
    const request = new Request(input, init);
    const method = METHODS.find((known) => known === request.method);
    if (!method) throw new DaybookError('internal', 'A provider library used a request method that is not known.');
    const body = await request.text();
    const chosen = typeof defaults === 'function' ? defaults({ method, url: new URL(request.url), body }) : defaults;
    const answer = await http.send({
      ...chosen,
      method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(body === '' ? {} : { body }),
      stop: request.signal,
    });
    const headers = new Headers(answer.headers);
    // The text is decoded already: both would describe the bytes on the wire.
    headers.delete('content-encoding');
    headers.delete('content-length');
    return new Response(BODILESS.includes(answer.status) ? null : answer.text, { status: answer.status, headers });
  };
}
