import type { Connection } from './connection.ts';
import type { Store } from './store.ts';

/**
 * Texts that wait on disk and not in memory: the pages of a long sync until the loop has ended. They lie in SQLite's
 * temporary file, which vanishes with the process, so nothing half-done can be left in the workspace.
 */
export type Spill = {
  put(text: string): Promise<void>;
  readonly size: number;
  /** Only inside `store.write`. Texts come back in the order in which they were put. */
  get(index: number): string;
  /** Frees the space. */
  clear(): Promise<void>;
};

let spills = 0;

export function openSpill(store: Store): Spill {
  const spill = ++spills;
  let size = 0;
  return {
    put: async (text) => {
      await store.write(async () => {
        ensureTable(store.connection);
        store.connection
          .prepare('INSERT INTO temp.spill (spill, position, text) VALUES (?, ?, ?)')
          .run(spill, size, text);
      });
      size += 1;
    },
    get size() {
      return size;
    },
    get: (index) => {
      const text = store.connection
        .prepare<[number, number], string>('SELECT text FROM temp.spill WHERE spill = ? AND position = ?')
        .pluck()
        .get(spill, index);
      if (text === undefined) throw new RangeError(`spill ${spill} has no text ${index}`);
      return text;
    },
    clear: async () => {
      if (size === 0) return;
      size = 0;
      await store.write(async () => {
        store.connection.prepare('DELETE FROM temp.spill WHERE spill = ?').run(spill);
      });
    },
  };
}

function ensureTable(db: Connection): void {
  db.exec(`CREATE TEMP TABLE IF NOT EXISTS spill (
    id INTEGER PRIMARY KEY, spill INTEGER NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL,
    UNIQUE (spill, position)
  ) STRICT`);
}
