import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const BIOME = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

/** Every way past the Clock and Random ports that the language and Node offer; one a line. */
const FORBIDDEN = [
  'Date.now();',
  'Date();',
  'new Date();',
  'Math.random();',
  'performance.now();',
  'process.hrtime();',
  'process.hrtime.bigint();',
  'AbortSignal.timeout(5);',
  'crypto.randomUUID();',
  'crypto.getRandomValues(bytes);',
  'randomUUID();',
  'randomBytes(5);',
  'randomInt(1, 5);',
  'setImmediate(turn);',
  "import { setTimeout as wait } from 'node:timers/promises';",
  "import { clearTimeout } from 'node:timers';",
];
const ALLOWED = [
  'clock.now();',
  'new Date(0);',
  'random.next();',
  'Date.parse(text);',
  "import { join } from 'node:path';",
];

test('the lint rule finds every way past the injected clock and generator, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-lint-'));
  try {
    const rules = { recommended: false };
    const config = { plugins: [join(ROOT, 'lint', 'injected-time.grit')], linter: { rules } };
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'probe.ts'), [...FORBIDDEN, ...ALLOWED].join('\n'));
    const { stdout } = spawnSync(process.execPath, [BIOME, 'lint', '--reporter=github', '--max-diagnostics=100', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const found = [...stdout.matchAll(/Time and randomness are injected/g)];
    const lines = [...stdout.matchAll(/file=[^,]*probe\.ts,line=(\d+)/g)].map(([, line]) => Number(line));
    expect([...new Set(lines)].sort((a, b) => a - b)).toEqual(FORBIDDEN.map((_, index) => index + 1));
    expect(found.length).toBeGreaterThanOrEqual(FORBIDDEN.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
