import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const cache = join(root, 'node_modules', '.cache', 'daybook-renderer');

/**
 * The folder of the renderer as the build makes it. Built once for each state of its sources, so that the spec files of
 * one run share it; the two newest builds are kept, and any that a run of this hour may still serve.
 */
export function builtRenderer(): string {
  const wanted = join(cache, fingerprint());
  const pages = join(wanted, 'renderer');
  if (existsSync(join(pages, 'index.html'))) return pages;
  mkdirSync(cache, { recursive: true });
  const fresh = `${wanted}.${process.pid}`;
  execFileSync(process.execPath, [join(root, 'test', 'screens', 'support', 'build-client.ts')], {
    cwd: root,
    env: { ...process.env, DAYBOOK_DIST: fresh, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (existsSync(wanted)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, wanted);
  const hourAgo = Date.now() - 3_600_000;
  for (const old of builds().slice(2))
    if (statSync(join(cache, old)).mtimeMs < hourAgo) rmSync(join(cache, old), { recursive: true, force: true });
  return pages;
}

/** Finished builds, newest first. */
function builds(): string[] {
  const age = (name: string) => statSync(join(cache, name)).mtimeMs;
  return readdirSync(cache)
    .filter((name) => !name.includes('.'))
    .sort((a, b) => age(b) - age(a));
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const entry of ['renderer', 'build', 'vite.config.ts', 'package-lock.json'])
    for (const file of filesIn(join(root, entry))) {
      const { mtimeMs, size } = statSync(file);
      hash.update(`${file} ${mtimeMs} ${size}\n`);
    }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
