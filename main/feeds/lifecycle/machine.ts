import { epochOf, type Instant, instantOf } from '../../core/calendar.ts';
import type { ErrorCode, RepairAction } from '../../core/errors.ts';
import { type Ending, HEALTHY, isPassing, type Lifecycle, type PassingState, type Trouble } from './states.ts';

/** What can happen to a connection, whoever tells it. */
export type Event =
  /** It was asked and answered. Facts that were not told are left out. */
  | { readonly kind: 'worked'; readonly consentEndsAt?: Instant | null; readonly reachedAt?: Instant | null }
  /** It was asked and failed, or a notice says that it does. */
  | ({ readonly kind: 'failed' } & Failure)
  /** The provider says that the sign-in works again, without a person of ours. */
  | { readonly kind: 'login_repaired' }
  /** A person signed in again. */
  | { readonly kind: 'signed_in' }
  /** An end was announced, or comes near. */
  | { readonly kind: 'ends'; readonly ending: Ending }
  /** An end that came near is far again: the sign-in was used, the secret replaced. */
  | { readonly kind: 'extended'; readonly what: Ending['what'] }
  /** Only time passed: an announced day may have come, the bank's data may have grown old. */
  | { readonly kind: 'time_passed'; readonly reachedAt: Instant | null }
  | { readonly kind: 'accounts_offered' }
  /** New keys or settings, or a token of a new link: everything before says nothing any more. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'removed' };

export type Failure = {
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly repair: RepairAction;
  readonly retryable: boolean;
  /** What the provider asked for. */
  readonly retryAfterMs?: number | undefined;
  /** 0 to 1: spreads the tries of many connections. */
  readonly jitter?: number;
};

export const EVENTS = [
  'worked',
  'failed',
  'login_repaired',
  'signed_in',
  'ends',
  'extended',
  'time_passed',
  'accounts_offered',
  'renewed',
  'removed',
] as const satisfies ReadonlyArray<Event['kind']>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An end is announced a week before. */
export const ANNOUNCED_MS = 7 * DAY_MS;
/** Banks are asked one to four times a day; two days without an answer is worth saying. */
export const STALE_AFTER_MS = 2 * DAY_MS;

/** The next state: pure, so that polls, notices and the clock cannot disagree about what an event means. */
export function next(before: Lifecycle, event: Event, at: Instant): Lifecycle {
  if (event.kind === 'renewed') return HEALTHY;
  // What a removed connection still hears (a late notice, a run under way) changes nothing.
  if (before.removed) return before;
  switch (event.kind) {
    case 'removed':
      return { ...HEALTHY, removed: true };
    case 'worked':
      return {
        ...before,
        trouble: null,
        ending: endingAfterAnswer(before.ending, event.consentEndsAt, at),
        staleSince: event.reachedAt === undefined ? before.staleSince : staleSince(event.reachedAt, at),
      };
    case 'failed':
      return { ...before, trouble: troubleAfter(before.trouble, event, at) };
    case 'login_repaired':
      return { ...before, trouble: withoutLoginTrouble(before.trouble) };
    case 'signed_in':
      return {
        ...before,
        trouble: withoutLoginTrouble(before.trouble),
        ending: before.ending?.what === 'secret' ? before.ending : null,
        offersAccounts: false,
      };
    case 'ends':
      return { ...before, ending: sooner(before.ending, event.ending) };
    case 'extended':
      return { ...before, ending: before.ending?.what === event.what ? null : before.ending };
    case 'time_passed':
      return afterTime({ ...before, staleSince: staleSince(event.reachedAt, at) }, at);
    case 'accounts_offered':
      return { ...before, offersAccounts: true };
  }
}

/** A good answer proves that an announced end has not come; a day that is still ahead stays announced. */
function endingAfterAnswer(
  ending: Ending | null,
  consentEndsAt: Instant | null | undefined,
  at: Instant,
): Ending | null {
  const left = ending !== null && (ending.on === null || ending.on > at) ? ending : null;
  if (consentEndsAt === undefined || consentEndsAt === null) return left;
  const near = isNear(consentEndsAt, at);
  if (left !== null && left.what !== 'consent') return left;
  return near ? { what: 'consent', on: consentEndsAt } : null;
}

/** True within the week before a day, not after it. */
export function isNear(on: Instant, at: Instant): boolean {
  const left = epochOf(on) - epochOf(at);
  return left > 0 && left <= ANNOUNCED_MS;
}

function sooner(known: Ending | null, told: Ending): Ending {
  if (known === null || known.what === told.what || known.on === null) return told;
  return told.on !== null && told.on < known.on ? told : known;
}

function staleSince(reachedAt: Instant | null, at: Instant): Instant | null {
  return reachedAt !== null && epochOf(at) - epochOf(reachedAt) >= STALE_AFTER_MS ? reachedAt : null;
}

/** A day that has come ends the access, until an answer proves the contrary. */
function afterTime(lifecycle: Lifecycle, at: Instant): Lifecycle {
  const { ending, trouble } = lifecycle;
  if (ending === null || ending.on === null || ending.on > at) return lifecycle;
  if (trouble !== null && !isPassing(trouble.state)) return { ...lifecycle, ending: null };
  return { ...lifecycle, ending: null, trouble: ended(ending, ending.on) };
}

function ended({ what }: Ending, on: Instant): Trouble {
  const day = on.slice(0, 10);
  const common = { until: null, tries: 0 };
  if (what === 'secret')
    return {
      ...common,
      ...{ state: 'keys_refused', code: 'keys_expired', repair: 'check_keys' },
      sentence: `The client secret ended on ${day}. Create a new one and replace it in the settings.`,
    };
  const said = {
    consent: `The consent for this bank ended on ${day}. Sign in again to go on; nothing you have is lost.`,
    access: `The bank announced that this access ends on ${day}. Sign in again to go on; nothing you have is lost.`,
    sign_in: `The sign-in ended on ${day}. Sign in again to go on; nothing you have is lost.`,
  };
  const code = what === 'sign_in' ? 'signed_out' : 'login_required';
  return { ...common, state: 'login_required', code, repair: 'sign_in_again', sentence: said[what] };
}

/** What a person's sign-in mends. Keys, quotas and a login that no longer exists are not among it. */
const MENDED_BY_LOGIN: ReadonlySet<string> = new Set([
  'login_required',
  'action_at_bank',
  'accounts_missing',
  'revoked',
]);

function withoutLoginTrouble(trouble: Trouble | null): Trouble | null {
  return trouble !== null && MENDED_BY_LOGIN.has(trouble.state) ? null : trouble;
}

function troubleAfter(before: Trouble | null, failure: Failure, at: Instant): Trouble {
  const { code, sentence, repair } = failure;
  const state = troubleState(failure);
  if (!isPassing(state)) return { state, code, sentence, repair, until: null, tries: 0 };
  // A bank that is down for an hour does not make a withdrawn consent good.
  if (before !== null && !isPassing(before.state)) return before;
  const tries = (before?.tries ?? 0) + 1;
  const pause = pauseBefore(state, tries, failure);
  return { state, code, sentence, repair, until: instantOf(epochOf(at) + pause), tries };
}

/** First and longest pause. A bank that is down is asked again in hours, not seconds (plaid.com/docs/errors/institution). */
const PAUSES: Readonly<Record<PassingState, readonly [first: number, longest: number]>> = {
  retrying: [MINUTE_MS, HOUR_MS],
  rate_limited: [MINUTE_MS, HOUR_MS],
  institution_down: [30 * MINUTE_MS, 6 * HOUR_MS],
};
/** At most this part of a pause is added, so that many logins do not come back at once. */
const SPREAD = 0.2;
/** A provider may ask for a longer pause than ours, but not for one that would leave out a morning run after the next. */
const LONGEST_ASKED_MS = DAY_MS;
/** No pause is longer: a day further ahead was noted by a clock that has been set back since. */
export const LONGEST_PAUSE_MS = LONGEST_ASKED_MS * (1 + SPREAD);

function pauseBefore(state: PassingState, tries: number, { retryAfterMs = 0, jitter = 0 }: Failure): number {
  const [first, longest] = PAUSES[state];
  const grown = Math.min(longest, first * 2 ** Math.min(tries - 1, 20));
  return Math.floor(Math.max(grown, Math.min(retryAfterMs, LONGEST_ASKED_MS)) * (1 + SPREAD * jitter));
}

function troubleState({ code, retryable }: Failure): Trouble['state'] {
  if (retryable)
    return code === 'rate_limited' ? 'rate_limited' : code === 'provider_down' ? 'institution_down' : 'retrying';
  switch (code) {
    case 'login_required':
    case 'consent_missing':
    case 'signed_out':
    case 'signed_in_elsewhere':
      return 'login_required';
    case 'user_action_at_bank':
      return 'action_at_bank';
    case 'no_accounts':
      return 'accounts_missing';
    case 'access_revoked':
      return 'revoked';
    case 'feed_gone':
      return 'gone';
    case 'wrong_keys':
    case 'keys_expired':
    case 'wrong_environment':
    case 'secret_missing':
    case 'setup_invalid':
      return 'keys_refused';
    default:
      return 'blocked';
  }
}
