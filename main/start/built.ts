import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '../core/errors.ts';

/** The source tree, or the folder in which the package was unpacked. */
const ROOT = join(import.meta.dirname, '..', '..');
const DIST = process.env.DAYBOOK_DIST ?? join(ROOT, 'dist');

export const RENDERER_DIR = join(DIST, 'renderer');
export const MAIN_BUNDLE = join(DIST, 'main', 'index.js');

/** What the build is made of. */
const SOURCES = ['main', 'preload', 'renderer', 'practice', 'package-lock.json', 'vite.config.ts'];

/** Set: somebody else keeps the build that lies there (the tests). */
const GIVEN = process.env.DAYBOOK_DIST !== undefined;

/**
 * Builds the screens when there is no build, or one that is older than its sources, so that nobody looks at
 * yesterday's Daybook. Outside of a source tree the build is what it is.
 */
export async function ensureBuilt(tell: (sentence: string) => void): Promise<void> {
  if (GIVEN || !existsSync(join(ROOT, 'vite.config.ts'))) return;
  const built = newest(join(RENDERER_DIR, 'index.html'));
  if (built > 0 && built >= Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return;
  tell('Building the screens. This takes a few seconds, and only after a change.');
  const { code, said } = await run(join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), [
    'build',
    '--logLevel',
    'warn',
  ]);
  if (code !== 0)
    throw new DaybookError(
      'internal',
      'The screens could not be built. Run npm ci, then npm run build, and see what it says.',
      {
        cause: new Error(said),
      },
    );
}

/** Time of the newest file, 0 when there is none. */
function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(script: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        said += text;
      });
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, said }));
  });
}
