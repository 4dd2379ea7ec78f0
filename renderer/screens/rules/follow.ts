import { create } from 'zustand';
import { call, cancel, on, shownError } from '../../api/client.ts';
import type { CallOutput, SerialError } from '../../api/contract.ts';
import type { Progress } from '../../api/use-action.ts';

type Following = {
  readonly callId: string | null;
  readonly progress: Progress | undefined;
  readonly done: CallOutput<'queue.recode'> | null;
  readonly error: SerialError | undefined;
};

const STILL: Following = { callId: null, progress: undefined, done: null, error: undefined };

/** Open entries following changed rules. It goes on while a person moves to another screen. */
export const useFollowing = create<Following>(() => STILL);

on('work.progress', (progress) => {
  if (progress.callId === useFollowing.getState().callId) useFollowing.setState({ progress });
});

let again = false;

/** Codes open entries by the rules as they are now; a person's coding stays. Many changes at once make few turns. */
export async function follow(): Promise<void> {
  again = true;
  if (useFollowing.getState().callId !== null) return;
  while (again) {
    again = false;
    const callId = crypto.randomUUID();
    useFollowing.setState({ ...STILL, callId });
    try {
      const done = await call('queue.recode', {}, callId);
      useFollowing.setState({ ...STILL, done });
    } catch (thrown) {
      useFollowing.setState({ ...STILL, error: shownError(thrown) });
    }
  }
}

export function stopFollowing(): void {
  const { callId } = useFollowing.getState();
  if (callId !== null) void cancel(callId);
}

export function forgetFollowing(): void {
  if (useFollowing.getState().callId === null) useFollowing.setState(STILL);
}
