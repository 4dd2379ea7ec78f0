import { basename, dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { type Instant, instantOf } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { keepNewest, removeAbandonedParts, STAMP, stampOf, writeVerifiedCopy } from './copy.ts';
import { isEmpty, refuseForeign, schemaVersion, workspaceIdOf } from './inspect.ts';
import * as first from './migrations/0010-first.ts';
import * as secondLedger from './migrations/0020-second-ledger.ts';
import * as takeBack from './migrations/0050-take-back.ts';
import * as webhooks from './migrations/0060-webhooks.ts';
import * as runs from './migrations/0070-runs.ts';
import * as lifecycle from './migrations/0080-lifecycle.ts';
import * as statementFiles from './migrations/0090-statement-files.ts';
import * as matches from './migrations/0100-matches.ts';
import * as signOffs from './migrations/0110-sign-offs.ts';

export type Migration = { readonly version: number; readonly sql: string };

/** In order; numbers rise in tens, so that a mend can go between two. Forward only: a shipped one never changes. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  secondLedger,
  takeBack,
  webhooks,
  runs,
  lifecycle,
  statementFiles,
  matches,
  signOffs,
];

const KEPT_BACKUPS = 3;
const BACKUP_NAME = new RegExp(`^\\d+-(${STAMP})\\.backup$`);

/**
 * Brings the file to the newest schema, each step in a transaction of its own. A file with a workspace is copied beside
 * itself first (`daybook.db.v10-20261120T080000000Z.backup`), and the newest three such copies are kept.
 * Errors: `database_newer`, `database_corrupt` for a file that is none of ours, `disk_full` and so on from the copy.
 * Call it with the connection of `openAlone`, so that no older Daybook has the file open meanwhile.
 */
export async function migrate(
  connection: Database.Database,
  options: { path: string; clock: Clock; migrations?: readonly Migration[] },
): Promise<void> {
  const { path, clock, migrations = MIGRATIONS } = options;
  const newest = newestOf(migrations);
  const isNew = isEmpty(connection);
  if (!isNew) refuseForeign(connection, path, newest);
  const before = schemaVersion(connection);
  if (before === newest) return;
  // Tables without a workspace are what a process left that was killed while it made the file: nothing to keep.
  if (!isNew && workspaceIdOf(connection) !== undefined)
    await backUpBefore(connection, { path, version: before, at: instantOf(clock.now()) });
  // A table that is rebuilt under its name would lose the rows that refer to it; the check below stands in.
  connection.pragma('foreign_keys = OFF');
  try {
    for (const migration of migrations) if (migration.version > before) apply(connection, migration);
  } finally {
    connection.pragma('foreign_keys = ON');
  }
}

/** The last version of a list of migrations; throws when they do not rise. */
export function newestOf(migrations: readonly Migration[]): number {
  let newest = 0;
  for (const { version } of migrations) {
    if (!Number.isInteger(version) || version <= newest)
      throw new RangeError(`Migration ${version} may not follow ${newest}: numbers must rise.`);
    newest = version;
  }
  return newest;
}

function apply(connection: Database.Database, migration: Migration): void {
  connection
    .transaction(() => {
      connection.exec(migration.sql);
      const orphans = connection.pragma('foreign_key_check');
      if (Array.isArray(orphans) && orphans.length > 0)
        throw new Error(`Migration ${migration.version} left ${orphans.length} rows that refer to nothing.`);
      connection.pragma(`user_version = ${migration.version}`);
    })
    .immediate();
}

async function backUpBefore(
  connection: Database.Database,
  file: { path: string; version: number; at: Instant },
): Promise<void> {
  const folder = dirname(file.path);
  const copies = { prefix: `${basename(file.path)}.v`, rest: BACKUP_NAME };
  // Nobody else has the file open, so nobody else is copying it.
  removeAbandonedParts(folder, copies);
  await writeVerifiedCopy(connection, `${file.path}.v${file.version}-${stampOf(file.at)}.backup`);
  keepNewest(folder, copies, KEPT_BACKUPS);
}
