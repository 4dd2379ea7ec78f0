import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtRenderer } from '../screens/support/built-renderer.ts';

export type Built = { readonly dist: string; remove(): void };

const root = join(import.meta.dirname, '..', '..');

/** The bundles as `npm run build` makes them, in a folder of their own, so that a test never meets an old build. */
export function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-build-'));
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, [join(import.meta.dirname, 'build-bundles.ts')], {
    cwd: root,
    env: { ...process.env, DAYBOOK_DIST: dist, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  symlinkSync(builtRenderer(), join(dist, 'renderer'), 'junction');
  // The bundle asks for the one native module by its name.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return { dist, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
