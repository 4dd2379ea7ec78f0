/** One world to be lived through, as it goes to a worker, and as the command line writes it. */
import type { CompanyName } from './company.ts';
import type { SimulationOptions, SimulationResult } from './run.ts';

export type Job = Omit<SimulationOptions, 'tell' | 'log'>;

export type Report = { readonly result: SimulationResult; readonly cpuMs: number };

/** So much work is no story any more that comes to an end; the worker gives up with this exit code. */
export const MOST_CPU_MS = 180_000;
export const ENDLESS = 86;

/** The command that tells this story again. */
export function replayCommand({ seed, days, company, without = [] }: Job): string {
  return [
    `npm run -s simulate -- --replay ${seed} --days ${days}`,
    ...(company === undefined ? [] : [`--company ${company}`]),
    ...(without.length === 0 ? [] : [`--without ${without.join(',')}`]),
  ].join(' ');
}

export const COMPANIES: readonly CompanyName[] = ['harbor', 'kade'];
