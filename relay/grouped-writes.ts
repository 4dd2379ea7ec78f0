import { yieldToOthers } from '../main/core/clock.ts';

type Write = { readonly run: () => void; readonly settle: (failure: unknown) => void };

export type GroupedWrites = {
  /** Runs `work` in a transaction shared with whatever else is asked for in the same turn; resolves once it is on disk. */
  write<T>(work: () => T): Promise<T>;
  /** Whatever was asked for is on disk. */
  drain(): Promise<void>;
};

/**
 * A commit costs a wait for the disk, however much is in it. So all writes of one turn of the event loop share one:
 * alone, a write waits for nobody; under load, hundreds wait together for the disk once.
 */
export function groupedWrites(transaction: (work: () => void) => void): GroupedWrites {
  let waiting: Write[] = [];

  const commit = (group: readonly Write[]) => {
    try {
      transaction(() => {
        for (const { run } of group) run();
      });
    } catch (thrown) {
      const [only] = group;
      if (only && group.length === 1) return only.settle(thrown);
      // One of them cannot be done: the others must not suffer for it.
      for (const each of group) commit([each]);
      return;
    }
    for (const { settle } of group) settle(undefined);
  };
  const flush = () => {
    const group = waiting;
    waiting = [];
    if (group.length > 0) commit(group);
  };

  return {
    write: (work) =>
      new Promise((resolve, reject) => {
        let result: { readonly value: ReturnType<typeof work> } | undefined;
        waiting.push({
          run: () => {
            result = { value: work() };
          },
          settle: (failure) => (result && failure === undefined ? resolve(result.value) : reject(failure)),
        });
        if (waiting.length === 1) void yieldToOthers().then(flush);
      }),
    drain: async () => flush(),
  };
}
