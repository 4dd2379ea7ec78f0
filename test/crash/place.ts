/** Where rounds keep their files. */
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 1024 ** 3;

/**
 * A kill leaves what was written, on a disk as in memory; in memory nobody waits for the disk, which would be a third
 * of a round. The system's folder for temporary files where there is no such disk, or where one is named (TMPDIR).
 */
export function placeForRounds(): string {
  return process.env.TMPDIR === undefined && hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir();
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > ENOUGH_BYTES;
}
