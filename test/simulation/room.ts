/** Where the disks of a simulated world are: in memory where the machine has room there, else among temporary files. */
import { accessSync, constants, mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 512 * 2 ** 20;

/** A new folder. What "on the platter" means is simulated (crash-image.ts), so no real disk has to be waited for. */
export function makeRoom(): string {
  return mkdtempSync(join(hasRoom() ? IN_MEMORY : tmpdir(), 'daybook-simulation-'));
}

function hasRoom(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
