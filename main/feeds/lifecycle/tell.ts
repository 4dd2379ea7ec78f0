import type { ErrorCode, RepairAction } from '../../core/errors.ts';
import type { Lifecycle } from './states.ts';

/** A state in one plain sentence, and the one thing that repairs it. */
export type Told = {
  readonly code: ErrorCode | null;
  /** Null when there is nothing to say. */
  readonly sentence: string | null;
  readonly repair: RepairAction;
};

const NOTHING: Told = { code: null, sentence: null, repair: 'none' };

/** `name` is the bank's, or the connection's. */
export function tell({ trouble, ending, staleSince, offersAccounts, removed }: Lifecycle, name: string): Told {
  if (removed) return NOTHING;
  if (trouble !== null) return { code: trouble.code, sentence: trouble.sentence, repair: trouble.repair };
  if (ending !== null) {
    const day = ending.on?.slice(0, 10);
    const when = day === undefined ? 'soon' : `on ${day}`;
    switch (ending.what) {
      case 'consent':
        return signInSoon(`The consent for ${name} ends ${when}. Sign in again before, so that nothing stops.`);
      case 'access':
        return signInSoon(`${name} ends this access ${when}. Sign in again before, so that nothing stops.`);
      case 'sign_in':
        return signInSoon(
          `The sign-in to ${name} ends ${when} unless it is used before. Sign in again, so that nothing stops.`,
        );
      case 'secret':
        return {
          code: null,
          sentence: `The client secret of ${name} ends ${when}. Create a new one and replace it in the settings before.`,
          repair: 'check_keys',
        };
    }
  }
  if (staleSince !== null)
    return {
      code: null,
      sentence: `${name} has not been reached since ${staleSince.slice(0, 10)}. It is asked again by itself; lines since then may be missing.`,
      repair: 'wait',
    };
  if (offersAccounts)
    return {
      code: null,
      sentence: `${name} offers accounts that Daybook does not read yet. Choose them, or leave them out.`,
      repair: 'choose_accounts',
    };
  return NOTHING;
}

function signInSoon(sentence: string): Told {
  return { code: null, sentence, repair: 'sign_in_again' };
}
