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
    outgoing.once('error', reject);
    outgoing.once('redirect', (status, _method, _url, headers) => {
      resolve(new Response(null, { status, headers: headersOf(headers) }));
      outgoing.abort();
    });
    outgoing.once('response', (incoming) => resolve(responseOf(incoming)));
    outgoing.end(body.length > 0 ? body : undefined);
  });
};

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode: status, headers } = incoming;
  const body = BODILESS.includes(status) ? null : streamOf(incoming);
  return new Response(body, { status, headers: headersOf(headers) });
}

function streamOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      incoming.on('data', (chunk) => controller.enqueue(new Uint8Array(chunk)));
      incoming.once('end', () => controller.close());
      incoming.once('error', (error: unknown) => controller.error(error));
      incoming.once('aborted', () => controller.error(new Error('The connection was closed in the middle.')));
    },
  });
}

function headersOf(raw: Readonly<Record<string, string | string[]>>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(raw)) for (const value of [values].flat()) headers.append(name, value);
  return headers;
}
