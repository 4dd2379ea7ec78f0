import type { z } from 'zod';

/** What a screen shows that may have changed; a host tells it with the event `changed`. */
export const TOPICS = [
  'feeds',
  'queue',
  'mappings',
  'rules',
  'journals',
  'reconcile',
  'audit',
  'settings',
  'runs',
] as const;
export type Topic = (typeof TOPICS)[number];

/** One call of the API: what goes in, what comes out, and what it does to the workspace. */
export type Call<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> = {
  /** One line for the reader of the contract. */
  readonly about: string;
  readonly input: I;
  readonly output: O;
  /** Sends `work.progress` and can be cancelled. */
  readonly long?: true;
  /** What it may change. Told also when it fails, because long work is saved page by page. */
  readonly changes?: readonly Topic[];
};

export function call<I extends z.ZodType, O extends z.ZodType>(definition: Call<I, O>): Call<I, O> {
  return definition;
}

/** One kind of message that comes without being asked for. */
export type Event<D extends z.ZodType = z.ZodType> = { readonly about: string; readonly data: D };

export function event<D extends z.ZodType>(definition: Event<D>): Event<D> {
  return definition;
}
