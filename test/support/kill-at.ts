import type { Store } from '../../main/store/store.ts';

class Killed extends Error {}

/**
 * Counts every await that touches the world (ledger calls, by `pass`, and commits, before and after each) and kills the
 * process at the given one: from then on nothing it does has any effect.
 */
export function killAt(step: number) {
  let steps = 0;
  let dead = false;
  const pass = () => {
    steps += 1;
    if (dead || steps === step) {
      dead = true;
      throw new Killed();
    }
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    pass();
    const result = await work();
    pass();
    return result;
  };
  return {
    pass,
    isDead: () => dead,
    steps: () => steps,
    store: (store: Store): Store => ({
      ...store,
      write: async (work) => guarded(() => store.write(work)),
      writeDurably: async (work) => guarded(() => store.writeDurably(work)),
    }),
  };
}
