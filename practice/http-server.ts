/** Serves a fetch handler over HTTP on this computer only, faults included. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Fetch } from '../main/core/ports.ts';
import { ConnectionDropped } from './faults.ts';

export type HttpServer = {
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
};

export type ServeOptions = {
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Told of errors inside the handler; the client gets a plain 500. */
  readonly onError?: (error: unknown) => void;
  /** Does not keep the process alive. */
  readonly background?: boolean;
};

export async function serveHttp(
  handler: Fetch,
  { port = 0, onError, background = false }: ServeOptions = {},
): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      // A fault: the client shall see a connection that died.
      if (error instanceof ConnectionDropped || outgoing.headersSent) return void incoming.socket.destroy();
      onError?.(error);
      outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('the practice server failed\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (background) server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the practice server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handler: Fetch, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const response = await handler(await requestOf(incoming, gone.signal));
  // Reading the body first gives a true length; one that breaks off is sent as far as it goes, with too long a length.
  const { body, broken } = await bodyOf(response);
  const headers = Object.fromEntries(response.headers);
  outgoing.writeHead(response.status, { ...headers, 'content-length': body.length * (broken ? 2 : 1) });
  if (!broken) {
    outgoing.end(body);
    return;
  }
  await new Promise<void>((resolve) => outgoing.write(body, () => resolve()));
  incoming.socket.destroy();
}

async function requestOf(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = incoming.method ?? 'GET';
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? '127.0.0.1'}`);
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks);
  return new Request(url, { method, headers, body, signal });
}

async function bodyOf(response: Response): Promise<{ readonly body: Buffer; readonly broken: boolean }> {
  const chunks: Uint8Array[] = [];
  let broken = false;
  const reader = response.body?.getReader();
  while (reader !== undefined && !broken) {
    try {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value);
    } catch {
      broken = true;
    }
  }
  return { body: Buffer.concat(chunks), broken };
}
