import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { openAlone, openConnection } from './connection.ts';
import { incomingOf, removeDatabase } from './copy.ts';
import { checkAtStart, isEmpty, refuseForeign, schemaVersion, workspaceIdOf } from './inspect.ts';
import { MIGRATIONS, migrate, newestOf } from './migrate.ts';
import type { OpenOptions } from './store.ts';

/**
 * What must be so before a workspace is used: the file is there, ours, whole, and of our version. Returns the
 * workspace's id. Whoever finds the file unused does the work while nobody else can open it; who comes second only
 * looks whether the version is right.
 */
export async function makeReady(options: OpenOptions): Promise<string> {
  makeFolder(dirname(options.path));
  const alone = openAlone(options.path);
  if (!alone) return joinOthers(options.path);
  try {
    if (!isEmpty(alone)) {
      refuseForeign(alone, options.path, newestOf(MIGRATIONS));
      refuseDamaged(alone, options.path);
    }
    // Left by a restore that was killed. One that is under way ends by itself: it finds the workspace in use.
    removeDatabase(incomingOf(options.path));
    await migrate(alone, options);
    alone.pragma('journal_mode = WAL');
    return workspaceIdOf(alone) ?? insertWorkspace(alone, options);
  } finally {
    alone.close();
  }
}

/** The whole file is read only when its last user did not close it: a crash, a power cut, or a copy made in use. */
function refuseDamaged(alone: Database.Database, path: string): void {
  const clean = alone.prepare('SELECT min(closed_cleanly) FROM workspace').pluck().get();
  if (clean !== 1n) checkAtStart(alone, path);
}

function joinOthers(path: string): string {
  const connection = openConnection(path, { readonly: false });
  try {
    const newest = newestOf(MIGRATIONS);
    refuseForeign(connection, path, newest);
    const workspaceId = schemaVersion(connection) === newest ? workspaceIdOf(connection) : undefined;
    if (workspaceId !== undefined) return workspaceId;
    throw new DaybookError(
      'busy_elsewhere',
      'An older Daybook has this workspace open; close it, so that the file can be brought up to date.',
    );
  } finally {
    connection.close();
  }
}

function insertWorkspace(connection: Database.Database, options: OpenOptions): string {
  const id = newId('ws', options);
  connection
    .prepare(
      `INSERT INTO workspace (id, name, created_at, time_zone, locale, closed_cleanly, practice)
       VALUES (?, ?, ?, ?, 'en-GB', 1, ?)`,
    )
    .run(id, options.name ?? 'Daybook', instantNow(options.clock), options.timeZone ?? 'UTC', options.practice ? 1 : 0);
  return id;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new DaybookError('usage', `${folder} is not a folder; name a folder for the workspace.`, { cause: thrown });
    throw asDaybookError(thrown);
  }
}
