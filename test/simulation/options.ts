/** The command line of the simulation. */
import { parseArgs } from 'node:util';
import type { CompanyName } from './company.ts';
import { COMPANIES } from './job.ts';

export const USAGE = `npm run -s simulate -- [options]
  --seeds N         how many seeds (20)
  --from S          the first seed (1)
  --days D          simulated days of trouble (20)
  --company NAME    harbor or kade; by the seed unless told
  --without A,B     kinds of acts and faults that are left out
  --workers W       processes at a time (one a core)
  --shrink S        seconds to look for the shortest story of the first seed that breaks (60; 0: not at all)
  --json            one JSON object as the last line
  --replay SEED     one seed, each step told
  --planted NAME    plants a known bug (all: one after another) and tells the seed that catches it
  --log FILE        with --replay: the whole event log, of which the last figure of a seed is the hash
`;

export type CommandLine = {
  readonly seeds: number;
  readonly from: number;
  readonly days: number;
  readonly company: CompanyName | undefined;
  readonly without: readonly string[];
  readonly workers: number | undefined;
  readonly shrinkMs: number;
  readonly json: boolean;
  readonly replay: number | undefined;
  readonly log: string | undefined;
  readonly planted: string | undefined;
  readonly help: boolean;
};

/** @throws RangeError, TypeError for what is no option or no number */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
      days: { type: 'string', default: '20' },
      company: { type: 'string' },
      without: { type: 'string', default: '' },
      workers: { type: 'string' },
      shrink: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      replay: { type: 'string' },
      log: { type: 'string' },
      planted: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const company = COMPANIES.find((name) => name === values.company);
  if (values.company !== undefined && company === undefined)
    throw new RangeError(`--company ${values.company} is none of ${COMPANIES.join(', ')}`);
  return {
    seeds: wholeNumber('--seeds', values.seeds),
    from: wholeNumber('--from', values.from),
    days: wholeNumber('--days', values.days),
    company,
    without: values.without.split(',').filter((name) => name !== ''),
    workers: values.workers === undefined ? undefined : wholeNumber('--workers', values.workers),
    shrinkMs: wholeNumber('--shrink', values.shrink) * 1000,
    json: values.json,
    replay: values.replay === undefined ? undefined : wholeNumber('--replay', values.replay),
    log: values.log,
    planted: values.planted,
    help: values.help,
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new RangeError(`${name} ${text} is not a whole number`);
  return Number(text);
}
