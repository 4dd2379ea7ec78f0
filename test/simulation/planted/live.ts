/** The child of `check.ts`: seeds until the first that breaks; one JSON object on stdout. */
import { z } from 'zod';
import { simulate } from '../run.ts';

const given = z
  .object({ from: z.int(), seeds: z.int(), days: z.int(), company: z.enum(['harbor', 'kade']).nullable() })
  .parse(JSON.parse(process.argv[2] ?? ''));

let caught: { seed: number | null; promise: string | null; detail: string | null } = {
  ...{ seed: null, promise: null, detail: null },
};
for (let seed = given.from; seed < given.from + given.seeds && caught.seed === null; seed++) {
  const company = given.company === null ? {} : { company: given.company };
  const { broken } = await simulate({ seed, days: given.days, ...company });
  const [first] = broken;
  if (first !== undefined) caught = { seed, ...first };
}
process.stdout.write(`${JSON.stringify(caught)}\n`);
