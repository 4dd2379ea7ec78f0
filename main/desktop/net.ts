import { type IncomingMessage, net } from 'electron';
import type { Fetch } from '../core/ports.ts';

/** Chromium sets these itself and refuses them from us. */
const OWN_HEADERS = ['content-length', 'host', 'connection', 'keep-alive', 'transfer-encoding', 'expect'];
const BODILESS = [101, 103, 204, 205, 304];

/**
 * The engine's fetch through Chromium's network stack: the system's proxy, certificates and client certificates apply.
 * `net.request` and not `net.fetch`, because the latter turns a redirect that must not be followed into an error.
 */
export const electronFetch: Fetch = async (request) => {
  const body = Buffer.from(await request.arrayBuffer());
  const { signal } = request;
  signal.throwIfAborted();
  return new Promise<Response>((resolve, reject) => {
    const outgoing = net.request({
      method: request.method,
      url: request.url,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      useSessionCookies: false,
    });
    for (const [name, value] of request.headers) if (!OWN_HEADERS.includes(name)) outgoing.setHeader(name, value);
    const stop = () => {
      outgoing.abort();
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    outgoing.once('close', () => signal.removeEventListener('abort', stop));
    outgoing.on('error', reject);
    outgoing.once('redirect', (status, _method, _url, headers) => {
      resolve(new Response(null, { status, headers: headersOf(headers) }));
      outgoing.abort();
    });
    outgoing.once('response', (incoming) => resolve(responseOf(incoming, () => outgoing.abort())));
    outgoing.end(body.length > 0 ? body : undefined);
  });
};

function responseOf(incoming: IncomingMessage, abort: () => void): Response {
  const { statusCode: status, headers } = incoming;
  const body = BODILESS.includes(status) ? null : streamOf(incoming, abort);
  return new Response(body, { status, headers: headersOf(headers) });
}

/** A reader that leaves before the end closes the connection; what still comes then is nobody's. */
function streamOf(incoming: IncomingMessage, abort: () => void): ReadableStream<Uint8Array> {
  let over = false;
  return new ReadableStream({
    start: (controller) => {
      const end = (tell: () => void) => {
        if (over) return;
        over = true;
        tell();
      };
      incoming.on('data', (chunk) => over || controller.enqueue(new Uint8Array(chunk)));
      incoming.on('end', () => end(() => controller.close()));
      incoming.on('error', (error: unknown) => end(() => controller.error(error)));
      incoming.on('aborted', () => end(() => controller.error(new Error('The connection was closed in the middle.'))));
    },
    cancel: () => {
      over = true;
      abort();
    },
  });
}

function headersOf(raw: Readonly<Record<string, string | string[]>>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) for (const value of [values].flat()) headers.append(name, value);
  return headers;
}
