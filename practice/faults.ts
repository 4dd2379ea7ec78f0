/**
 * Fault switches: what can go wrong between a client and a practice server, switched on at run time and played back
 * exactly from a seed. The wrapped handler never knows.
 */
import { z } from 'zod';
import type { Clock } from '../main/core/clock.ts';
import type { Fetch } from '../main/core/ports.ts';
import type { Random } from '../main/core/random.ts';

export const faultSchema = z.strictObject({
  /**
   * - `delay`: the request waits `delayMs` before it reaches the server.
   * - `drop_before`: the connection dies before the request arrives; nothing was done.
   * - `drop_after`: the request is carried out, its answer is lost.
   * - `duplicate`: the request arrives twice (a proxy repeated it); the second answer comes back.
   * - `too_many_requests`: 429, with `Retry-After` when `retryAfterSeconds` is given.
   * - `server_error`, `unavailable`: 500, 503. The request is not carried out.
   * - `gateway_error`: 502 with a page of HTML. The request is not carried out.
   * - `truncated`: the request is carried out, its answer breaks off in the middle.
   * - `cut_short`: the request is carried out, half of its answer arrives as if it were whole.
   * - `garbled`: the request is carried out, one bit of its answer's punctuation is wrong.
   * - `outage`: nothing gets through, until it is switched off or `until` has come.
   */
  kind: z.enum([
    'delay',
    'drop_before',
    'drop_after',
    'duplicate',
    'too_many_requests',
    'server_error',
    'unavailable',
    'gateway_error',
    'truncated',
    'cut_short',
    'garbled',
    'outage',
  ]),
  /** Only requests of this method. */
  method: z.string().optional(),
  /** Only requests whose path and query match this regular expression. */
  path: z.string().refine(isPattern, 'is not a regular expression').optional(),
  /** Lets this many matching requests pass first. */
  skip: z.int().min(0).optional(),
  /** Strikes at most this many times; without it, until cleared. */
  times: z.int().min(1).optional(),
  /** Strikes a matching request with this chance, by the seed. */
  probability: z.number().min(0).max(1).optional(),
  /** Strikes only before this instant (ISO 8601, by the injected clock). */
  until: z.iso.datetime().optional(),
  delayMs: z.int().min(0).optional(),
  retryAfterSeconds: z.int().min(0).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

export type FaultState = { readonly fault: Fault; readonly seen: number; readonly struck: number };

/** The switches of one server. Faults are tried in the order in which they were added. */
export type FaultSwitches = {
  add(fault: Fault): void;
  clear(): void;
  list(): FaultState[];
  /** The faults that strike this request now; counts them. At most one besides delays. */
  strike(request: Request, now: number, random: Random): Fault[];
};

export function createFaultSwitches(): FaultSwitches {
  const states: Array<{ fault: Fault; seen: number; struck: number }> = [];
  return {
    add: (fault) => {
      states.push({ fault: faultSchema.parse(fault), seen: 0, struck: 0 });
    },
    clear: () => {
      states.length = 0;
    },
    list: () => states.map((state) => ({ ...state })),
    strike: (request, now, random) => {
      const struck: Fault[] = [];
      for (const state of states) {
        const { fault } = state;
        if (!concerns(fault, request)) continue;
        if (fault.until !== undefined && now >= Date.parse(fault.until)) continue;
        state.seen += 1;
        if (state.seen <= (fault.skip ?? 0)) continue;
        if (state.struck >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
        if (fault.probability !== undefined && random.next() >= fault.probability) continue;
        state.struck += 1;
        struck.push(fault);
        if (fault.kind !== 'delay') break;
      }
      return struck;
    },
  };
}

/**
 * The connection died. It is the `TypeError: fetch failed` that a client sees when the handler is called in process;
 * served over HTTP, it makes the server destroy the socket instead.
 */
export class ConnectionDropped extends TypeError {
  constructor() {
    super('fetch failed', { cause: new Error('other side closed') });
  }
}

export type FaultOptions = {
  readonly random: Random;
  readonly clock: Clock;
  readonly faults: FaultSwitches;
  /** The server's own shape of a refusal; without it a plain JSON message. */
  readonly refuse?: (status: 429 | 500 | 503, request: Request) => Response;
};

/** The same handler, struck by whatever is switched on in `faults`. */
export function withFaults(handler: Fetch, { random, clock, faults, refuse = plainRefusal }: FaultOptions): Fetch {
  return async (request) => {
    for (const fault of faults.strike(request, clock.now(), random)) {
      switch (fault.kind) {
        case 'delay':
          await clock.sleep(fault.delayMs ?? 1000, request.signal);
          break;
        case 'drop_before':
        case 'outage':
          throw new ConnectionDropped();
        case 'drop_after':
          await (await handler(request)).arrayBuffer();
          throw new ConnectionDropped();
        case 'duplicate':
          await (await handler(request.clone())).arrayBuffer();
          return handler(request);
        case 'too_many_requests':
          return withRetryAfter(refuse(429, request), fault.retryAfterSeconds);
        case 'server_error':
          return refuse(500, request);
        case 'unavailable':
          return withRetryAfter(refuse(503, request), fault.retryAfterSeconds);
        case 'gateway_error':
          return gatewayError();
        case 'truncated':
          return brokenOff(await handler(request));
        case 'cut_short':
          return cutShort(await handler(request));
        case 'garbled':
          return garbled(await handler(request), random);
      }
    }
    return handler(request);
  };
}

/**
 * Adds the switchboard for a served server: `POST /practice/faults` with one fault or a list of them switches on,
 * `DELETE` switches all off, `GET` tells what is on and how often it struck.
 */
export function withFaultControl(handler: Fetch, faults: FaultSwitches): Fetch {
  const body = z.union([faultSchema, z.array(faultSchema)]);
  return async (request) => {
    if (new URL(request.url).pathname !== '/practice/faults') return handler(request);
    if (request.method === 'DELETE') faults.clear();
    if (request.method === 'POST') {
      const parsed = body.safeParse(await request.json().catch(() => undefined));
      if (!parsed.success) return Response.json({ error: z.prettifyError(parsed.error) }, { status: 400 });
      for (const fault of [parsed.data].flat()) faults.add(fault);
    }
    return Response.json({ faults: faults.list() });
  };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function concerns(fault: Fault, request: Request): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) return false;
  const { pathname, search } = new URL(request.url);
  return fault.path === undefined || new RegExp(fault.path).test(pathname + search);
}

function plainRefusal(status: 429 | 500 | 503): Response {
  return Response.json({ Message: `practice fault ${status}` }, { status });
}

function withRetryAfter(response: Response, seconds: number | undefined): Response {
  if (seconds !== undefined) response.headers.set('retry-after', String(seconds));
  return response;
}

function gatewayError(): Response {
  const page = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n';
  return new Response(page, { status: 502, headers: { 'content-type': 'text/html' } });
}

async function halfOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(await response.arrayBuffer());
  return whole.slice(0, Math.floor(whole.length / 2));
}

/** The first half arrives, then reading fails as it does when a socket closes too early. */
async function brokenOff(response: Response): Promise<Response> {
  const chunks = [await halfOf(response)];
  const stream = new ReadableStream({
    pull(controller) {
      const chunk = chunks.pop();
      if (chunk !== undefined) controller.enqueue(chunk);
      else controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
    },
  });
  return new Response(stream, { status: response.status, headers: response.headers });
}

async function cutShort(response: Response): Promise<Response> {
  const half = await halfOf(response);
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(half, { status: response.status, headers });
}

/**
 * TLS would notice a wrong bit, a broken proxy behind it does not. Only a bit that makes the answer unreadable is
 * turned: nobody could tell a wrong digit from a right one.
 */
async function garbled(response: Response, random: Random): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const marks = [...bytes.keys()].filter((at) => '{}[]":,'.includes(String.fromCharCode(bytes[at] ?? 0)));
  const at = marks[Math.floor(random.next() * marks.length)] ?? 0;
  if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ 1;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(bytes.length === 0 ? null : bytes, { status: response.status, headers });
}
