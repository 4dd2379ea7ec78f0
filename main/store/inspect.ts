import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { DaybookError } from '../core/errors.ts';
import { findingOf } from './check-finding.ts';
import { APPLICATION_ID } from './connection.ts';

/**
 * Above this size a workspace that was not closed cleanly gets SQLite's quick check at the start: it reads every page
 * and row but does not compare each index with its table, which takes most of the time (seen: 2 instead of 4.5 seconds
 * for 1.4 GB). Backups and restored files always get the full check.
 */
const QUICK_CHECK_FROM_BYTES = 256 * 1024 * 1024;

/** After an unclean end: `database_corrupt` when the file is damaged. Changes nothing. */
export function checkAtStart(connection: Database.Database, path: string): void {
  const bytes = numberOf(connection, 'page_count') * numberOf(connection, 'page_size');
  const check = bytes >= QUICK_CHECK_FROM_BYTES ? 'quick_check' : 'integrity_check';
  refuseUnlessOk(connection.pragma(`${check}(1)`, { simple: true }), path);
}

/** A smaller file is read at once: that takes about 10 ms, to start a thread several times as long. */
const WORTH_A_THREAD_BYTES = 4 * 1024 * 1024;

/**
 * The full check of a file that nobody has open. A large one is read in a thread of its own: it takes seconds, and the
 * screens must go on meanwhile. `database_corrupt` names the file as `shown`.
 */
export async function checkFile(path: string, shown: string): Promise<void> {
  if (statSync(path).size < WORTH_A_THREAD_BYTES) return refuseUnlessOk(findingOf(path), shown);
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: path });
  const [found] = await once(worker, 'message');
  refuseUnlessOk(found, shown);
}

function refuseUnlessOk(found: unknown, path: string): void {
  if (found === 'ok') return;
  throw new DaybookError(
    'database_corrupt',
    `The file ${path} is damaged and was left as it is. Restore the latest backup that is whole.`,
    { cause: new Error(String(found)) },
  );
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

function numberOf(connection: Database.Database, pragma: string): number {
  return Number(connection.pragma(pragma, { simple: true }));
}
