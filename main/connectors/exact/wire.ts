import type { Clock } from '../../core/clock.ts';
import { asDaybookError, DaybookError } from '../../core/errors.ts';
import type { Http, HttpAnswer, HttpMethod } from '../../core/http.ts';
import { createLanes } from '../../core/lanes.ts';
import type { Random } from '../../core/random.ts';
import type { Stop } from '../capabilities.ts';
import type { Keep } from '../context.ts';
import { createErrorVelocity } from './error-velocity.ts';
import { exactError, isBusinessRefusal } from './errors.ts';
import { createLimits } from './limits.ts';

/** Access tokens of the one sign-in; see auth.ts. */
export type AccessTokens = {
  accessToken(stop: Stop): Promise<string>;
  /** The API did not take it: the next one asked for must be another. */
  rejected(token: string): void | Promise<void>;
};

export type WireParts = {
  /** Scheme, host and port of the country site: the only origin that ever receives a token. */
  readonly origin: string;
  readonly auth: AccessTokens;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  /** Where errors are counted across processes. */
  readonly keep: Keep;
};

export type WireRequest = {
  readonly method: HttpMethod;
  /** The division in the address, or `current`. */
  readonly division: string;
  /** The resource without key and query: what errors are counted by. */
  readonly resource: string;
  readonly url: string;
  readonly body?: string;
  readonly stop: Stop;
};

/** Signed requests to one country site, within its limits. */
export type Wire = ReturnType<typeof createWire>;

const READ_TIMEOUT_MS = 60_000;
const WRITE_TIMEOUT_MS = 120_000;
/** Related lists are read side by side; the minute has 60 calls in all. */
const REQUESTS_AT_ONCE = 4;
const READ_ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 1_000;
/** What Exact counts as an error. Whether its validation counts is not said; it is taken for one. */
const COUNTED: ReadonlySet<number> = new Set([400, 401, 403, 404, 500]);
const RETRIED: ReadonlySet<string> = new Set(['network_lost', 'timeout', 'answer_unreadable', 'provider_down']);

export function createWire({ origin, auth, http, clock, random, keep }: WireParts) {
  const limits = createLimits(clock);
  const velocity = createErrorVelocity(clock, keep);
  const lane = createLanes(REQUESTS_AT_ONCE);

  /** One request with one token, counted against every limit. */
  const once = async (
    request: WireRequest,
    token: string,
    doing: 'read' | 'write',
    whenLost: (thrown: unknown) => DaybookError,
  ): Promise<HttpAnswer> => {
    if (request.stop?.aborted) throw new DaybookError('cancelled', 'Cancelled before it was finished.');
    const endpoint = `${request.division}/${request.resource}`;
    await velocity.ready();
    velocity.begin(endpoint);
    let answer: HttpAnswer | null = null;
    try {
      await limits.take(request.division, doing, request.stop);
      try {
        const sent = http.send({
          method: request.method,
          url: request.url,
          headers: {
            Accept: 'application/json',
            Authorization: `Bearer ${token}`,
            ...(request.body === undefined
              ? {}
              : { 'Content-Type': 'application/json', Prefer: 'return=representation' }),
          },
          ...(request.body === undefined ? {} : { body: request.body }),
          timeoutMs: doing === 'read' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS,
          retry: 'never',
          stop: request.stop,
        });
        answer = await sent.catch((thrown: unknown) => {
          throw whenLost(thrown);
        });
      } finally {
        limits.ended(request.division, answer);
      }
    } finally {
      if (answer === null) velocity.ended(endpoint, 'lost');
    }
    const countedError = COUNTED.has(answer.status) && (answer.status !== 500 || isRefusal(answer));
    if (countedError) await velocity.failed(endpoint, errorOf(doing, answer));
    else velocity.ended(endpoint, answer.status < 400 ? 'answered' : 'lost');
    return answer;
  };

  /** A 401 says that nothing was done, so that one more try with a new token repeats no write. */
  const signed = async (
    request: WireRequest,
    doing: 'read' | 'write',
    whenLost: (thrown: unknown) => DaybookError,
  ): Promise<HttpAnswer> => {
    const token = await auth.accessToken(request.stop);
    const answer = await once(request, token, doing, whenLost);
    if (answer.status !== 401) return answer;
    await auth.rejected(token);
    return once(request, await auth.accessToken(request.stop), doing, whenLost);
  };

  const errorOf = (doing: 'read' | 'write', answer: HttpAnswer): DaybookError =>
    exactError(doing, { status: answer.status, body: answer.text });

  return {
    origin,
    callBudgets: limits.callBudgets,
    /** Ends a pause after equal errors, for one request each. @returns whether there was one */
    endPause: velocity.oneMore,
    /** Waits until a call is admitted in the division. @throws DaybookError `quota_used_up`, `cancelled` */
    ready: limits.ready,

    /**
     * Asks until there is an answer below 400, at most four times: a full minute is waited for, trouble of the server or
     * of the way there is tried again. @throws DaybookError
     */
    read: async (request: WireRequest): Promise<HttpAnswer> => {
      for (let attempt = 1; ; attempt++) {
        const error = await lane(() => signed(request, 'read', asDaybookError)).then(
          (answer) => (answer.status < 400 ? answer : withPause(errorOf('read', answer))),
          asDaybookError,
        );
        if (!(error instanceof DaybookError)) return error;
        if (attempt >= READ_ATTEMPTS || request.stop?.aborted) throw error;
        // After a 429 the next attempt waits for the minute by itself.
        const refused = error.providerCode === 'HTTP 429';
        if (!refused && !RETRIED.has(error.code)) throw error;
        if (!refused) await pause(attempt, request.stop);
      }

      function withPause(error: DaybookError): DaybookError {
        if (error.code !== 'rate_limited') return error;
        const { message, providerCode } = error;
        return new DaybookError('rate_limited', message, {
          providerCode,
          retryAfterMs: limits.pauseMs(request.division),
        });
      }
    },

    /**
     * Sends once. Any answer is the caller's to judge, and so is what is thrown while the request is on its way; what auth
     * and limits throw comes before anything is sent.
     */
    write: (request: WireRequest, whenLost: (thrown: unknown) => DaybookError): Promise<HttpAnswer> =>
      lane(() => signed(request, 'write', whenLost)),

    /** The error behind an answer to a write. */
    refusal: (request: WireRequest, answer: HttpAnswer): DaybookError =>
      exactError(
        'write',
        { status: answer.status, body: answer.text },
        answer.status === 429 ? { retryAfterMs: limits.pauseMs(request.division) } : {},
      ),
  };

  async function pause(attempt: number, stop: Stop): Promise<void> {
    const ms = FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + random.next() / 2);
    try {
      await clock.sleep(ms, stop);
    } catch (thrown) {
      throw new DaybookError('cancelled', 'Cancelled before it was finished.', { cause: thrown });
    }
  }
}

function isRefusal(answer: HttpAnswer): boolean {
  return isBusinessRefusal(answer.status, answer.text);
}
