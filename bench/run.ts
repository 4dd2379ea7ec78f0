/**
 * `npm run -s bench -- NAME [--quick]`: runs one benchmark, prints a table and, as its last line, one JSON object
 * `{"bench","figures","goals","met"}`. A full run is appended to RESULTS.md. Ends with 1 when a goal is not met.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { bench as ingest } from './ingest/bench.ts';
import { bench as main } from './main/bench.ts';
import { bench as matchQuality } from './match-quality/bench.ts';
import { bench as post } from './post.ts';
import { bench as postExact } from './post-exact.ts';
import { bench as relay } from './relay/bench.ts';
import { type Bench, goalsMet, type Outcome, printed, rounded, tableOf } from './support/report.ts';
import { bench as ui } from './ui/bench.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  ingest,
  main,
  'match-quality': matchQuality,
  post,
  'post-exact': postExact,
  relay,
  ui,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = BENCHES[name];
if (!bench || flags.some((flag) => flag !== '--quick')) {
  console.error(`Usage: npm run -s bench -- NAME [--quick]; NAME is one of ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
const quick = flags.includes('--quick');
const outcome = await bench({ quick, tell: (text) => console.log(text) });
const met = goalsMet(outcome);
console.log(`\n${tableOf(outcome)}\n`);
if (!quick) appendFileSync(new URL('RESULTS.md', import.meta.url), resultText(name, outcome));
console.log(JSON.stringify({ bench: name, quick, figures: outcome.figures, goals: outcome.goals, met }));
process.exitCode = met ? 0 : 1;

function resultText(benchName: string, result: Outcome): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const head = existsSync(fileURLToPath(new URL('RESULTS.md', import.meta.url))) ? '' : '# Measured\n';
  const machine = `Node ${process.versions.node}, ${versions()}; ${cpus().length} cores, ${memory} GiB, ${process.platform}; load ${rounded(loadavg()[0] ?? 0, 1)}`;
  return `${head}\n## ${benchName}, ${printed(new Date())}\n\n${machine}\n\n${tableOf(result)}\n`;
}

function versions(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version, dependencies, devDependencies } = z
    .object({
      version: z.string(),
      dependencies: z.record(z.string(), z.string()),
      devDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(text));
  const all = { ...dependencies, ...devDependencies };
  const named = ['better-sqlite3', 'kysely', 'plaid', '@actual-app/api'].map((name) => `${name} ${all[name]}`);
  return `daybook ${version}, ${named.join(', ')}`;
}
