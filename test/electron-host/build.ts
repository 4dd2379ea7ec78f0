import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Built = { readonly dist: string; remove(): void };

const root = join(import.meta.dirname, '..', '..');

/** Builds everything as `npm run build` does, into a folder of its own, so that a test never meets an old build. */
export function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-build-'));
  const dist = join(folder, 'dist');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...process.env, DAYBOOK_DIST: dist, NODE_ENV: 'production', VITEST: '' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}\n${run.stderr}`);
  // The bundle asks for the one native module by its name.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return { dist, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
