/** `npm run -s simulate -- …`: see options.ts. */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Job, type Report, replayCommand } from './job.ts';
import { type CommandLine, readCommandLine, USAGE } from './options.ts';
import { lineOf as caughtLine, checkPlanted } from './planted/check.ts';
import { type SimulationResult, simulate } from './run.ts';
import { shrink } from './shrink.ts';
import { startWorkers, type Workers } from './workers.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const line = readCommandLine(process.argv.slice(2));
  if (line.help) return say(USAGE);
  if (line.replay !== undefined) return replay(line, line.replay);
  if (line.planted !== undefined) return plantBugs(line, line.planted);
  const workers = startWorkers(line.workers);
  try {
    const started = performance.now();
    const reports = await runAll(line, workers);
    const seconds = (performance.now() - started) / 1000;
    const broken = reports.find(({ result }) => !result.ok);
    if (broken !== undefined) {
      process.exitCode = 1;
      await tellShortest(jobOf(line, broken.result.seed), broken.result, line.shrinkMs, workers);
    }
    tellAll(line, reports, seconds);
  } finally {
    workers.close();
  }
}

function jobOf({ days, company, without }: CommandLine, seed: number): Job {
  return { seed, days, without, ...(company === undefined ? {} : { company }) };
}

async function replay(line: CommandLine, seed: number): Promise<void> {
  const events: string[] = [];
  const result = await simulate({ ...jobOf(line, seed), tell: say, log: (event) => void events.push(event) });
  if (line.log !== undefined) writeFileSync(line.log, events.join(''));
  say(lineOf(result));
  if (line.json) say(JSON.stringify(result));
  if (!result.ok) process.exitCode = 1;
}

/** Each bug must be caught by one of the seeds. */
async function plantBugs({ from, seeds, days, workers, json }: CommandLine, name: string): Promise<void> {
  const options = { from, seeds, days, atOnce: workers ?? availableParallelism() };
  const caught = await checkPlanted(name, options, (one) => {
    if (!json) say(caughtLine(one));
  });
  if (json) say(JSON.stringify({ from, seeds, days, planted: caught }));
  if (caught.some(({ seed }) => seed === null)) process.exitCode = 1;
}

/** In the order of the seeds, whichever is done first. */
async function runAll(line: CommandLine, workers: Workers): Promise<Report[]> {
  const running = Array.from({ length: line.seeds }, (_, index) => workers.run(jobOf(line, line.from + index)));
  const reports: Report[] = [];
  for (const one of running) {
    const report = await one;
    reports.push(report);
    if (!line.json || !report.result.ok) say(lineOf(report.result));
  }
  return reports;
}

async function tellShortest(job: Job, result: SimulationResult, limitMs: number, workers: Workers): Promise<void> {
  say(`\nSeed ${result.seed} breaks a promise: ${replayCommand(job)}`);
  if (limitMs === 0) return;
  const until = performance.now() + limitMs;
  const run = async (attempt: Job) => (await workers.run(attempt)).result;
  const shortest = await shrink({ job, result }, { run, goOn: () => performance.now() < until });
  say(`The shortest story found in ${limitMs / 1000} s: ${replayCommand(shortest.job)}`);
  // Lived through once more here, so that it can be told.
  await simulate({ ...shortest.job, tell: say });
  say(lineOf(shortest.result));
}

function lineOf({ seed, company, ok, broken, steps, kills, posted, digest }: SimulationResult): string {
  const verdict = ok ? 'holds' : 'BROKEN';
  const head = `seed ${seed} ${company}: ${verdict} · ${steps} steps, ${kills} kills, ${posted} postings · ${digest}`;
  return [head, ...broken.map(({ promise, detail }) => `  ${promise}: ${detail}`)].join('\n');
}

function tellAll(line: CommandLine, reports: readonly Report[], seconds: number): void {
  const figures = figuresOf(line, reports, seconds);
  say(line.json ? JSON.stringify(figures) : summaryOf(figures));
}

function figuresOf({ from, days }: CommandLine, reports: readonly Report[], seconds: number) {
  const sum = (of: (result: SimulationResult) => number) =>
    reports.reduce((total, { result }) => total + of(result), 0);
  const cpuSeconds = reports.reduce((total, { cpuMs }) => total + cpuMs, 0) / 1000;
  return {
    ...{ seeds: reports.length, from, days },
    failed: reports.flatMap(({ result }) => (result.ok ? [] : [result.seed])),
    ...{ steps: sum((one) => one.steps), faults: sum((one) => one.faults), kills: sum((one) => one.kills) },
    ...{ requests: sum((one) => one.requests), posted: sum((one) => one.posted), lines: sum((one) => one.movements) },
    seconds: Math.round(seconds),
    cpuSecondsPerSeed: Math.round((cpuSeconds / reports.length) * 100) / 100,
    seedsPerMinute: Math.round((reports.length / seconds) * 600) / 10,
  };
}

function summaryOf(figures: ReturnType<typeof figuresOf>): string {
  const { failed } = figures;
  const verdict = failed.length === 0 ? 'Every promise held.' : `Broken by the seeds ${failed.join(', ')}.`;
  return (
    `\n${figures.seeds} seeds of ${figures.days} days: ${figures.steps} steps, ${figures.faults} times bad weather, ` +
    `${figures.kills} kills, ${figures.requests} requests, ${figures.posted} postings in ${figures.seconds} s ` +
    `(${figures.seedsPerMinute} seeds a minute, ${figures.cpuSecondsPerSeed} s of a processor each). ${verdict}`
  );
}

await main();
