import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

/** A request that is refused, in words for whoever debugs the other side. Never holds anything of the request. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: string, sentence: string, retryAfterS?: number) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

export const refusals = {
  notFound: () => new Refusal(404, 'not_found', 'There is nothing at this address.'),
  method: () => new Refusal(405, 'method', 'This address does not take this method.'),
  tooLarge: () => new Refusal(413, 'too_large', 'The body is larger than this relay takes.'),
  invalid: (what: string) => new Refusal(400, 'invalid', `${what} is not as the protocol says.`),
  slowDown: (retryAfterS = 1) => new Refusal(429, 'slow_down', 'Too many requests. Come again later.', retryAfterS),
  unproven: () => new Refusal(401, 'unproven', 'The challenge or its signature does not prove the key.'),
  noSession: () => new Refusal(401, 'no_session', 'The session is unknown or over. Prove the key again.'),
};

/** A caller that went away in the middle: nobody is there to be answered. */
export class CallerGone extends Error {}

/** The whole body. @throws Refusal `too_large`, CallerGone */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.reject(refusals.tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) {
        request.removeAllListeners('data');
        request.pause();
        reject(refusals.tooLarge());
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    // An error is followed by its close. Most closes come after the end, and an Error costs more than to look.
    request.on('error', () => undefined);
    request.on('close', () => {
      if (!request.complete) reject(new CallerGone());
    });
  });
}

const JSON_BODY_BYTES = 8 * 1024;

/** @throws Refusal `invalid` */
export async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(request, JSON_BODY_BYTES);
  let given: unknown;
  try {
    given = JSON.parse(body.toString('utf8'));
  } catch {
    throw refusals.invalid('The body');
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw refusals.invalid('The body');
  return parsed.data;
}

const COMMON = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function answerJson(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { ...COMMON, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

const TAKEN = { 'content-length': '0' };

/** The answer to a provider: as short as it can be. */
export function answerTaken(response: ServerResponse): void {
  response.writeHead(200, TAKEN).end();
}

export function answerEmpty(response: ServerResponse, status: 204): void {
  response.writeHead(status, COMMON).end();
}

/** Refuses, and closes the connection where a body may still be on its way: it would be read for nothing. */
export function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent) return void response.destroy();
  if (!request.complete) response.setHeader('connection', 'close');
  if (refusal.retryAfterS !== undefined) response.setHeader('retry-after', refusal.retryAfterS);
  answerJson(response, refusal.status, { error: { code: refusal.code, sentence: refusal.message } });
}

/** The caller's address, as our own proxies tell it. */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const own = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return own;
  const told = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  return told.at(-trustedProxies)?.trim() || own;
}
