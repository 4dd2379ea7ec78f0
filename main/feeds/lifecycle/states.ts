import type { Instant } from '../../core/calendar.ts';
import type { ErrorCode, RepairAction } from '../../core/errors.ts';

/**
 * Every state that a connection can be in, a bank's login as well as a ledger's sign-in. The order is that of the table
 * in docs/connections.md.
 */
export const STATES = [
  'healthy',
  'new_accounts', // works; the bank offers accounts that were not chosen
  'stale', // works, but the provider itself has not reached the bank for two days
  'expiring', // works; consent, sign-in or client secret ends on a known day
  'disconnect_pending', // works; the bank has announced that it ends the access
  'retrying', // the way there was lost, or the provider had trouble of its own
  'rate_limited', // not to be asked before a moment
  'institution_down', // the bank cannot be reached
  'login_required',
  'action_at_bank', // locked, a new password, new terms: to be settled on the bank's own site
  'accounts_missing', // the login works and shows no account
  'revoked', // its holder withdrew the access
  'gone', // the provider no longer knows it: only linking anew helps
  'keys_refused', // our own keys
  'blocked', // a right, a registration, a quota: an administrator must act
  'removed',
] as const;
export type StateName = (typeof STATES)[number];

export const isState = (name: string): name is StateName => (STATES as readonly string[]).includes(name);

/** The app tries these again by itself. */
export type PassingState = 'retrying' | 'rate_limited' | 'institution_down';
/** These stay until a person, or the bank, has mended them. */
export type LastingState =
  | 'login_required'
  | 'action_at_bank'
  | 'accounts_missing'
  | 'revoked'
  | 'gone'
  | 'keys_refused'
  | 'blocked';

const PASSING: ReadonlySet<string> = new Set<PassingState>(['retrying', 'rate_limited', 'institution_down']);

/** Where we learnt of it: by asking, by a notice, by the calendar, or because a person did it. */
export type Source = 'poll' | 'webhook' | 'clock' | 'person';

/** What stands in the way. `state` says of which sort; code and sentence come from the provider's answer. */
export type Trouble = {
  readonly state: PassingState | LastingState;
  readonly code: ErrorCode | null;
  readonly sentence: string;
  readonly repair: RepairAction;
  /** When it is tried again; null for lasting trouble. */
  readonly until: Instant | null;
  /** Failures in a row, for the pause before the next try. */
  readonly tries: number;
};

/** An end that is known beforehand. `on` is null where the bank announced it without a day. */
export type Ending = { readonly what: 'consent' | 'access' | 'sign_in' | 'secret'; readonly on: Instant | null };

/**
 * What is known of a connection. Facts stand beside each other, so that a pause does not make an announced end
 * forgotten; the state that is shown follows from them (`stateOf`).
 */
export type Lifecycle = {
  readonly trouble: Trouble | null;
  readonly ending: Ending | null;
  /** The provider has not reached the bank since then. */
  readonly staleSince: Instant | null;
  readonly offersAccounts: boolean;
  readonly removed: boolean;
};

export const HEALTHY: Lifecycle = {
  trouble: null,
  ending: null,
  staleSince: null,
  offersAccounts: false,
  removed: false,
};

/** The most urgent fact names the state. */
export function stateOf({ trouble, ending, staleSince, offersAccounts, removed }: Lifecycle): StateName {
  if (removed) return 'removed';
  if (trouble !== null) return trouble.state;
  if (ending !== null) return ending.what === 'access' ? 'disconnect_pending' : 'expiring';
  if (staleSince !== null) return 'stale';
  return offersAccounts ? 'new_accounts' : 'healthy';
}

export function isPassing(state: string): state is PassingState {
  return PASSING.has(state);
}

/** The state in the four words of the lists: what an accountant must know first. */
export function healthWord(state: StateName): 'healthy' | 'retrying' | 'needs_person' | 'removed' {
  switch (state) {
    case 'healthy':
    case 'new_accounts':
    case 'stale':
      return 'healthy';
    case 'removed':
      return 'removed';
    default:
      return isPassing(state) ? 'retrying' : 'needs_person';
  }
}
