import { instantOf } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { retryAfterMs } from '../../core/http.ts';
import type { Stop } from '../capabilities.ts';
import type { CallBudget } from '../sign-in.ts';

/**
 * Calls per minute and day that Exact admits to one application in one division, as its headers tell. Whatever else runs
 * under the same client id draws from the same budget. Source: facts §2.4.
 */
export type Limits = ReturnType<typeof createLimits>;

type WindowName = CallBudget['window'];
type Window = { readonly limit: number; remaining: number; readonly resetsAt: number; readonly toldAt: number | null };
type Budget = { minute: Window; day: Window | null; inFlight: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What an application has unless its answers tell otherwise. */
const CALLS_A_MINUTE = 60;
/** Two reset times nearer than this are the same window: they are told with and without milliseconds. */
const SAME_WINDOW_MS = 2_000;

export function createLimits(clock: Clock) {
  const budgets = new Map<string, Budget>();

  /** A minute that nobody has told us about: it ends with the minute of our clock, and has what the last one had. */
  const assumed = (limit: number): Window => ({
    limit,
    remaining: limit,
    resetsAt: Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS,
    toldAt: null,
  });

  const budgetOf = (division: string): Budget => {
    const budget = budgets.get(division) ?? { minute: assumed(CALLS_A_MINUTE), day: null, inFlight: 0 };
    budgets.set(division, budget);
    if (clock.now() >= budget.minute.resetsAt) {
      const fresh = assumed(budget.minute.limit);
      // What is on its way may be counted in the minute in which it arrives; one call is there, lest all wait for all.
      budget.minute = { ...fresh, remaining: Math.max(1, fresh.limit - budget.inFlight) };
    }
    if (budget.day !== null && clock.now() >= budget.day.resetsAt) budget.day = null;
    return budget;
  };

  /** Milliseconds until a call is admitted; 0 when it is now. @throws DaybookError `quota_used_up` */
  const waitFor = (division: string): number => {
    const { minute, day } = budgetOf(division);
    if (day !== null && day.remaining <= 0) throw dayUsedUp(division, day, clock.now());
    return minute.remaining > 0 ? 0 : minute.resetsAt - clock.now();
  };

  const ready = async (division: string, stop: Stop): Promise<void> => {
    for (let wait = waitFor(division); wait > 0; wait = waitFor(division)) {
      try {
        await clock.sleep(wait, stop);
      } catch (thrown) {
        throw new DaybookError('cancelled', 'Cancelled while Daybook waited for Exact Online to admit more calls.', {
          cause: thrown,
        });
      }
    }
  };

  return {
    /** Waits until a call is admitted, and takes none. @throws DaybookError `quota_used_up`, `cancelled` */
    ready,

    /**
     * Takes one call. A read waits for the next minute; a write does not, because who may write was settled just before.
     * @throws DaybookError `quota_used_up`, `cancelled`; for a write `rate_limited`. Nothing was sent.
     */
    take: async (division: string, doing: 'read' | 'write', stop: Stop): Promise<void> => {
      // Nothing may come between the last look and the taking: several wait for the same call.
      for (let wait = waitFor(division); wait > 0; wait = waitFor(division)) {
        if (doing === 'write')
          throw new DaybookError(
            'rate_limited',
            'The calls that Exact Online admits in this minute are used up; nothing was sent, and Daybook goes on in the next.',
            { retryAfterMs: wait },
          );
        await ready(division, stop);
      }
      const budget = budgetOf(division);
      budget.minute.remaining -= 1;
      if (budget.day !== null) budget.day.remaining -= 1;
      budget.inFlight += 1;
    },

    /** Each call taken ends here: with the answer's status and headers, or with null when none came. */
    ended: (division: string, answer: { readonly status: number; readonly headers: Headers } | null): void => {
      const budget = budgetOf(division);
      budget.inFlight -= 1;
      if (answer === null) return;
      const now = clock.now();
      const serverNow = Date.parse(answer.headers.get('date') ?? '');
      const told = (name: WindowName): Window | null => {
        const prefix = name === 'minute' ? 'x-ratelimit-minutely' : 'x-ratelimit';
        const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((part) =>
          wholeNumber(answer.headers.get(`${prefix}-${part}`)),
        );
        // When the minute is used up the daily headers are missing: that says nothing about the day.
        if (limit == null || remaining == null || reset == null) return null;
        const resetsAt = now + timeLeft(reset, name === 'minute' ? MINUTE_MS : DAY_MS, now, serverNow);
        return { limit, remaining, resetsAt, toldAt: now };
      };
      const minute = told('minute');
      const day = told('day');
      if (minute !== null) budget.minute = merged(budget.minute, minute, budget.inFlight);
      if (day !== null) budget.day = merged(budget.day, day, budget.inFlight);
      // Refused although calls seem to be left: the rest of the minute belongs to somebody else.
      if (answer.status === 429 && (budget.day === null || budget.day.remaining > 0)) {
        const pause = Math.max(retryAfterMs(answer.headers, now) ?? 0, budget.minute.resetsAt - now, 1_000);
        budget.minute = { ...budget.minute, remaining: 0, resetsAt: now + pause };
      }
    },

    /** When a refused call may be tried again, in milliseconds from now. */
    pauseMs: (division: string): number => {
      const { minute, day } = budgetOf(division);
      const until = day !== null && day.remaining <= 0 ? day.resetsAt : minute.remaining <= 0 ? minute.resetsAt : 0;
      return Math.max(0, until - clock.now());
    },

    callBudgets: (): CallBudget[] =>
      [...budgets.keys()].flatMap((legalEntity) => {
        const { minute, day } = budgetOf(legalEntity);
        return (['minute', 'day'] as const).flatMap((window): CallBudget[] => {
          const held = window === 'minute' ? minute : day;
          if (held?.toldAt == null) return [];
          const { limit, resetsAt, toldAt } = held;
          const remaining = Math.max(0, held.remaining);
          return [{ legalEntity, window, limit, remaining, resetsAt: instantOf(resetsAt), asOf: instantOf(toldAt) }];
        });
      }),
  };
}

/** Answers overtake each other: inside one window only the lower count is true. A call in flight is not counted there. */
function merged(known: Window | null, told: Window, inFlight: number): Window {
  const sameWindow = known !== null && Math.abs(known.resetsAt - told.resetsAt) < SAME_WINDOW_MS;
  if (sameWindow && known.toldAt !== null) return { ...told, remaining: Math.min(known.remaining, told.remaining) };
  return { ...told, remaining: told.remaining - inFlight };
}

/**
 * Milliseconds to a reset that is told as a moment (epoch milliseconds). Where our own clock is wrong, the answer's Date
 * says how far it is; never longer than the window.
 */
function timeLeft(reset: number, windowMs: number, now: number, serverNow: number): number {
  const left = reset - now;
  if (left > 0 && left <= windowMs) return left;
  const byServer = Number.isNaN(serverNow) ? left : reset - serverNow;
  return Math.min(windowMs, Math.max(0, byServer));
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

function dayUsedUp(division: string, day: Window, now: number): DaybookError {
  return new DaybookError(
    'quota_used_up',
    `The ${day.limit} calls a day that Exact Online admits in division ${division} are used up; Daybook goes on at midnight UTC.`,
    { retryable: true, repair: 'wait', retryAfterMs: Math.max(0, day.resetsAt - now) },
  );
}
