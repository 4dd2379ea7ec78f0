import type { ErrorCode } from '../core/errors.ts';
import { connectionOwner } from './connections.ts';
import type { FeedContext } from './open-feed.ts';
import { type SignInView, signInOf } from './sign-in.ts';

export type ConnectionView = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly environment: string;
  readonly state: string;
  readonly code: string | null;
  readonly sentence: string | null;
  /** Names of the secrets that are set; no value leaves the vault. */
  readonly secrets: readonly string[];
  /** Null for a kind without a sign-in in the browser, or one that cannot be opened. */
  readonly signIn: SignInView | null;
};

export async function listConnections(parts: FeedContext): Promise<ConnectionView[]> {
  const { store, vault, moduleFor } = parts;
  const rows = await store.read.selectFrom('connection').selectAll().orderBy('created_at').orderBy('id').execute();
  return Promise.all(
    rows.map(async ({ id, kind, name, environment, state, state_code, state_sentence }) => {
      const module = moduleFor(kind);
      const signIn = module?.signsIn && state !== 'removed' ? await signInOf(parts, id) : null;
      const health = { state, code: state_code, sentence: state_sentence };
      return {
        ...{ id, kind, name, environment },
        ...(state === 'healthy' && signIn ? (healthOf(signIn, module?.manifest.title ?? kind) ?? health) : health),
        secrets: await vault.list(connectionOwner(id)),
        signIn,
      };
    }),
  );
}

type Health = { readonly state: string; readonly code: ErrorCode | null; readonly sentence: string | null };

/** Worked out when it is asked for, so that a warning never outlives its reason. */
function healthOf({ state, ended, warning }: SignInView, title: string): Health | null {
  if (state === 'signed_out')
    return {
      state: 'needs_person',
      code: ended?.code ?? 'signed_out',
      sentence: ended?.sentence ?? `Nobody has signed in to ${title} for this connection yet. Sign in to go on.`,
    };
  return warning === null ? null : { state: 'healthy', code: null, sentence: warning };
}
