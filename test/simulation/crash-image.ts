/**
 * What a disk holds after the power went out: the database file, and as much of SQLite's write-ahead log as had reached
 * the platter. Everything up to the last durable commit is there; of the later commits some, and of the next one maybe
 * a torn piece.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Dice } from './dice.ts';
import { createLogReader, HEADER_BYTES, type LogState } from './log-reader.ts';

/** How far the log is known to be on the platter. */
export type DurableMark = { readonly salt: string; readonly end: number };

/** To be taken after each write: all of it is in the log by then. */
export function markOf(log: LogState | null): DurableMark | null {
  return log === null ? null : { salt: log.salt, end: log.commitEnds.at(-1) ?? HEADER_BYTES };
}

export type CrashKind = 'process' | 'power';

/**
 * Copies the workspace as the disk holds it at this moment. A killed process loses nothing that it wrote; a power cut
 * loses commits after the last durable one, and may leave torn bytes.
 */
export function takeCrashImage(
  database: string,
  into: string,
  options: { readonly kind: CrashKind; readonly durable: DurableMark | null; readonly dice: Dice },
): void {
  mkdirSync(dirname(into), { recursive: true });
  copyFileSync(database, into);
  const log = createLogReader(database)();
  if (log === null) return;
  const bytes = readFileSync(`${database}-wal`);
  const cut = options.kind === 'process' ? bytes.length : whereCut(log, options.durable, options.dice);
  const kept = bytes.subarray(0, cut);
  if (options.kind === 'power' && cut < log.end) tear(kept, log.commitEnds, options.dice);
  writeFileSync(`${into}-wal`, kept);
}

/** A log that was begun anew since the mark was preceded by a checkpoint, which is durable itself. */
function whereCut(log: LogState, durable: DurableMark | null, dice: Dice): number {
  const sure = durable !== null && durable.salt === log.salt ? durable.end : HEADER_BYTES;
  const ends = [sure, ...log.commitEnds.filter((end) => end > sure)];
  const kept = ends[dice.int(ends.length)] ?? sure;
  return dice.chance(0.5) ? kept : Math.min(log.end, kept + dice.int(4096));
}

/** A few wrong bits behind the last whole commit: a sector that was being written. */
function tear(kept: Buffer, commitEnds: readonly number[], dice: Dice): void {
  const whole = commitEnds.filter((end) => end <= kept.length).at(-1) ?? HEADER_BYTES;
  if (kept.length <= whole || dice.chance(0.5)) return;
  const at = whole + dice.int(kept.length - whole);
  kept[at] = (kept[at] ?? 0) ^ (1 << dice.int(8));
}
