import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import { type Random, seededRandom } from '../../main/core/random.ts';
import { openStore, type Store } from '../../main/store/store.ts';

/** A workspace of its own in a temporary folder, on a clock that a test moves and a generator that repeats. */
export type TempWorkspace = {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Removed by `close`. The database is `daybook.db` in it. */
  readonly folder: string;
  /** Closes the store and removes the folder. */
  close(): Promise<void>;
};

export type TempWorkspaceOptions = {
  /** Where the virtual clock starts; default Friday 20 November 2026, 08:00 UTC. */
  readonly now?: number;
  readonly seed?: number | string;
  readonly name?: string;
  readonly timeZone?: string;
  readonly practice?: boolean;
};

/** Opens a fresh workspace for a test. Whoever opens it closes it (`afterEach`), also when the test fails. */
export async function tempWorkspace(options: TempWorkspaceOptions = {}): Promise<TempWorkspace> {
  const { now = Date.UTC(2026, 10, 20, 8), seed = 1, ...workspace } = options;
  const folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  const clock = virtualClock(now);
  const random = seededRandom(seed);
  const store = await openStore({ path: join(folder, 'daybook.db'), clock, random, ...workspace });
  return {
    store,
    clock,
    random,
    folder,
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
