import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Instant } from '../core/calendar.ts';
import { DaybookError } from '../core/errors.ts';
import { openConnection } from './connection.ts';
import { checkFile } from './inspect.ts';

/** Eight megabytes a step, then others have their turn. */
const PAGES_A_STEP = 2_000;

/**
 * Writes what `source` sees as one file of its own: copied to `….part`, checked, forced to the disk, and only then
 * given its name. Never replaces a file: `usage` when `target` is there.
 */
export async function writeVerifiedCopy(source: Database.Database, target: string): Promise<void> {
  refuseExisting(target);
  const part = `${target}.part`;
  removeDatabase(part);
  try {
    await source.backup(part, { progress: () => PAGES_A_STEP });
    const copy = new Database(part);
    try {
      // One file without a write-ahead log beside it, which was closed by whoever made it.
      copy.pragma('journal_mode = DELETE');
      copy.exec('UPDATE workspace SET closed_cleanly = 1');
    } finally {
      copy.close();
    }
    await checkFile(part, source.name);
    forceToDisk(part);
    refuseExisting(target);
    renameSync(part, target);
    forceFolderToDisk(dirname(target));
  } finally {
    removeDatabase(part);
  }
}

/**
 * A consistent copy of a workspace in use. It reads from one snapshot of its own, so that neither our writes nor those
 * of another process wait for it or make it begin again.
 */
export async function copySnapshot(path: string, target: string): Promise<void> {
  const source = openConnection(path, { readonly: true });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT id FROM workspace').get();
    await writeVerifiedCopy(source, target);
  } finally {
    source.close();
  }
}

/** Where a backup lies while it is checked, before it takes the place of the workspace at `path`. */
export function incomingOf(path: string): string {
  return `${path}.restoring`;
}

/** Removes a database and what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

/** Waits until a file's content is on the disk. Never on a workspace in use: see `openAlone`. */
export function forceToDisk(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until a folder's names are on the disk, so that a rename survives a power cut. Windows has no such call. */
export function forceFolderToDisk(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** An instant as part of a file name, `20261120T080000000Z`: sorts by time, and no colon (Windows). */
export function stampOf(instant: Instant): string {
  return instant.replace(/[-:.]/g, '');
}

/** The pattern of `stampOf`. */
export const STAMP = '\\d{8}T\\d{9}Z';

/**
 * Removes all but the `keep` newest files named `prefix` and then `rest`, whose first group is the stamp. The time is
 * taken from the name: a file's own date changes when it is copied.
 */
export function keepNewest(folder: string, name: { prefix: string; rest: RegExp }, keep: number): void {
  const found = readdirSync(folder).flatMap((file) => {
    const stamp = file.startsWith(name.prefix) ? name.rest.exec(file.slice(name.prefix.length))?.[1] : undefined;
    return stamp === undefined ? [] : [{ file, stamp }];
  });
  found.sort((a, b) => b.stamp.localeCompare(a.stamp));
  for (const { file } of found.slice(keep)) rmSync(join(folder, file));
}

/**
 * Removes what a process that was killed while it made a copy left half-made: files named `prefix`, then `rest`, whose
 * first group is the stamp, then `.part`. `before`: only those begun earlier, because another process may be making one.
 */
export function removeAbandonedParts(
  folder: string,
  name: { prefix: string; rest: RegExp },
  before: Instant | null = null,
): void {
  for (const file of readdirSync(folder)) {
    const [, target = ''] = /^(.+)\.part(?:-wal|-shm|-journal)?$/.exec(file) ?? [];
    const stamp = target.startsWith(name.prefix) ? name.rest.exec(target.slice(name.prefix.length))?.[1] : undefined;
    if (stamp !== undefined && (before === null || stamp < stampOf(before)))
      rmSync(join(folder, file), { force: true });
  }
}

function refuseExisting(target: string): void {
  if (!existsSync(dirname(target))) throw new DaybookError('usage', `There is no folder ${dirname(target)}.`);
  if (!existsSync(target)) return;
  throw new DaybookError('usage', `There is already a file ${target}; choose another name or move it away first.`);
}
