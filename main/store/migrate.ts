import type Database from 'better-sqlite3';
import type { Clock } from '../core/clock.ts';
import * as first from './migrations/0010-first.ts';

/** In order; numbers rise in tens, so that a mend can go between two. */
export const MIGRATIONS: ReadonlyArray<{ readonly version: number; readonly sql: string }> = [first];

/** Brings the file to the newest schema. Completed by the store helper: backup before, newer file refused. */
export async function migrate(
  connection: Database.Database,
  _options: { path: string; isNew: boolean; clock: Clock },
): Promise<void> {
  const current = Number(connection.pragma('user_version', { simple: true }));
  for (const migration of MIGRATIONS) {
    if (migration.version <= current) continue;
    connection.transaction(() => {
      connection.exec(migration.sql);
      connection.pragma(`user_version = ${migration.version}`);
    })();
  }
}
