/** `npm run -s simulate -- --seeds N [--from S] [--days D] [--json] [--replay SEED] [--planted NAME|all]` */
import { parseArgs } from 'node:util';
import { lineOf as caughtLine, checkPlanted } from './planted/check.ts';
import { type SimulationResult, simulate } from './run.ts';

const USAGE = `npm run -s simulate -- [options]
  --seeds N      how many seeds (20)
  --from S       the first seed (1)
  --days D       simulated days of trouble (3)
  --json         one JSON object as the last line
  --replay SEED  one seed, each step told
  --planted NAME plants a known bug (or all of them in turn) and tells the seed that catches it
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
      days: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      replay: { type: 'string' },
      planted: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const days = wholeNumber('--days', values.days);
  const first = wholeNumber('--from', values.replay ?? values.from);
  const count = values.replay === undefined ? wholeNumber('--seeds', values.seeds) : 1;
  if (values.planted !== undefined) {
    const told = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
    const caught = await checkPlanted(values.planted, { from: first, seeds: count, days }, (one) =>
      told(caughtLine(one)),
    );
    if (values.json) process.stdout.write(`${JSON.stringify({ planted: caught })}\n`);
    if (caught.some(({ seed }) => seed === null)) process.exitCode = 1;
    return;
  }
  const tell = values.replay === undefined ? {} : { tell: (line: string) => void process.stdout.write(`${line}\n`) };
  const results: SimulationResult[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const result = await simulate({ seed, days, ...tell });
    results.push(result);
    if (!values.json || !result.ok) process.stdout.write(`${lineOf(result)}\n`);
  }
  const failed = results.filter((result) => !result.ok);
  const sum = (of: (result: SimulationResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const report = {
    seeds: results.length,
    from: first,
    days,
    failed: failed.map(({ seed }) => seed),
    ...{ steps: sum((one) => one.steps), faults: sum((one) => one.faults), kills: sum((one) => one.kills) },
    ...{ requests: sum((one) => one.requests), posted: sum((one) => one.posted), lines: sum((one) => one.movements) },
  };
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `\n${summary(report)}\n`);
  if (failed.length > 0) process.exitCode = 1;
}

function lineOf({ seed, ok, broken, steps, kills, posted, digest }: SimulationResult): string {
  const head = `seed ${seed}: ${ok ? 'holds' : 'BROKEN'} · ${steps} steps, ${kills} kills, ${posted} postings · ${digest}`;
  return [head, ...broken.map(({ promise, detail }) => `  ${promise}: ${detail}`)].join('\n');
}

function summary(report: {
  seeds: number;
  failed: readonly number[];
  steps: number;
  faults: number;
  kills: number;
  posted: number;
}): string {
  const verdict =
    report.failed.length === 0 ? 'Every promise held.' : `Broken by the seeds ${report.failed.join(', ')}; replay one.`;
  return `${report.seeds} seeds, ${report.steps} steps, ${report.faults} times bad weather, ${report.kills} kills, ${report.posted} postings. ${verdict}`;
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} ${text} is not a whole number`);
  return Number(text);
}

await main();
