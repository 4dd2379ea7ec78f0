import { type Clock, instantNow } from '../core/clock.ts';
import { connectionOwner } from './connections.ts';
import type { Kept } from './lifecycle/kept.ts';
import { next } from './lifecycle/machine.ts';
import { signInEvents } from './lifecycle/sign-in-events.ts';
import { healthWord, stateOf } from './lifecycle/states.ts';
import { tell } from './lifecycle/tell.ts';
import { type LifecycleView, lifecycleView, readLifecycles } from './lifecycle/view.ts';
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
  readonly lifecycle: LifecycleView;
  /** Names of the secrets that are set; no value leaves the vault. */
  readonly secrets: readonly string[];
  /** Null for a kind without a sign-in in the browser, or one that cannot be opened. */
  readonly signIn: SignInView | null;
};

export async function listConnections(parts: FeedContext): Promise<ConnectionView[]> {
  const { store, vault, moduleFor, ports } = parts;
  const rows = await store.read.selectFrom('connection').selectAll().orderBy('created_at').orderBy('id').execute();
  const lifecycles = await readLifecycles(store.read, 'connection:');
  return Promise.all(
    rows.map(async (row) => {
      const { id, kind, name, environment } = row;
      const module = moduleFor(kind);
      const signIn = module?.signsIn && row.state !== 'removed' ? await signInOf(parts, id) : null;
      const kept = lifecycles(id, row);
      // Worked out when it is asked for, so that a warning never outlives its reason.
      const live = signIn ? withSignIn(kept, signIn, module?.manifest.title ?? kind, ports.clock) : kept;
      const { code, sentence } = tell(live.lifecycle, name);
      return {
        ...{ id, kind, name, environment, code, sentence },
        state: healthWord(live.state),
        lifecycle: lifecycleView(live, name),
        secrets: await vault.list(connectionOwner(id)),
        signIn,
      };
    }),
  );
}

function withSignIn(kept: Kept, signIn: SignInView, title: string, clock: Clock): Kept {
  const at = instantNow(clock);
  const events = signInEvents(signIn, title, clock);
  const lifecycle = events.reduce((facts, event) => next(facts, event, at), kept.lifecycle);
  const state = stateOf(lifecycle);
  return { ...kept, lifecycle, state, since: state === kept.state ? kept.since : at };
}
