import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';

/** A server on the loopback address. */
export type Listening = {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Takes no new request, lets the running ones end, then closes every connection. */
  close(): Promise<void>;
};

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> | void;

/** Listens on 127.0.0.1 only: no other computer can connect. `handlerFor` learns the origin, port included. */
export async function listen(port: number, log: Log, handlerFor: (origin: string) => Handler): Promise<Listening> {
  const running = new Set<Promise<void>>();
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (thrown) => reject(portTaken(port, thrown)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new DaybookError('internal', 'The browser host has no port.');
  const origin = `http://127.0.0.1:${address.port}`;
  const handler = handlerFor(origin);
  server.on('error', (thrown) => log.error({ err: thrown }, 'browser host'));
  server.on('request', (incoming, outgoing) => {
    const work = answering(handler, incoming, outgoing, log);
    running.add(work);
    void work.finally(() => running.delete(work));
  });
  return {
    origin,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.allSettled(running);
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answering(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse, log: Log) {
  try {
    await handler(incoming, outgoing);
  } catch (thrown) {
    // The other side went away in the middle of its request: nobody is left to be told.
    if (incoming.destroyed && !incoming.complete) return;
    log.error({ err: thrown }, 'a request to the browser host failed');
    if (outgoing.headersSent) return void outgoing.destroy();
    outgoing.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${asDaybookError(thrown).message}\n`);
  }
}

function portTaken(port: number, thrown: unknown): DaybookError {
  const taken = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
  if (!taken) return asDaybookError(thrown);
  return new DaybookError(
    'busy_elsewhere',
    `Port ${port} of this computer is in use by another program. Choose another with --port, or leave it out.`,
    { cause: thrown },
  );
}
