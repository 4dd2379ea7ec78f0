/** Contract only for now; the implementation follows (helper core). */
import type { Clock } from './clock.ts';
import type { Fetch, Log } from './ports.ts';
import type { Random } from './random.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** `reads`: may be repeated (also a POST that only reads). `never`: one attempt; the caller must find out. */
  readonly retry: 'reads' | 'never';
  /** Names of the rate budgets that this request draws from, e.g. `plaid:transactions/sync:item-1`. */
  readonly budgets?: readonly string[];
  readonly stop?: AbortSignal | undefined;
};

/** Any HTTP answer that arrived whole. Statuses are the caller's to judge (its connector's `errors.ts`). */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/** How many requests a budget admits in a window. */
export type RateLimit = { readonly requests: number; readonly perMs: number };

export type Http = {
  /** @throws DaybookError `network_lost`, `timeout`, `cancelled`, `answer_unreadable` (body cut off or over the size limit). */
  send(request: HttpRequest): Promise<HttpAnswer>;
};

export type HttpPorts = { readonly fetch: Fetch; readonly clock: Clock; readonly random: Random; readonly log: Log };

export declare function createHttp(
  ports: HttpPorts,
  options?: {
    readonly limitOf?: (budget: string) => RateLimit | undefined;
    readonly attempts?: number;
    readonly maxAnswerBytes?: number;
  },
): Http;
