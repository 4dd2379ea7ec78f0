import type { Clock } from '../../core/clock.ts';
import { DaybookError, type ErrorDetails } from '../../core/errors.ts';
import { type Http, type HttpAnswer, type HttpRequest, retryAfterMs } from '../../core/http.ts';
import { createLanes } from '../../core/lanes.ts';
import type { Random } from '../../core/random.ts';
import type { Tokens } from './auth.ts';
import type { D365Settings } from './config.ts';
import { d365Error } from './errors.ts';

export type WireParts = {
  readonly settings: D365Settings;
  readonly tokens: Tokens;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
};

/** Signed requests to one environment. */
export type Wire = ReturnType<typeof createWire>;

const READ_TIMEOUT_MS = 60_000;
/** A changeset is worked off while we wait. */
const WRITE_TIMEOUT_MS = 180_000;
/** Facts §4: four to eight at once for one client. */
const REQUESTS_AT_ONCE = 6;

export function createWire({ settings, tokens, http, clock, random }: WireParts) {
  const lane = createLanes(REQUESTS_AT_ONCE);

  /** A 401 says that nothing was done, so that one more try with a new token repeats no write. */
  const exchange = async (
    request: Omit<HttpRequest, 'timeoutMs' | 'budgets'>,
    whenLost: (thrown: unknown) => DaybookError,
  ): Promise<HttpAnswer> => {
    if (request.stop?.aborted) throw new DaybookError('cancelled', 'Cancelled before it was finished.');
    const attempt = async (fresh: boolean) => {
      const token = await tokens.get({ fresh });
      const headers = {
        Accept: 'application/json',
        'OData-MaxVersion': '4.0',
        'OData-Version': '4.0',
        ...request.headers,
        Authorization: `Bearer ${token}`,
      };
      const timeoutMs = request.retry === 'never' ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS;
      return lane(() => http.send({ ...request, headers, timeoutMs, budgets: [`d365:${settings.origin}`] })).catch(
        (thrown: unknown) => {
          throw whenLost(thrown);
        },
      );
    };
    const answer = await attempt(false);
    return answer.status === 401 ? attempt(true) : answer;
  };

  return {
    exchange,
    /** Where every address begins. */
    data: `${settings.base}/data/`,
    origin: settings.origin,
    /** A text for boundaries, by which nothing else is called. */
    unique: () => Buffer.from(random.bytes(16)).toString('hex'),
    /** The error behind an answer, or behind a part of one. */
    errorOf: (
      doing: 'read' | 'write',
      answer: Pick<HttpAnswer, 'status' | 'headers'> & { readonly body: string },
      details: ErrorDetails = {},
    ) => {
      const waitMs = retryAfterMs(answer.headers, clock.now());
      const requestId = answer.headers.get('ms-dyn-aid') ?? answer.headers.get('x-ms-request-id') ?? undefined;
      return d365Error(doing, { ...answer, retryAfterMs: waitMs }, { requestId, ...details });
    },
  };
}
