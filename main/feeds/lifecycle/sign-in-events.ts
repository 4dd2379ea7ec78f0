import type { SignInState } from '../../connectors/sign-in.ts';
import { type Clock, instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { ending } from './ending.ts';
import type { Event } from './machine.ts';

/** How a sign-in stands, as events. Nobody is asked: the tokens that are kept tell it. */
export function signInEvents(state: SignInState, title: string, clock: Clock): readonly Event[] {
  if (state.state === 'signed_in')
    return [{ kind: 'signed_in' }, ...ending('sign_in', state.endsAt, instantNow(clock))];
  const code = state.ended?.code ?? 'signed_out';
  const sentence =
    state.ended?.sentence ?? `Nobody has signed in to ${title} for this connection yet. Sign in to go on.`;
  const { repair, retryable } = new DaybookError(code, sentence);
  return [{ kind: 'failed', code, sentence, repair, retryable }];
}
