/** A practice company over HTTP. Its servers live in this process, which is never killed. */
import { createPracticeHost, type PracticeHost } from '../../main/cli/practice/world.ts';
import { type Clock, systemClock } from '../../main/core/clock.ts';
import type { Fetch } from '../../main/core/ports.ts';
import { ConnectionDropped } from '../../practice/faults.ts';
import { type HttpServer, serveHttp } from '../../practice/http-server.ts';
import type { SimulatedCompany } from '../simulation/company.ts';

export type RequestMoment = 'as it arrives' | 'carried out, not answered' | 'answered';

/** Its number among all requests of the client and, when it stores something in a ledger, among those; from 1. */
export type CountedRequest = { readonly nth: number; readonly nthWrite: number | null };

export type ServedClient = {
  /** What answers it; may look on. */
  readonly fetch: Fetch;
  /** Told of each request at each of its moments. True says that the client is dead. */
  onRequest(request: CountedRequest, moment: RequestMoment): boolean;
};

export type ServedCompany = {
  /** The company, reached at the served addresses; in this process without a socket, and without being counted. */
  readonly company: SimulatedCompany;
  readonly host: PracticeHost;
  readonly addresses: Readonly<Record<string, string>>;
  /** From now on requests over HTTP are this client's; their numbers begin anew. */
  serve(client: ServedClient): void;
  /** Requests of the present client so far. */
  requests(): { readonly all: number; readonly writes: number };
  close(): Promise<void>;
};

export async function serveCompany(simulated: SimulatedCompany): Promise<ServedCompany> {
  const running: HttpServer[] = [];
  const addresses: Record<string, string> = {};
  let seen = 0;
  let writes = 0;
  let client: ServedClient | null = null;
  const answer: Fetch = async (request) => {
    if (client === null) throw new ConnectionDropped();
    const { fetch, onRequest } = client;
    seen += 1;
    if (isWrite(simulated.servers, request)) writes += 1;
    const counted = { nth: seen, nthWrite: isWrite(simulated.servers, request) ? writes : null };
    if (onRequest(counted, 'as it arrives')) throw new ConnectionDropped();
    const response = await fetch(request);
    onRequest(counted, 'carried out, not answered');
    setImmediate(() => onRequest(counted, 'answered'));
    return response;
  };
  for (const { key } of simulated.host.world.servers) {
    const server = await serveHttp(answer);
    running.push(server);
    addresses[key] = server.url;
  }
  const host = createPracticeHost(simulated.host.world, addresses);
  return {
    company: { ...simulated, host },
    ...{ host, addresses },
    serve: (next) => {
      seen = 0;
      writes = 0;
      client = next;
    },
    requests: () => ({ all: seen, writes }),
    close: async () => {
      for (const server of running) await server.close();
    },
  };
}

function isWrite(servers: SimulatedCompany['servers'], { method, url }: Request): boolean {
  return servers.some(({ writes }) => writes?.method === method && new URL(url).pathname.startsWith(writes.path));
}

/** The machine's clock, put elsewhere; everybody in a round has the same time. */
export type ShiftedClock = Clock & { advance(ms: number): void; aheadMs(): number };

export function shiftedClock(startEpochMs: number): ShiftedClock {
  const clock = systemClock();
  let ahead = startEpochMs - clock.now();
  return {
    ...clock,
    now: () => clock.now() + ahead,
    advance: (ms) => {
      ahead += ms;
    },
    aheadMs: () => ahead,
  };
}

/** The same time; whoever sleeps moves it on instead of waiting. For work in this process that nobody kills. */
export function impatient(clock: ShiftedClock): Clock {
  return {
    ...clock,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      clock.advance(ms);
    },
  };
}
