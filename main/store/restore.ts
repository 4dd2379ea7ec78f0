import { constants, copyFileSync, existsSync, linkSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { instantOf } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { BUSY_LIMIT_MS, ofSqlite } from './busy.ts';
import { openAlone } from './connection.ts';
import { forceFolderToDisk, forceToDisk, incomingOf, removeDatabase, stampOf } from './copy.ts';
import { ImmediateSqliteDialect } from './dialect.ts';
import { checkFile, isEmpty, refuseForeign, schemaVersion, workspaceIdOf } from './inspect.ts';
import { MIGRATIONS, newestOf } from './migrate.ts';
import type { Tables } from './schema.ts';
import type { Reader } from './store.ts';

export type RestoreOptions = {
  readonly backupPath: string;
  /** Where the workspace is, or shall be. */
  readonly workspacePath: string;
  readonly clock: Clock;
  /** `verifyTrail` of audit/verify.ts, which the store does not know. */
  readonly verifyTrail: (
    db: Reader,
  ) => Promise<{ readonly verified: boolean; readonly firstBroken: { readonly reason: string } | null }>;
};

export type Restored = {
  readonly workspaceId: string;
  /** Schema version of the backup; an older one is brought up to date when the workspace is opened. */
  readonly version: number;
  /** Where the file that was replaced is now; null when there was none. */
  readonly replaced: string | null;
};

/**
 * Puts a backup in the place of the workspace. The backup is copied beside it and checked first: a Daybook file, not
 * newer, undamaged, trail whole, same workspace. Only then the old file is set aside as `….replaced-<instant>` and the
 * new one takes its name in one step. On any error the workspace is as it was, and the backup always is.
 *
 * The caller has closed its own store. What was posted after the backup was made is found again by reference before
 * anything is sent (posting protocol), so a restored workspace posts nothing twice.
 *
 * Errors: `usage`, `database_corrupt`, `database_newer`, `trail_broken`, `busy_elsewhere` while a process has the
 * workspace open, `disk_full`, `database_read_only`.
 */
export async function restoreFrom(options: RestoreOptions): Promise<Restored> {
  const { backupPath, workspacePath } = options;
  const incoming = incomingOf(workspacePath);
  try {
    refuseUnusable(backupPath, workspacePath);
    mkdirSync(dirname(workspacePath), { recursive: true });
    removeDatabase(incoming);
    await copyFile(backupPath, incoming);
    // Somebody copied a workspace by hand while it was in use: its latest changes lie in the log beside it.
    if (existsSync(`${backupPath}-wal`)) await copyFile(`${backupPath}-wal`, `${incoming}-wal`);
    const backup = await checkBackup(incoming, options);
    if (!existsSync(incoming)) throw openedMeanwhile();
    forceToDisk(incoming);
    const current = closeCurrent(workspacePath);
    if (current.workspaceId !== undefined && current.workspaceId !== backup.workspaceId)
      throw new DaybookError(
        'usage',
        'This backup is of another workspace; restore it into a folder of its own, so that this one stays.',
      );
    const replaced = setAside(workspacePath, stampOf(instantOf(options.clock.now())));
    renameSync(incoming, workspacePath);
    forceFolderToDisk(dirname(workspacePath));
    return { ...backup, replaced };
  } catch (thrown) {
    throw asDaybookError(ofSqlite(thrown, 'turn'));
  } finally {
    removeDatabase(incoming);
  }
}

/** True while any process, this one included, has the workspace open. */
export function isOpenElsewhere(workspacePath: string): boolean {
  if (!existsSync(workspacePath)) return false;
  try {
    const alone = openAlone(workspacePath);
    alone?.close();
    return alone === null;
  } catch (thrown) {
    throw ofSqlite(thrown, 'turn');
  }
}

function refuseUnusable(backupPath: string, workspacePath: string): void {
  if (!existsSync(backupPath)) throw new DaybookError('usage', `There is no file ${backupPath}.`);
  if (existsSync(workspacePath) && realpathSync(workspacePath) === realpathSync(backupPath))
    throw new DaybookError('usage', 'This file is the workspace itself; name a backup of it.');
}

function openedMeanwhile(): DaybookError {
  return new DaybookError('busy_elsewhere', 'Daybook has this workspace open; close it, then restore the backup.');
}

/** Checks the copy at `path`, and leaves it as one file that counts as cleanly closed. */
async function checkBackup(path: string, options: RestoreOptions): Promise<{ workspaceId: string; version: number }> {
  const { backupPath, clock, verifyTrail } = options;
  const identified = openCopy(path);
  try {
    refuseForeign(identified, backupPath, newestOf(MIGRATIONS));
    identified.pragma('journal_mode = DELETE');
  } finally {
    identified.close();
  }
  await checkFile(path, backupPath);
  const connection = openCopy(path);
  const dialect = new ImmediateSqliteDialect(connection, { clock, busyLimitMs: BUSY_LIMIT_MS });
  try {
    const trail = await verifyTrail(new Kysely<Tables>({ dialect }));
    if (!trail.verified)
      throw new DaybookError(
        'trail_broken',
        `The audit trail of this backup does not hold: ${trail.firstBroken?.reason ?? 'a link is broken.'} ` +
          'Choose another backup.',
      );
    const workspaceId = workspaceIdOf(connection);
    if (workspaceId === undefined)
      throw new DaybookError('database_corrupt', `${backupPath} holds no workspace; choose another backup.`);
    connection.exec('UPDATE workspace SET closed_cleanly = 1');
    return { workspaceId, version: schemaVersion(connection) };
  } finally {
    connection.close();
  }
}

function openCopy(path: string): Database.Database {
  const connection = openAlone(path);
  if (connection) return connection;
  throw new DaybookError('busy_elsewhere', 'Another Daybook is restoring into this folder; let it finish first.');
}

/**
 * Takes the write-ahead log of the present file into it, so that what is set aside is complete. A file that is damaged
 * is the reason to restore, so damage is no error here: it is set aside with its log, as it is.
 */
function closeCurrent(path: string): { workspaceId?: string | undefined } {
  if (!existsSync(path)) return {};
  try {
    const alone = openAlone(path);
    if (!alone) throw openedMeanwhile();
    try {
      if (isEmpty(alone)) return {};
      refuseForeign(alone, path, Number.POSITIVE_INFINITY);
      return { workspaceId: workspaceIdOf(alone) };
    } finally {
      alone.close();
    }
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'database_corrupt') return {};
    throw error;
  }
}

/**
 * Gives the present file a second name, so that there is a workspace under its own name at every moment, and moves a
 * log that could not be taken in: left behind, SQLite would apply it to the new file.
 */
function setAside(path: string, stamp: string): string | null {
  if (!existsSync(path)) {
    removeDatabase(path);
    return null;
  }
  const aside = `${path}.replaced-${stamp}`;
  secondName(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  rmSync(`${path}-journal`, { force: true });
  return aside;
}

function secondName(path: string, aside: string): void {
  try {
    linkSync(path, aside);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    // A disk without hard links (exFAT, some network shares) gets a copy.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS' && code !== 'EMLINK')
      throw thrown;
    copyFileSync(path, aside, constants.COPYFILE_EXCL);
  }
}
