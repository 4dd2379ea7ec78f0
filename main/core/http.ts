import type { Clock, Deadline } from './clock.ts';
import { DaybookError } from './errors.ts';
import { readBody } from './http-answer.ts';
import { type Attempted, cancelled, networkLost, timeout } from './http-failures.ts';
import { newId } from './ids.ts';
import type { Fetch, Log } from './ports.ts';
import type { Random } from './random.ts';
import { type RateLimit, rateBudgets } from './rate-budgets.ts';

export { asFetch } from './as-fetch.ts';
export { parseJsonAnswer } from './http-answer.ts';
export type { RateLimit } from './rate-budgets.ts';

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export type HttpRequest = {
  readonly method: HttpMethod;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For one attempt, from sending to the last byte of the answer. Waiting for a budget or a retry is not in it. */
  readonly timeoutMs: number;
  /** `reads`: may be repeated (also a POST that only reads). `never`: one attempt; the caller must find out. */
  readonly retry: 'reads' | 'never';
  /** Asked before an answer is repeated: false where the body says that trying again is useless (a quota used up). */
  readonly worthRetrying?: (answer: HttpAnswer) => boolean;
  /** Names of the rate budgets that this request draws from, e.g. `plaid:transactions/sync:item-1`. */
  readonly budgets?: readonly string[];
  readonly stop?: AbortSignal | undefined;
};

/** Any HTTP answer that arrived whole. Statuses are the caller's to judge (its connector's `errors.ts`). */
export type HttpAnswer = {
  /** Name of the host that answered, for sentences. */
  readonly host: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

export type Http = {
  /**
   * Sends a request and reads the whole answer. A redirect is not followed, because keys in headers would go with it:
   * it is an answer like any other.
   * @throws DaybookError `network_lost`, `timeout`, `cancelled`, `answer_unreadable` (body cut off or over the size
   * limit): for a request that changes something, its outcome is then unknown. `rate_limited` (our own budget is used
   * up for long) and `setup_invalid`, `wrong_keys` (address or header cannot be sent): nothing was sent.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
};

export type HttpPorts = { readonly fetch: Fetch; readonly clock: Clock; readonly random: Random; readonly log: Log };

export type HttpOptions = {
  readonly limitOf?: (budget: string) => RateLimit | undefined;
  /** Attempts in all for `retry: 'reads'`. Default 4. */
  readonly attempts?: number;
  /** Default 64 MiB. */
  readonly maxAnswerBytes?: number;
  /** The longest single wait for a budget or a Retry-After. Default two minutes: the widest usual window is one. */
  readonly maxWaitMs?: number;
};

const RETRIED_STATUSES = [408, 429, 502, 503, 504];
const RETRIED_CODES = ['network_lost', 'timeout', 'answer_unreadable'];
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 20_000;

/**
 * The one way to the network: time limit, retries with full jitter, Retry-After, rate budgets, size limit. When the
 * attempts are used up, the last answer is returned, or the last failure thrown. A Retry-After longer than `maxWaitMs`
 * ends the attempts at once: trying earlier than asked would only be refused again.
 */
export function createHttp(ports: HttpPorts, options: HttpOptions = {}): Http {
  const { clock, random, log } = ports;
  const { limitOf = () => undefined, attempts = 4, maxAnswerBytes = 64 * 2 ** 20, maxWaitMs = 120_000 } = options;
  const budgets = rateBudgets(clock, limitOf, maxWaitMs);

  const pauseBefore = (attempt: number, askedMs = 0) =>
    askedMs + Math.floor(random.next() * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1)));

  return {
    send: async (request) => {
      const attempted = { host: hostOf(request.url), id: newId('req', ports), timeoutMs: request.timeoutMs };
      const allowed = request.retry === 'reads' ? attempts : 1;
      const names = request.budgets ?? [];
      for (let attempt = 1; ; attempt++) {
        await stoppable(request, attempted, () => budgets.take(names, attempted.host, request.stop));
        const startedAt = clock.now();
        const tell = (outcome: object) =>
          log.debug({ ...describe(request, attempted), attempt, ms: clock.now() - startedAt, ...outcome }, 'request');
        let pause: number;
        try {
          const answer = await sendOnce(ports, request, attempted, maxAnswerBytes);
          tell({ status: answer.status });
          const askedMs = retryAfterMs(answer.headers, clock.now());
          if (answer.status === 429) budgets.refused(names, askedMs);
          const final =
            attempt >= allowed ||
            !RETRIED_STATUSES.includes(answer.status) ||
            request.worthRetrying?.(answer) === false;
          if (final || (askedMs ?? 0) > maxWaitMs) return answer;
          pause = pauseBefore(attempt, askedMs);
        } catch (thrown) {
          if (!(thrown instanceof DaybookError)) throw thrown;
          tell({ code: thrown.code, providerCode: thrown.providerCode });
          if (attempt >= allowed || !thrown.retryable || !RETRIED_CODES.includes(thrown.code)) throw thrown;
          pause = pauseBefore(attempt);
        }
        await stoppable(request, attempted, () => clock.sleep(pause, request.stop));
      }
    },
  };
}

/** One attempt. The injected fetch may ignore the abort, so the limit is raced against it as well. */
async function sendOnce(
  ports: HttpPorts,
  request: HttpRequest,
  attempted: Attempted,
  maxAnswerBytes: number,
): Promise<HttpAnswer> {
  const controller = new AbortController();
  const wire = wireRequest(request, attempted, controller.signal);
  const deadline = ports.clock.deadline(request.timeoutMs);
  const limit = endOf(deadline, request.stop, attempted);
  try {
    return await Promise.race([limit.reached, answerOf(ports.fetch, wire, attempted, maxAnswerBytes)]);
  } catch (thrown) {
    // Read the reason first: the abort makes fetch reject too, and that may win the race.
    const reason = limit.reason();
    controller.abort();
    throw reason ?? thrown;
  } finally {
    limit.clear();
  }
}

async function answerOf(fetch: Fetch, wire: Request, attempted: Attempted, maxBytes: number): Promise<HttpAnswer> {
  let response: Response;
  try {
    response = await fetch(wire);
  } catch (thrown) {
    throw thrown instanceof DaybookError ? thrown : networkLost(attempted, thrown);
  }
  const text = await readBody(response, maxBytes, attempted);
  return { host: attempted.host, status: response.status, headers: response.headers, text };
}

/** What ends an attempt from our side: the deadline or the caller's stop. */
function endOf(deadline: Deadline, stop: AbortSignal | undefined, attempted: Attempted) {
  const reason = () => {
    if (stop?.aborted) return cancelled(attempted, stop.reason);
    if (deadline.signal.aborted) return timeout(attempted);
    return undefined;
  };
  let onEnd = () => {};
  const reached = new Promise<never>((_resolve, reject) => {
    onEnd = () => reject(reason());
    deadline.signal.addEventListener('abort', onEnd, { once: true });
    stop?.addEventListener('abort', onEnd, { once: true });
  });
  if (stop?.aborted) onEnd();
  return {
    reached,
    reason,
    clear: () => {
      deadline.clear();
      deadline.signal.removeEventListener('abort', onEnd);
      stop?.removeEventListener('abort', onEnd);
    },
  };
}

/** A rejected wait is a cancellation when the caller's signal says so. */
async function stoppable(request: HttpRequest, attempted: Attempted, wait: () => Promise<void>): Promise<void> {
  if (request.stop?.aborted) throw cancelled(attempted, request.stop.reason);
  try {
    await wait();
  } catch (thrown) {
    throw request.stop?.aborted ? cancelled(attempted, request.stop.reason) : thrown;
  }
}

function wireRequest(request: HttpRequest, attempted: Attempted, signal: AbortSignal): Request {
  const { method, url, body } = request;
  const headers = wireHeaders(request, attempted);
  return new Request(url, { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) });
}

function wireHeaders(request: HttpRequest, attempted: Attempted): Headers {
  try {
    return new Headers(request.headers);
  } catch {
    // The platform's message quotes the header's value, so it is not kept.
    throw new DaybookError(
      'wrong_keys',
      `A key for ${attempted.host} holds a character that cannot be sent, such as a line break. Enter it again.`,
      { requestId: attempted.id },
    );
  }
}

function hostOf(url: string): string {
  const parsed = URL.parse(url);
  const isWeb = parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
  if (!isWeb || parsed.username !== '' || parsed.password !== '')
    throw new DaybookError(
      'setup_invalid',
      'The address of a connection is not a web address. Correct it in the setup.',
    );
  return parsed.host;
}

/** For the log: no query, and no keys that an OData path holds in parentheses. */
function describe(request: HttpRequest, attempted: Attempted): object {
  const path = new URL(request.url).pathname.replace(/\([^)]*\)/g, '(…)');
  return { requestId: attempted.id, host: attempted.host, method: request.method, path };
}

/** The pause that an answer asks for: whole seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
