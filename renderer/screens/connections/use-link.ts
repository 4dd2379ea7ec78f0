import { useCallback, useEffect, useRef, useState } from 'react';
import { call, shownError } from '../../api/client.ts';
import type { CallInput, CallOutput, SerialError } from '../../api/contract.ts';
import { wait } from '../../api/wait.ts';
import { type LinkWindow, openLinkWindow } from './link-window.ts';

const ASK_EVERY_MS = 2_000;

export type Linked = Extract<CallOutput<'connections.finishLink'>, { state: 'linked' }>['feeds'];

/** Where a sign-in at a bank stands. */
export type LinkState =
  | { readonly step: 'ready' }
  | { readonly step: 'starting' }
  | {
      readonly step: 'waiting';
      /** The page in the system browser; null where the sign-in is in a window of Daybook. */
      readonly hostedUrl: string | null;
      readonly expiresAt: string;
      /** The last asking failed and is repeated. */
      readonly trouble: SerialError | undefined;
    }
  | { readonly step: 'abandoned'; readonly reason: string }
  | { readonly step: 'failed'; readonly error: SerialError }
  | { readonly step: 'linked'; readonly feeds: Linked };

type Request = Pick<CallInput<'connections.startLink'>, 'connectionId' | 'feedId' | 'selectAccounts' | 'webhookUrl'>;

export type Link = {
  readonly state: LinkState;
  /** `linkOrigin`: in a window of Daybook with Plaid's script; without it, in the system browser. */
  readonly start: (request: Request, linkOrigin?: string) => void;
  readonly again: () => void;
};

/**
 * A sign-in at a bank from its start to its end. Nothing calls back to this computer, so the end is learnt by asking:
 * every few seconds, and at once when the person comes back to this window.
 */
export function useLink(): Link {
  const [state, setState] = useState<LinkState>({ step: 'ready' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback((request: Request, linkOrigin?: string) => {
    running.current?.abort();
    const stop = new AbortController();
    running.current = stop;
    // Opened before the first wait: a browser takes a later one for an advertisement.
    const own = linkOrigin === undefined ? null : openLinkWindow(linkOrigin, stop.signal);
    setState({ step: 'starting' });
    run(request, own, stop.signal, (next) => {
      if (!stop.signal.aborted) setState(next);
    }).catch((thrown: unknown) => {
      own?.close();
      if (!stop.signal.aborted) setState({ step: 'failed', error: shownError(thrown) });
    });
  }, []);
  const again = useCallback(() => {
    running.current?.abort();
    setState({ step: 'ready' });
  }, []);
  return { state, start, again };
}

async function run(request: Request, own: LinkWindow | null, stop: AbortSignal, show: (state: LinkState) => void) {
  const { connectionId, feedId } = request;
  const embedded = own !== null;
  const session = await call('connections.startLink', embedded ? { ...request, embedded } : request);
  if (stop.aborted) return;
  const { linkToken, expiresAt } = session;
  const hostedUrl = embedded ? null : session.hostedUrl;
  if (own) own.give(linkToken);
  else if (hostedUrl !== null) window.open(hostedUrl, '_blank', 'noopener,noreferrer');
  let trouble: SerialError | undefined;
  for (;;) {
    show({ step: 'waiting', hostedUrl, expiresAt, trouble });
    await hint(ASK_EVERY_MS, stop, own);
    if (stop.aborted) return;
    try {
      const polled = await call('connections.pollLink', { connectionId, linkToken });
      trouble = undefined;
      if (polled.state === 'waiting') continue;
      if (polled.state === 'abandoned') return show({ step: 'abandoned', reason: polled.reason });
    } catch (thrown) {
      const error = shownError(thrown);
      if (!error.retryable) throw thrown;
      trouble = error;
      continue;
    }
    const finish = { connectionId, linkToken, ...(feedId === undefined ? {} : { feedId }) };
    const finished = await call('connections.finishLink', finish);
    own?.close();
    if (finished.state === 'linked') return show({ step: 'linked', feeds: finished.feeds });
    if (finished.state === 'abandoned') return show({ step: 'abandoned', reason: finished.reason });
  }
}

/** Waits, but no longer than until the person is back from the bank's page. */
async function hint(ms: number, stop: AbortSignal, own: LinkWindow | null): Promise<void> {
  const back = new AbortController();
  const end = () => back.abort();
  const unlisten = own?.onEnded(end);
  window.addEventListener('focus', end);
  await wait(ms, AbortSignal.any([stop, back.signal]));
  window.removeEventListener('focus', end);
  unlisten?.();
}
