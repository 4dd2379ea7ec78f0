import { z } from 'zod';
import { call } from './define.ts';
import { id, instant, none, serialError } from './shared.ts';

/** How a connection stands with its provider's sign-in, as a screen shows it. */
export const signInState = z.object({
  state: z.enum(['signed_out', 'signed_in']),
  /** When it ends unless it is used before; null while signed out or where it does not end. */
  endsAt: instant.nullable(),
  refreshedAt: instant.nullable(),
  user: z.string().nullable(),
  /** What a person must know or do: it ends within 7 days, another computer took it over. */
  warning: z.string().nullable(),
});

/** How many calls a provider still allows, as its last answer told. */
export const callBudget = z.object({
  legalEntity: z.string(),
  window: z.enum(['minute', 'day']),
  limit: z.int(),
  remaining: z.int(),
  resetsAt: instant,
  asOf: instant,
});

/** Ledgers that a person signs in to in the system browser. */
export const signInCalls = {
  'connections.startSignIn': call({
    about: 'Begins a sign-in: the page to open in the system browser, and where it will lead back to.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({
      url: z.string(),
      /** The address at which the browser lands; the person pastes it, with all that stands behind it. */
      returnsTo: z.string(),
      expiresAt: instant,
      /** The relay brings the browser's return: ask `connections.awaitSignIn`. Pasting the address works as well. */
      returnsByItself: z.boolean(),
    }),
    changes: ['audit'],
  }),
  'connections.finishSignIn': call({
    about: 'Ends a sign-in with the address at which the browser landed; its `state` is verified first.',
    input: z.strictObject({ connectionId: id, address: z.string().trim().min(1).max(4_000) }),
    output: signInState,
    changes: ['feeds', 'audit'],
  }),
  'connections.signInState': call({
    about: 'How a connection stands with its sign-in, without asking the provider; null where it has none.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({ signIn: signInState.nullable() }),
  }),
  'connections.keepSignedIn': call({
    about: 'Uses every sign-in that would otherwise run out. For the schedule; most of the time it asks nobody.',
    input: none,
    output: z.array(
      z.object({
        connectionId: id,
        connection: z.string(),
        signIn: signInState.nullable(),
        error: serialError.nullable(),
      }),
    ),
    changes: ['feeds'],
  }),
  'connections.callBudgets': call({
    about: 'How many calls the providers still allow, as their last answers told. Asks nobody.',
    input: none,
    output: z.array(z.object({ connectionId: id, connection: z.string(), budgets: z.array(callBudget) })),
  }),
};
