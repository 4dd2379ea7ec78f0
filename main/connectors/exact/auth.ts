import { DaybookError } from '../../core/errors.ts';
import { createHttp } from '../../core/http.ts';
import type { Stop } from '../capabilities.ts';
import type { ConnectorContext } from '../context.ts';
import type { SignsInByBrowser } from '../sign-in.ts';
import type { ExactSettings } from './config.ts';
import { isYoung, type KeptTokens, readKept } from './kept-tokens.ts';
import { mustWait, refreshTokens, signedOut } from './refresh.ts';
import { finishSignIn, signInStateOf, signInUrl } from './sign-in.ts';

/** A sign-in that is used at least this often never ends, however seldom the app is open within its 30 days. */
const KEEP_AFTER_MS = 86_400_000;

export type Auth = SignsInByBrowser & {
  /**
   * The access token for a request that is sent now. Refreshes only when it must, once for all who ask at a time.
   * @throws DaybookError `signed_out`, `signed_in_elsewhere`, `not_ready`, `secret_missing`, errors of the transport.
   */
  accessToken(stop: Stop): Promise<string>;
  /** The API answered 401 to this token: it is not given out again. */
  rejected(token: string): void;
};

/** The sign-in of one connection: access tokens of 600 seconds out of a chain of refresh tokens. Facts 1.3. */
export function createAuth(settings: ExactSettings, context: ConnectorContext): Auth {
  const { clock, tokens } = context;
  const http = createHttp(context);
  const parts = { settings, http, clock, secret: context.secret };
  let refused: string | null = null;
  let refreshing: Promise<KeptTokens> | undefined;

  const kept = async () => readKept(await tokens.peek(settings.chain));

  /** Until 570 s of age, and while Exact does not renew it, to the end of its life. */
  const serves = (held: KeptTokens) => {
    if (held.accessToken === null || held.accessToken === refused) return false;
    const now = clock.now();
    return isYoung(held, now) || (mustWait(held, now) && now < held.accessUntil);
  };

  /** Shared, so it listens to no caller's stop; a request whose answer may be lost for good is never cut off anyway. */
  const refresh = () => {
    refreshing ??= tokens
      .exclusively(settings.chain, (chain) => refreshTokens(chain, parts, serves), undefined)
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  };

  const signInState = async () => signInStateOf(await kept(), clock.now());

  return {
    accessToken: async (stop) => {
      requireGoingOn(stop);
      const held = await kept();
      if (held === null || held.ended !== null) throw signedOut(held);
      const { accessToken } = serves(held) ? held : await refresh();
      requireGoingOn(stop);
      if (accessToken === null) throw signedOut(null);
      return accessToken;
    },
    rejected: (token) => {
      refused = token;
    },
    signInUrl: (state) => signInUrl(settings, state),
    signInReturnsTo: () => settings.redirectUri,
    signInState,
    finishSignIn: async (code, stop) => {
      requireGoingOn(stop);
      const signedIn = await tokens.exclusively(settings.chain, (chain) => finishSignIn(chain, parts, code), stop);
      return signInStateOf(signedIn, clock.now());
    },
    keepSignedIn: async (stop) => {
      requireGoingOn(stop);
      const held = await kept();
      if (held !== null && held.ended === null && clock.now() - held.refreshedAt >= KEEP_AFTER_MS) {
        await refresh().catch((thrown: unknown) => {
          // That it has ended is kept, and told as the state.
          const ended = thrown instanceof DaybookError && /^signed_/.test(thrown.code);
          if (!ended) throw thrown;
        });
      }
      return signInState();
    },
  };
}

function requireGoingOn(stop: Stop): void {
  if (stop?.aborted) throw new DaybookError('cancelled', 'Cancelled before it was finished.', { cause: stop.reason });
}
