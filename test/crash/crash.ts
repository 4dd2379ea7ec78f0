/** `npm run -s crash -- --rounds N [--seed S] [--json]` */
import { parseArgs } from 'node:util';
import { buildProgram } from './program.ts';
import type { RoundResult } from './round.ts';
import { crashRounds, type Rounds } from './rounds.ts';

const USAGE = `npm run -s crash -- [options]
  --rounds N  how many rounds (20)
  --seed S    a word or number; round k has the seed S-k (1)
  --from K    the first round (1)
  --jobs N    rounds at a time (1)
  --replay S  one round by its own seed, everything told
  --json      one JSON object as the last line
Each round kills real Daybook processes by SIGKILL while they work against practice servers over HTTP.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '1' },
      replay: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (values.help) return say(USAGE);
  const first = wholeNumber('--from', values.from);
  const count = wholeNumber('--rounds', values.rounds);
  const seeds =
    values.replay === undefined
      ? Array.from({ length: count }, (_, index) => `${values.seed}-${first + index}`)
      : [values.replay];
  const atOnce = wholeNumber('--jobs', values.jobs);
  // What lies about is cleared away when the process ends; without this a signal would end it at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const program = await buildProgram();
  let rounds: Rounds;
  try {
    rounds = await crashRounds({
      ...{ program, seeds, atOnce },
      ...(values.replay === undefined ? {} : { tell: say }),
      onResult: (result) => {
        if (!values.json || result.broken.length > 0) say(textOf(result));
      },
    });
  } finally {
    program.remove();
  }
  const { results, noSmallDisk } = rounds;
  if (noSmallDisk !== null) say(`No round was on a small disk: ${noSmallDisk}`);
  const sum = (of: (result: RoundResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const failed = results.filter(({ broken }) => broken.length > 0).map(({ seed }) => seed);
  const report = {
    rounds: results.length,
    ...{
      lives: sum(({ lives }) => lives),
      kills: sum(({ kills }) => kills.length),
      posted: sum(({ posted }) => posted),
    },
    killedDuring: tally(results.flatMap(({ kills }) => kills)),
    failed,
  };
  const verdict = failed.length === 0 ? 'Every promise held.' : `Broken in ${failed.join(', ')}.`;
  say(
    values.json
      ? JSON.stringify(report)
      : `\n${report.rounds} rounds, ${report.lives} lives, ${report.kills} kills, ${report.posted} postings. ${verdict}`,
  );
  if (failed.length > 0) process.exitCode = 1;
}

/** How often each, the most frequent first. */
function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...counts].map(([name, all]) => [name, all.length] as const).sort((a, b) => b[1] - a[1]));
}

function textOf({ seed, broken, story }: RoundResult): string {
  const head = `round ${seed}: ${broken.length === 0 ? 'holds' : 'BROKEN'} · ${story.join(' · ')}`;
  if (broken.length === 0) return head;
  return [
    head,
    ...broken.map(({ promise, detail }) => `  ${promise}: ${detail}`),
    `  Replay: npm run -s crash -- --replay ${seed}`,
    '  It draws the same world, acts and kills; how long each step takes is the machine’s, so a kill by time may miss.',
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${name} ${text} is not a whole number`);
  return Number(text);
}

await main();
