/** One world to be lived through, as it goes to a worker, and as the command line writes it. */
import type { CompanyName } from './company.ts';
import type { SimulationOptions, SimulationResult } from './run.ts';

export type Job = Omit<SimulationOptions, 'tell' | 'log'>;

export type Report = { readonly result: SimulationResult; readonly cpuMs: number };

/** The command that tells this story again. */
export function replayCommand({ seed, days, company, without = [] }: Job): string {
  return [
    `npm run -s simulate -- --replay ${seed} --days ${days}`,
    ...(company === undefined ? [] : [`--company ${company}`]),
    ...(without.length === 0 ? [] : [`--without ${without.join(',')}`]),
  ].join(' ');
}

export const COMPANIES: readonly CompanyName[] = ['harbor', 'kade'];
