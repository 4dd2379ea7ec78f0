import { createHash } from 'node:crypto';
import { sealedReturn, signInPath } from '../../relay/protocol.ts';
import { epochOf } from '../core/calendar.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { liveChannel, openSession, relayCalls } from './channel.ts';
import { type ChannelKeys, newChannelKeys } from './channel-keys.ts';
import type { WebhookParts } from './parts.ts';

export type SignInReturns = {
  /** Has the relay wait for the browser. False where the sign-in does not come back to the relay, or it cannot wait. */
  expect(connectionId: string, page: { readonly url: string; readonly returnsTo: string }): Promise<boolean>;
  /**
   * The address with which the browser came back, once it has; null: not yet, ask again.
   * @throws DaybookError `link_expired` when none is waited for any more
   */
  wait(connectionId: string, stop: AbortSignal): Promise<string | null>;
};

type Expected = {
  readonly channel: string;
  readonly relayUrl: string;
  readonly provider: string;
  readonly token: string;
  readonly stateHash: string;
  readonly keys: ChannelKeys;
  readonly returnsTo: string;
  readonly expiresAt: number;
};

/**
 * Sign-ins whose provider leads the browser back to the relay. The key is made for each and stays in memory: nobody else,
 * not even another desktop of the workspace, can open what comes back. What came back is verified by `finishSignIn`.
 */
export function createSignInReturns(parts: WebhookParts): SignInReturns {
  const { clock, random, log } = parts.ports;
  const expected = new Map<string, Expected>();
  return {
    expect: async (connectionId, { url, returnsTo }) => {
      expected.delete(connectionId);
      const channel = await liveChannel(parts.store.read);
      const provider = channel && providerOf(channel.publicUrl, returnsTo);
      const state = URL.parse(url)?.searchParams.get('state');
      if (channel === null || !provider || !state) return false;
      try {
        const { token } = await openSession(parts, channel, undefined);
        const keys = await newChannelKeys(random);
        const stateHash = createHash('sha256').update(state).digest('base64url');
        const about = { provider, stateHash, sealKey: keys.sealKey };
        const { expiresAt } = await relayCalls(parts, channel.relayUrl).openSignIn(channel.id, token, about, undefined);
        const { id, relayUrl } = channel;
        expected.set(connectionId, {
          ...{ channel: id, relayUrl, provider, token, stateHash, keys, returnsTo },
          expiresAt: epochOf(expiresAt),
        });
        return true;
      } catch (thrown) {
        // The address can be pasted as well.
        log.warn({ error: asDaybookError(thrown).toJSON() }, 'the relay does not wait for the sign-in');
        return false;
      }
    },
    wait: async (connectionId, stop) => {
      const wait = expected.get(connectionId);
      if (wait === undefined || wait.expiresAt <= clock.now()) {
        expected.delete(connectionId);
        throw new DaybookError(
          'link_expired',
          'Nobody came back from the sign-in in 15 minutes, or Daybook was started anew meanwhile. Start it again.',
          { repair: 'sign_in_again' },
        );
      }
      const calls = relayCalls(parts, wait.relayUrl);
      const sealed = await calls.signInReturn(wait.channel, wait.token, wait.stateHash, stop);
      if (sealed === null) return null;
      expected.delete(connectionId);
      const text = wait.keys.open(Buffer.from(sealed, 'base64url'));
      const opened = sealedReturn.safeParse(jsonOf(text));
      if (!opened.success || opened.data.channel !== wait.channel || opened.data.provider !== wait.provider)
        throw new DaybookError(
          'answer_unexpected',
          'What the relay brought back is not for this sign-in. Paste the address of the page where the browser landed.',
        );
      return `${wait.returnsTo}?${opened.data.query}`;
    },
  };
}

/** The provider in the return address of a sign-in, where it leads to this relay. */
function providerOf(publicUrl: string, returnsTo: string): string | null {
  const [, provider] = /\/oauth\/([a-z0-9-]{1,20})\/callback$/.exec(returnsTo) ?? [];
  return provider !== undefined && returnsTo === `${publicUrl}${signInPath(provider)}` ? provider : null;
}

/** What is no JSON is no return of ours. */
function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
