import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { instantOf } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import { keepNewest, removeAbandonedParts, STAMP, stampOf } from './copy.ts';
import type { Store } from './store.ts';

export type Backup = { readonly path: string; readonly bytes: number };

/**
 * Copies the workspace to `path` while it is in use: one file, checked for damage, on the disk before it gets its
 * name. Work goes on meanwhile; what is written after the start is not in the copy.
 * Errors: `usage` when there is already a file (never replaced) or no such folder, `disk_full`,
 * `database_read_only`, `database_corrupt` when the workspace itself is damaged.
 */
export async function backupTo(store: Store, path: string): Promise<Backup> {
  try {
    await store.copyTo(path);
    return { path, bytes: statSync(path).size };
  } catch (thrown) {
    throw asDaybookError(thrown);
  }
}

const PREFIX = 'daybook-';
const REST = new RegExp(`^(${STAMP})\\.backup$`);
const DAY_MS = 86_400_000;

/**
 * The automatic backup: one a day (UTC) into `folder`, named `daybook-20261120T080000000Z.backup`, and the newest
 * `keep` of them kept. Null when today's is there already. Other files in the folder are left alone.
 */
export async function backUpDaily(
  store: Store,
  options: { clock: Clock; folder: string; keep: number },
): Promise<Backup | null> {
  const { clock, folder, keep } = options;
  const stamp = stampOf(instantOf(clock.now()));
  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw asDaybookError(thrown);
  }
  clearAbandonedBackups(folder, clock);
  const today = `${PREFIX}${stamp.slice(0, 8)}`;
  if (readdirSync(folder).some((name) => name.startsWith(today) && name.endsWith('.backup'))) return null;
  const backup = await backupTo(store, join(folder, `${PREFIX}${stamp}.backup`));
  rotateBackups(folder, keep);
  return backup;
}

/** Removes half-made backups in `folder` that a killed process left: those that were begun more than a day ago. */
export function clearAbandonedBackups(folder: string, clock: Clock): void {
  removeAbandonedParts(folder, { prefix: PREFIX, rest: REST }, instantOf(clock.now() - DAY_MS));
}

/** Removes all automatic backups in `folder` but the `keep` newest, at least one. */
export function rotateBackups(folder: string, keep: number): void {
  keepNewest(folder, { prefix: PREFIX, rest: REST }, Math.max(1, keep));
}

/** Automatic backups in `folder`, newest first. */
export function listBackups(folder: string): Backup[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(PREFIX) && REST.test(basename(name).slice(PREFIX.length)))
    .sort()
    .reverse()
    .map((name) => ({ path: join(folder, name), bytes: statSync(join(folder, name)).size }));
}
