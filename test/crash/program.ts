/**
 * The command line as one built program, in the way of the desktop app's own bundle (vite.config.ts): half of the time
 * of a life would be the reading of some hundred sources. A run keeps the program it began with, whatever happens to
 * the sources meanwhile.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBuilder } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..');
/** Inside the tree, so that the one native module is found. */
const CACHE = join(ROOT, 'node_modules', '.cache');

export type Program = {
  /** `main/cli.ts`, built. */
  readonly entry: string;
  /** `preload.ts`, built. */
  readonly preload: string;
  remove(): void;
};

export async function buildProgram(): Promise<Program> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'daybook-crash-'));
  const out = join(folder, 'main');
  const remove = () => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const input = { cli: join(ROOT, 'main', 'cli.ts'), preload: join(import.meta.dirname, 'preload.ts') };
  const builder = await createBuilder({
    configFile: join(ROOT, 'vite.config.ts'),
    mode: 'production',
    logLevel: 'error',
    environments: { main: { build: { outDir: out, rolldownOptions: { input } } } },
  });
  const main = builder.environments.main;
  if (main === undefined) throw new TypeError('vite.config.ts has no part called main');
  await builder.build(main);
  // Spares every process the guess.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return {
    entry: join(out, 'cli.js'),
    preload: join(out, 'preload.js'),
    remove,
  };
}
