/** Ledgers that a person signs in to in a browser, with tokens that change hands at every refresh. */
import type { Instant } from '../core/calendar.ts';
import type { Stop } from './capabilities.ts';

/** How a connection stands with its provider's sign-in. */
export type SignInState = {
  readonly state: 'signed_out' | 'signed_in';
  /** When the sign-in ends unless it is used before; null while signed out or where it does not end. */
  readonly endsAt: Instant | null;
  readonly refreshedAt: Instant | null;
  /** The person who signed in, as the provider names them; null until asked. */
  readonly user: string | null;
  /** Why a sign-in that there was has ended; null while it holds, and before the first one. */
  readonly ended: { readonly code: 'signed_out' | 'signed_in_elsewhere'; readonly sentence: string } | null;
};

export type SignsInByBrowser = {
  /** The page to open in the system browser. The provider gives `state` back unchanged with its answer. */
  signInUrl(state: string): string;
  /** The address at which the browser lands afterwards, as registered. */
  signInReturnsTo(): string;
  /**
   * Ends a sign-in with the code that the browser brought back, and keeps the tokens durably.
   * @throws DaybookError `link_expired` for a used or old code, `wrong_keys`, `not_permitted`.
   */
  finishSignIn(code: string, stop: Stop): Promise<SignInState>;
  /** Asks nobody: what is kept. */
  signInState(): Promise<SignInState>;
  /** Uses the sign-in once when it would otherwise run out. Does nothing while it is young. */
  keepSignedIn(stop: Stop): Promise<SignInState>;
};

/** How many calls a provider still allows, as its last answer told. */
export type CallBudget = {
  readonly legalEntity: string;
  readonly window: 'minute' | 'day';
  readonly limit: number;
  readonly remaining: number;
  readonly resetsAt: Instant;
  readonly asOf: Instant;
};

export type TellsCallBudget = { callBudgets(): readonly CallBudget[] };
