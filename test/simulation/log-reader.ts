/**
 * Where SQLite's write-ahead log ends, read piece by piece: of a log that only grew, only what is new.
 * Log format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { closeSync, openSync, readSync } from 'node:fs';

export const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** One read takes at most this much: some frames, each a page of 4 KiB and its header. A usual write adds no more. */
const READ_BYTES = 2 ** 16;

export type LogState = {
  /** Changes whenever SQLite begins the log anew. */
  readonly salt: string;
  /** Byte positions after each commit, ascending. */
  readonly commitEnds: readonly number[];
  /** Position after the last valid frame. */
  readonly end: number;
};

/** What was read of the log before. What stands behind its last commit may be written over, so it is read again. */
type Known = { readonly salt: string; readonly commitEnds: number[] };

/** Reads one database's log again and again. Null while there is none. */
export function createLogReader(database: string): () => LogState | null {
  let known: Known | null = null;
  const buffer = Buffer.alloc(READ_BYTES);
  return () => {
    const file = openIfThere(`${database}-wal`);
    if (file === null) {
      known = null;
      return null;
    }
    try {
      if (readSync(file, buffer, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null;
      const frameBytes = FRAME_HEADER_BYTES + buffer.readUInt32BE(8);
      const salt = buffer.toString('hex', 16, 24);
      if (known?.salt !== salt) known = { salt, commitEnds: [] };
      return { salt, end: readFrames(file, buffer, known, frameBytes), commitEnds: known.commitEnds };
    } finally {
      closeSync(file);
    }
  };
}

/** @returns the position after the last frame that belongs to this round of the log */
function readFrames(file: number, buffer: Buffer, known: Known, frameBytes: number): number {
  const salt = Buffer.from(known.salt, 'hex');
  const atOnce = Math.floor(READ_BYTES / frameBytes) * frameBytes;
  let end = known.commitEnds.at(-1) ?? HEADER_BYTES;
  for (;;) {
    const bytes = readSync(file, buffer, 0, atOnce, end);
    for (let at = 0; at + frameBytes <= bytes; at += frameBytes) {
      // Frames of an earlier round, with another salt, may stand behind the end.
      if (buffer.compare(salt, 0, 8, at + 8, at + 16) !== 0) return end;
      end += frameBytes;
      if (buffer.readUInt32BE(at + 4) !== 0) known.commitEnds.push(end);
    }
    if (bytes < atOnce) return end;
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}
