import { useCallback, useEffect, useRef, useState } from 'react';
import { call, cancel as cancelCall, on, shownError } from './client.ts';
import type { CallInput, CallName, CallOutput, EventData, SerialError } from './contract.ts';

export type Progress = EventData<'work.progress'>;

export type Action<N extends CallName> = {
  /** Does it; undefined when it failed, and then `error` says why. */
  readonly run: (input: CallInput<N>) => Promise<CallOutput<N> | undefined>;
  readonly busy: boolean;
  /** Of a long call, as far as it was told. */
  readonly progress: Progress | undefined;
  /** All sentences of the running call in their order, once each. */
  readonly story: readonly string[];
  /** Asks a long call to stop at its next safe point. */
  readonly cancel: () => void;
  readonly cancelling: boolean;
  readonly error: SerialError | undefined;
  readonly clear: () => void;
};

type State = Pick<Action<CallName>, 'busy' | 'progress' | 'story' | 'cancelling' | 'error'>;

const STILL: State = { busy: false, progress: undefined, story: [], cancelling: false, error: undefined };

/** A write, or any call that a person starts: with progress, cancelling and the error to show. */
export function useAction<N extends CallName>(name: N): Action<N> {
  const [state, setState] = useState<State>(STILL);
  const running = useRef<string | null>(null);

  useEffect(
    () =>
      on('work.progress', (progress) => {
        if (progress.callId !== running.current) return;
        setState((before) => ({
          ...before,
          progress,
          story: before.story.includes(progress.sentence) ? before.story : [...before.story, progress.sentence],
        }));
      }),
    [],
  );

  const run = useCallback(
    async (input: CallInput<N>) => {
      const callId = crypto.randomUUID();
      running.current = callId;
      setState({ ...STILL, busy: true });
      try {
        const value = await call(name, input, callId);
        if (running.current === callId) setState((before) => ({ ...before, busy: false, cancelling: false }));
        return value;
      } catch (thrown) {
        if (running.current === callId)
          setState((before) => ({ ...before, busy: false, cancelling: false, error: shownError(thrown) }));
        return undefined;
      }
    },
    [name],
  );

  const cancel = useCallback(() => {
    if (running.current === null) return;
    setState((before) => ({ ...before, cancelling: true }));
    cancelCall(running.current).catch((thrown: unknown) =>
      setState((before) => ({ ...before, cancelling: false, error: shownError(thrown) })),
    );
  }, []);
  const clear = useCallback(() => setState((before) => (before.busy ? before : STILL)), []);
  return { ...state, run, cancel, clear };
}
