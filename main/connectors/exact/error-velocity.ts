import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { DaybookError, ERROR_NATURES, type ErrorCode } from '../../core/errors.ts';
import type { Keep } from '../context.ts';

/**
 * Exact locks an application out of a resource for an hour after ten errors there in an hour, longer on repeat. So
 * errors are counted here as Exact would count them, and the eleventh is never risked. They are kept in the workspace,
 * because a process that is started again, or another one beside it, counts on. Source: facts §2.4.
 */
export type ErrorVelocity = ReturnType<typeof createErrorVelocity>;

type Failure = { readonly at: number; readonly error: DaybookError };
type Endpoint = {
  failures: Failure[];
  running: number;
  equal: { readonly first: number; count: number; readonly error: DaybookError } | null;
};

const WINDOW_MS = 60 * 60_000;
const MOST_FAILURES = 10;
/** Three equal errors in twenty minutes are nine in an hour. */
const MOST_EQUAL = 3;
const EQUAL_PAUSE_MS = 20 * 60_000;

/** The name under which the errors of the last hour are kept. */
const KEPT = 'errors';

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_NATURES, code);
const keptErrors = z.array(
  z.object({ endpoint: z.string(), at: z.number(), code: z.string().refine(isCode), sentence: z.string() }),
);
type Kept = z.output<typeof keptErrors>;

export function createErrorVelocity(clock: Clock, keep: Keep) {
  const records = new Map<string, Endpoint>();
  let loaded: Promise<void> | undefined;
  let saving: Promise<void> = Promise.resolve();

  const recordOf = (endpoint: string): Endpoint => {
    const record = records.get(endpoint) ?? { failures: [], running: 0, equal: null };
    records.set(endpoint, record);
    record.failures = record.failures.filter(({ at }) => at > clock.now() - WINDOW_MS);
    if (record.equal !== null && clock.now() >= record.equal.first + EQUAL_PAUSE_MS) record.equal = null;
    return record;
  };

  /** What another version of Daybook kept in another form is not counted. */
  const kept = async (): Promise<Kept> => {
    const parsed = keptErrors.safeParse(await keep.read(KEPT));
    const after = clock.now() - WINDOW_MS;
    return parsed.success ? parsed.data.filter(({ at }) => at > after && at <= clock.now()) : [];
  };

  const load = async () => {
    // Whether one of the requests between them was answered is not kept: they count for the hour, not as a row of equals.
    for (const { endpoint, at, code, sentence } of await kept())
      recordOf(endpoint).failures.push({ at, error: new DaybookError(code, sentence) });
  };

  return {
    /** Reads, once, what was counted before this process began. */
    ready: (): Promise<void> => {
      loaded ??= load().catch((thrown: unknown) => {
        loaded = undefined;
        throw thrown;
      });
      return loaded;
    },

    /**
     * Begins a request. `endpoint` names division and resource, without keys and query.
     * @throws DaybookError the known answer where this resource is forbidden and was asked three times; else
     * `rate_limited` after too many errors. Nothing was sent.
     */
    begin: (endpoint: string): void => {
      const record = recordOf(endpoint);
      const { equal, failures } = record;
      if (equal !== null && equal.count >= MOST_EQUAL) {
        if (equal.error.code === 'not_permitted') throw equal.error;
        throw tooMany('the same error came three times', equal.first + EQUAL_PAUSE_MS - clock.now(), equal.error);
      }
      if (failures.length > 0 && failures.length + record.running >= MOST_FAILURES - 1) {
        const [oldest, latest] = [failures[0]?.at ?? clock.now(), failures.at(-1)?.error];
        if (latest?.code === 'not_permitted') throw latest;
        throw tooMany('there were too many errors', oldest + WINDOW_MS - clock.now(), latest);
      }
      record.running += 1;
    },

    /**
     * A person may have mended what was refused: where the same error came three times, one more request goes. What Exact
     * counts in the hour stays counted. @returns whether there was such a pause below this division
     */
    oneMore: (division: string): boolean => {
      let paused = false;
      for (const endpoint of records.keys()) {
        const { equal } = endpoint.startsWith(`${division}/`) ? recordOf(endpoint) : { equal: null };
        if (equal === null || equal.count < MOST_EQUAL) continue;
        equal.count = MOST_EQUAL - 1;
        paused = true;
      }
      return paused;
    },

    /** The request was answered without an error, or brought no answer at all. */
    ended: (endpoint: string, outcome: 'answered' | 'lost'): void => {
      const record = recordOf(endpoint);
      record.running -= 1;
      if (outcome === 'answered') record.equal = null;
    },

    /** The request was answered with an error that Exact counts. */
    failed: async (endpoint: string, error: DaybookError): Promise<void> => {
      const record = recordOf(endpoint);
      record.running -= 1;
      const at = clock.now();
      record.failures.push({ at, error });
      const known = record.equal;
      const again = known !== null && known.error.code === error.code && known.error.message === error.message;
      record.equal = again ? { ...known, count: known.count + 1 } : { first: at, count: 1, error };
      const add = async () =>
        keep.write(KEPT, [...(await kept()), { endpoint, at, code: error.code, sentence: error.message }]);
      // One after the other, also after one that could not be written: each is added to those before.
      saving = saving.then(add, add);
      await saving;
    },
  };
}

function tooMany(why: string, waitMs: number, cause: DaybookError | undefined): DaybookError {
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000));
  return new DaybookError(
    'rate_limited',
    `Daybook asks Exact Online no more for this for ${minutes} minutes, because ${why} and Exact Online would lock it out: ${cause?.message ?? ''}`.trim(),
    { retryAfterMs: waitMs, cause },
  );
}
