import type { Clock } from './clock.ts';
import { DaybookError } from './errors.ts';

/** How many requests a budget admits in a window. */
export type RateLimit = { readonly requests: number; readonly perMs: number };

/**
 * Keeps requests within the provider's limits: a sliding window per budget name. When the provider says 429 all the
 * same (its limit is lower than we know, or others use it too), the budget halves and grows back window by window.
 */
export type RateBudgets = {
  /**
   * Waits until every named budget admits one more request, and takes it.
   * @throws DaybookError `rate_limited` when the wait would be longer than `maxWaitMs`; nothing was sent.
   */
  take(names: readonly string[], host: string, stop?: AbortSignal): Promise<void>;
  /** Tells that a request on these budgets was answered 429, with the pause asked for. */
  refused(names: readonly string[], retryAfterMs: number | undefined): void;
};

type Budget = {
  readonly limit: RateLimit | undefined;
  /** When the requests of the present window were sent, oldest first. */
  sent: number[];
  /** A pause that the provider asked for. */
  closed: { readonly from: number; readonly until: number };
  /** The limit is divided by two this many times. */
  halvings: number;
  /** When the next halving is taken back. */
  relaxAt: number;
};

const MOST_HALVINGS = 5;
/** A budget without a known limit that was refused without a Retry-After. */
const DEFAULT_PAUSE_MS = 1_000;

export function rateBudgets(
  clock: Clock,
  limitOf: (name: string) => RateLimit | undefined,
  maxWaitMs: number,
): RateBudgets {
  const budgets = new Map<string, Budget>();

  const budgetOf = (name: string): Budget => {
    const known = budgets.get(name);
    if (known) return known;
    const fresh = { limit: limitOf(name), sent: [], closed: { from: 0, until: 0 }, halvings: 0, relaxAt: 0 };
    budgets.set(name, fresh);
    return fresh;
  };

  return {
    take: async (names, host, stop) => {
      const wanted = [...new Set(names)].map(budgetOf);
      for (;;) {
        const now = clock.now();
        const wait = Math.max(0, ...wanted.map((budget) => waitFor(budget, now)));
        if (wait === 0) {
          for (const budget of wanted) if (budget.limit) budget.sent.push(now);
          return;
        }
        if (wait > maxWaitMs)
          throw new DaybookError(
            'rate_limited',
            `${host} admits no more requests for now. Nothing is lost; Daybook goes on when it admits them again.`,
            { retryAfterMs: wait },
          );
        await clock.sleep(wait, stop);
      }
    },
    refused: (names, retryAfterMs) => {
      const now = clock.now();
      for (const budget of mostUsed([...new Set(names)].map(budgetOf))) {
        const window = budget.limit?.perMs ?? DEFAULT_PAUSE_MS;
        budget.halvings = Math.min(MOST_HALVINGS, budget.halvings + 1);
        budget.relaxAt = now + window;
        const pause = retryAfterMs ?? (budget.limit ? 0 : DEFAULT_PAUSE_MS);
        if (now + pause > budget.closed.until) budget.closed = { from: now, until: now + pause };
      }
    },
  };
}

/** Milliseconds until the budget admits a request; 0 when it does now. */
function waitFor(budget: Budget, now: number): number {
  // A wall clock that was set back must not lengthen a pause or a window: hence the lower bounds.
  if (now >= budget.closed.from && now < budget.closed.until) return budget.closed.until - now;
  if (!budget.limit) return 0;
  const { requests, perMs } = budget.limit;
  while (budget.halvings > 0 && budget.relaxAt <= now) {
    budget.halvings -= 1;
    budget.relaxAt += perMs;
  }
  const current = budget.sent.findIndex((at) => at > now - perMs && at <= now);
  budget.sent = current === -1 ? [] : current === 0 ? budget.sent : budget.sent.slice(current);
  const admitted = Math.max(1, Math.floor(requests / 2 ** budget.halvings));
  const blocking = budget.sent[budget.sent.length - admitted];
  return blocking === undefined ? 0 : blocking + perMs - now;
}

/** A 429 does not say which budget it is about: those nearest to their limit are, or all when none has a limit. */
function mostUsed(budgets: readonly Budget[]): readonly Budget[] {
  const use = (budget: Budget) => (budget.limit ? budget.sent.length / budget.limit.requests : 0);
  const most = Math.max(...budgets.map(use));
  return budgets.filter((budget) => use(budget) === most);
}
