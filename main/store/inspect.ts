import type Database from 'better-sqlite3';
import { DaybookError } from '../core/errors.ts';
import { APPLICATION_ID } from './connection.ts';

/**
 * Above this size a workspace that was not closed cleanly gets SQLite's quick check at the start: it reads every page
 * and row but does not compare each index with its table, which is what takes the time. Backups and restored files
 * always get the full check.
 */
const QUICK_CHECK_FROM_BYTES = 256 * 1024 * 1024;

/** `database_corrupt` when the file is damaged. Changes nothing. */
export function checkIntegrity(connection: Database.Database, path: string, depth: 'full' | 'by_size'): void {
  const bytes = numberOf(connection, 'page_count') * numberOf(connection, 'page_size');
  const check = depth === 'by_size' && bytes >= QUICK_CHECK_FROM_BYTES ? 'quick_check' : 'integrity_check';
  const found = connection.pragma(`${check}(1)`, { simple: true });
  if (found === 'ok') return;
  throw new DaybookError('database_corrupt', damaged(path), { cause: new Error(String(found)) });
}

/** True for a database without content: a workspace that is yet to be made. */
export function isEmpty(connection: Database.Database): boolean {
  return (
    connection.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0n && schemaVersion(connection) === 0
  );
}

export function schemaVersion(connection: Database.Database): number {
  return numberOf(connection, 'user_version');
}

/** The id of the workspace in it; undefined when it was not made to the end. */
export function workspaceIdOf(connection: Database.Database): string | undefined {
  const id = connection.prepare('SELECT id FROM workspace').pluck().get();
  return typeof id === 'string' ? id : undefined;
}

/** Refuses a database that is none of ours, and one that a newer Daybook made. */
export function refuseForeign(connection: Database.Database, path: string, newest: number): void {
  if (numberOf(connection, 'application_id') !== APPLICATION_ID)
    throw new DaybookError(
      'database_corrupt',
      `${path} is not a Daybook workspace. Choose the right file, or restore the latest backup.`,
    );
  const version = schemaVersion(connection);
  if (version > newest)
    throw new DaybookError(
      'database_newer',
      `This workspace was written by a newer Daybook (file version ${version}, this Daybook knows up to ${newest}); ` +
        'update Daybook and open it again.',
    );
}

export function damaged(path: string): string {
  return `The workspace file ${path} is damaged and was left as it is. Restore the latest backup.`;
}

function numberOf(connection: Database.Database, pragma: string): number {
  return Number(connection.pragma(pragma, { simple: true }));
}
