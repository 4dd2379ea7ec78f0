/** Plants known bugs one after another and tells which promise each of them broke, and at which seed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BUGS, bugNamed, type PlantedBug } from './bugs.ts';

export type Caught = {
  readonly bug: string;
  /** Null when no seed broke. */
  readonly seed: number | null;
  readonly promise: string | null;
  readonly detail: string | null;
};

const PLANT = fileURLToPath(new URL('plant.ts', import.meta.url));
const LIVE = fileURLToPath(new URL('live.ts', import.meta.url));

export type CheckOptions = {
  readonly from: number;
  readonly seeds: number;
  readonly days: number;
  /** Bugs that are tried at the same time, each in a process of its own. */
  readonly atOnce: number;
};

/** @param name of a bug, or `all` */
export async function checkPlanted(
  name: string,
  options: CheckOptions,
  tell: (caught: Caught) => void,
): Promise<Caught[]> {
  const all: Caught[] = [];
  const waiting = name === 'all' ? [...BUGS] : [bugNamed(name)];
  const worker = async () => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const caught = await checkOne(bug, options);
      tell(caught);
      all.push(caught);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return all;
}

/** A process of its own: modules are loaded once. */
async function checkOne(bug: PlantedBug, { from, seeds, days }: CheckOptions): Promise<Caught> {
  const given = JSON.stringify({ from, seeds, days, company: bug.company ?? null });
  const child = spawn(process.execPath, ['--import', PLANT, LIVE, given], {
    env: { ...process.env, SIMULATION_PLANTED: bug.name },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${bug.name}: the simulation ended with code ${code}`);
  return { bug: bug.name, ...JSON.parse(output) };
}

export function lineOf({ bug, seed, promise, detail }: Caught): string {
  return seed === null ? `${bug}: NOT CAUGHT` : `${bug}: caught at seed ${seed} · ${promise}: ${detail}`;
}
