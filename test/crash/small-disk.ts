/** A disk of a few megabytes on which a workspace can run out of room. Needs the right to mount one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk that can be filled. */
export type SmallDisk = { readonly folder: string; fill(leaveBytes: number): void; free(): void };

const SIZE = '48m';

export function mountSmallDisk(): (SmallDisk & { unmount(): void }) | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'only Linux has tmpfs' };
  const folder = mkdtempSync(join(tmpdir(), 'daybook-small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'daybook-crash', folder], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    rmdirSync(folder);
    return { reason: (mounted.stderr || String(mounted.error)).trim() };
  }
  const filler = join(folder, 'filler');
  const free = () => rmSync(filler, { force: true });
  const unmount = () => {
    process.off('exit', unmount);
    // Lazily: a process that was just killed may still hold a file.
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', unmount);
  return {
    folder,
    fill: (leaveBytes) => {
      const { bavail, bsize } = statfsSync(folder);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
    },
    free,
    unmount,
  };
}
