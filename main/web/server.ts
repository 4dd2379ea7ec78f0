import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { WireResult } from '../api/contract.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import { readBody } from './body.ts';
import { createEventStreams } from './event-stream.ts';
import { cookieOf, isJson, type Refusal, refusalOf } from './guard.ts';
import { type Listening, listen } from './listen.ts';
import { OPENING_PAGE, OPENING_PATH, OPENING_SCRIPT, OPENING_SCRIPT_PATH, STRANGER_PAGE } from './opening.ts';
import { openPages, type PageAnswer, type Pages } from './pages.ts';
import { securityHeaders } from './policy.ts';
import { createSessions, type Session } from './sessions.ts';

export type BrowserHostOptions = {
  readonly api: { call(envelope: unknown): Promise<WireResult> };
  readonly ports: { readonly clock: Clock; readonly random: Random; readonly log: Log };
  /** The built renderer, `dist/renderer`. */
  readonly rendererDir: string;
  /** Default 0: the system chooses. */
  readonly port?: number;
  /** Told after a link was used, with the next one: a person may open another window later. */
  readonly onOpened?: (nextUrl: string) => void;
};

export type BrowserHost = {
  /** The one-time URL. */
  readonly url: string;
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** Where the page with Plaid Link embedded is served; null when the build has none. */
  readonly linkOrigin: string | null;
  /** For `createApi`: hands an event to every open page. */
  emit(name: string, data: unknown): void;
  /** Lets running calls end, then closes every connection. */
  close(): Promise<void>;
};

const launchRequest = z.strictObject({ launch: z.string().max(200) });

/**
 * The browser host: the same screens and the same API as the desktop app, for a browser on this computer.
 * @throws DaybookError `not_found` (renderer not built), `busy_elsewhere` (port taken).
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { api, ports, port = 0, onOpened } = options;
  const pages = openPages(options.rendererDir);
  const sessions = createSessions(ports.random);
  const streams = createEventStreams(ports.clock);

  const main = await listen(port, ports.log, (origin) => (incoming, outgoing) => {
    const cookieName = `daybook-${new URL(origin).port}`;
    return serveApp({ incoming, outgoing, origin, cookieName });
  });
  const link = pages.hasLinkPage
    ? await listen(0, ports.log, (origin) => ({ method = 'GET', headers, url = '/' }, outgoing) => {
        const refusal = refusalOfLink(method, headers, origin);
        return refusal ? refuse(outgoing, refusal) : servePage(outgoing, pages, url, 'link');
      })
    : null;
  const urlOf = (launch: string) => `${main.origin}${OPENING_PATH}#${launch}`;

  async function serveApp(exchange: Exchange): Promise<void> {
    const { incoming, outgoing, origin, cookieName } = exchange;
    const { method = 'GET', headers, url = '/' } = incoming;
    const refusal = refusalOf(method, headers, origin);
    if (refusal) return refuse(outgoing, refusal);
    const path = url.split('?', 1)[0] ?? '/';
    const session = sessions.find(cookieOf(headers, cookieName), oneOf(headers['x-daybook-token']));
    if (path === '/api/open' && method === 'POST') return exchangeLaunch(exchange);
    if (path === '/api/call' && method === 'POST') return answerCall(exchange, session);
    if (path === '/api/events' && method === 'GET') return session ? streams.add(outgoing) : refuse(outgoing, STRANGER);
    if (path.startsWith('/api/')) return refuse(outgoing, { status: 404, reason: 'There is no such address.' });
    if (method !== 'GET' && method !== 'HEAD') return refuse(outgoing, { status: 405, reason: 'Only reading here.' });
    if (path === OPENING_PATH) return text(outgoing, 200, 'text/html', OPENING_PAGE);
    if (path === OPENING_SCRIPT_PATH) return text(outgoing, 200, 'text/javascript', OPENING_SCRIPT);
    if (path === '/' && cookieOf(headers, cookieName) === undefined)
      return text(outgoing, 401, 'text/html', STRANGER_PAGE);
    return servePage(outgoing, pages, url, 'app');
  }

  async function exchangeLaunch({ incoming, outgoing, cookieName }: Exchange): Promise<void> {
    const body = await jsonBody(incoming);
    if ('status' in body) return refuse(outgoing, body);
    const parsed = launchRequest.safeParse(body.value);
    const session = parsed.success ? sessions.exchange(parsed.data.launch) : null;
    if (!session) return refuse(outgoing, STRANGER);
    outgoing.setHeader('set-cookie', `${cookieName}=${session.cookie}; Path=/; HttpOnly; SameSite=Strict`);
    json(outgoing, 200, { token: session.pageToken });
    onOpened?.(urlOf(sessions.newLaunch()));
  }

  async function answerCall({ incoming, outgoing }: Exchange, session: Session | null): Promise<void> {
    if (!session) return refuse(outgoing, STRANGER);
    const body = await jsonBody(incoming);
    if ('status' in body) return refuse(outgoing, body);
    json(outgoing, 200, await answerOf(api, body.value, ports.log));
  }

  return {
    url: urlOf(sessions.newLaunch()),
    origin: main.origin,
    linkOrigin: link?.origin ?? null,
    emit: streams.send,
    close: async () => {
      streams.close();
      await Promise.all([main, link].map((server: Listening | null) => server?.close()));
    },
  };
}

type Exchange = {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly origin: string;
  readonly cookieName: string;
};

const STRANGER: Refusal = { status: 401, reason: 'This page is not signed in to Daybook. Open the newest link.' };

/** The API answers every failure as a result; should it ever throw, the page still gets one. */
async function answerOf(api: BrowserHostOptions['api'], envelope: unknown, log: Log): Promise<WireResult> {
  try {
    return await api.call(envelope);
  } catch (thrown) {
    log.error({ err: thrown }, 'a call threw instead of answering');
    return { ok: false, error: asDaybookError(thrown).toJSON() };
  }
}

async function jsonBody(incoming: IncomingMessage): Promise<{ readonly value: unknown } | Refusal> {
  if (!isJson(incoming.headers)) return { status: 415, reason: 'Only JSON is taken.' };
  const body = await readBody(incoming);
  if (body === null) return { status: 413, reason: 'That is more than Daybook takes at once.' };
  try {
    return { value: JSON.parse(body) };
  } catch {
    return { status: 400, reason: 'That is not JSON.' };
  }
}

/** The link page may be opened from the screens, which are another origin; nothing but pages is served to it. */
function refusalOfLink(method: string, headers: IncomingMessage['headers'], origin: string): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'Only reading here.' };
  return headers.host === new URL(origin).host ? null : { status: 403, reason: 'This address is not served here.' };
}

async function servePage(outgoing: ServerResponse, pages: Pages, url: string, kind: 'app' | 'link'): Promise<void> {
  const answer: PageAnswer = await pages.answer(url.split(/[?#]/, 1)[0] ?? '/', kind);
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.byteLength }).end(answer.body);
}

function refuse(outgoing: ServerResponse, { status, reason }: Refusal): void {
  text(outgoing, status, 'text/plain', `${reason}\n`);
}

function text(outgoing: ServerResponse, status: number, type: string, body: string): void {
  const headers = { ...securityHeaders('app'), 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' };
  outgoing.writeHead(status, headers).end(body);
}

function json(outgoing: ServerResponse, status: number, value: unknown): void {
  text(outgoing, status, 'application/json', JSON.stringify(value));
}

function oneOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
