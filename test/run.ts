/**
 * `npm test`: every ring in one run. The last line is the plain count over all of them, `N passed, N failed, N skipped`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
});

const folder = mkdtempSync(join(tmpdir(), 'daybook-tests-'));
const file = join(folder, 'report.json');
const vitest = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
const run = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, ...process.argv.slice(2)],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);

let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const counts = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  passed = counts.numPassedTests;
  // A file that does not even load has no failed test of its own; it must not count as nothing.
  failed = Math.max(counts.numFailedTests, counts.numFailedTestSuites > 0 ? 1 : 0);
  skipped = counts.numPendingTests + counts.numTodoTests;
} catch (thrown) {
  process.stderr.write(`The test runner left no readable report: ${String(thrown)}\n`);
  failed = Math.max(failed, 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const ok = run.status === 0 && failed === 0 && passed > 0;
process.stdout.write(`\n${passed} passed, ${ok ? failed : Math.max(failed, 1)} failed, ${skipped} skipped\n`);
process.exit(ok ? 0 : 1);
