import type { z } from 'zod';
import { can } from '../connectors/capabilities.ts';
import type { SignInState } from '../connectors/sign-in.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';
import type { callBudget, signInState } from './calls/sign-in.ts';

type Facts = {
  readonly signIn: z.input<typeof signInState> | null;
  readonly callBudgets: Array<z.input<typeof callBudget>>;
};

export const NO_FACTS: Facts = { signIn: null, callBudgets: [] };

const DAY_MS = 86_400_000;
/** A sign-in that ends sooner is told. */
const WARN_DAYS = 7;

/** What an opened connection tells of itself without asking its provider. */
export async function connectionFacts(daybook: Daybook, connectionId: string): Promise<Facts> {
  try {
    const connector = await daybook.feeds.connector(connectionId);
    return {
      signIn: can(connector, 'signInState')
        ? signInDocument(await connector.signInState(), daybook.ports.clock.now())
        : null,
      callBudgets: can(connector, 'callBudgets') ? connector.callBudgets().map((budget) => ({ ...budget })) : [],
    };
  } catch (thrown) {
    // A connection that cannot be opened, for a secret that is missing, is still listed.
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return NO_FACTS;
  }
}

/** The state with the warning that a screen shows. */
export function signInDocument(state: SignInState, now: number): z.input<typeof signInState> {
  return { ...state, warning: warningOf(state, now) };
}

function warningOf({ state, endsAt }: SignInState, now: number): string | null {
  if (state !== 'signed_in' || endsAt === null) return null;
  const left = Date.parse(endsAt) - now;
  if (left > WARN_DAYS * DAY_MS) return null;
  if (left <= 0) return 'The sign-in has ended. Sign in again; nothing can be read or posted until then.';
  const days = Math.ceil(left / DAY_MS);
  return `The sign-in ends in ${days} ${days === 1 ? 'day' : 'days'} unless it is used before. Sign in again to be safe.`;
}
