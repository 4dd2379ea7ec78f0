import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../main/core/clock.ts';
import { createDesktopCalls } from './desktop-calls.ts';
import { createHooks } from './hooks.ts';
import { answerJson, CallerGone, Refusal, refusals, refuse } from './http.ts';
import { createHub } from './hub.ts';
import type { RelayParts } from './parts.ts';
import { keepForgetting } from './retention.ts';
import { createStreams } from './stream.ts';

const STOP_MS = 10_000;
const STOP_LOOK_MS = 20;
/** Longer than proxies keep an idle connection (nginx: 60 s), so that it is never we who close under a request. */
const KEEP_ALIVE_MS = 75_000;

export type Relay = {
  readonly port: number;
  readonly adminPort: number;
  /** Takes nothing new, tells desktops to connect elsewhere, finishes what was begun, closes the store. */
  close(): Promise<void>;
};

/** A node of the relay: the public door, and a second one for its keeper with health and metrics. */
export async function startRelay(parts: RelayParts): Promise<Relay> {
  const { config, store, clock, log, metrics } = parts;
  const hub = createHub(store);
  const streams = createStreams(parts, hub);
  const hooks = createHooks(parts);
  const desktopCalls = createDesktopCalls(parts, hub, streams);
  let underWay = 0;

  const health = async (response: ServerResponse) => {
    const alive = hub.stopping.aborted
      ? false
      : await store.check().then(
          () => true,
          () => false,
        );
    answerJson(response, alive ? 200 : 503, {
      status: alive ? 'ok' : hub.stopping.aborted ? 'stopping' : 'no storage',
    });
  };
  const open = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '';
    if (url.startsWith('/hooks/')) return hooks(request, response);
    if (url === '/health' && request.method === 'GET') return health(response);
    return desktopCalls(request, response);
  };
  const keeper = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'GET') throw refusals.method();
    if (request.url === '/health') return health(response);
    if (request.url !== '/metrics') throw refusals.notFound();
    const { channels, messages, bytes } = await store.totals();
    const text = metrics.text({
      relay_streams: streams.count(),
      relay_channels: channels,
      relay_held_messages: messages,
      relay_held_bytes: bytes,
      process_resident_memory_bytes: process.memoryUsage.rss(),
    });
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
  };
  const guarded =
    (handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
    (request: IncomingMessage, response: ServerResponse) => {
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
      });
      handle(request, response).catch((thrown: unknown) => {
        if (thrown instanceof CallerGone) return void response.destroy();
        if (thrown instanceof Refusal) {
          metrics.count('relay_refusals_total', { code: thrown.code });
          return refuse(request, response, thrown);
        }
        metrics.count('relay_failures_total');
        // Never the address: it holds the secret of a business event, or a code.
        log.error({ error: thrown instanceof Error ? thrown.message : String(thrown) }, 'A request failed');
        refuse(
          request,
          response,
          new Refusal(503, 'failed', 'The relay cannot do this just now. Come again later.', 30),
        );
      });
    };

  const limits = {
    requestTimeout: config.requestTimeoutMs,
    headersTimeout: config.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(2_000, config.requestTimeoutMs / 2),
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: 16 * 1024,
  };
  const server = createServer(limits, guarded(open));
  server.maxConnections = config.maxConnections;
  const admin = createServer(limits, guarded(keeper));
  const port = await listen(server, config.port, config.host);
  const adminPort = await listen(admin, config.adminPort, config.adminHost);
  const work = Promise.all([streams.run(), keepForgetting(parts, hub)]);
  log.info({ port, adminPort, storage: config.databaseUrl === null ? 'sqlite' : 'postgresql' }, 'The relay is open');

  return {
    port,
    adminPort,
    close: async () => {
      hub.stop();
      await work;
      await Promise.all([server, admin].map((each) => stop(each, clock, () => underWay > 0)));
      await store.close();
      log.info({}, 'The relay is closed');
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 4_096, () => {
      server.off('error', reject);
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** What was begun is answered first, up to a limit. A connection without a request, asked or half asked, is cut. */
async function stop(server: Server, clock: Clock, isBusy: () => boolean): Promise<void> {
  server.close();
  const until = clock.now() + STOP_MS;
  while (isBusy() && clock.now() < until) await clock.sleep(STOP_LOOK_MS);
  server.closeAllConnections();
}
