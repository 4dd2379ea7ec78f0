/** The practice companies by name: one line each. */
import type { CompanyName } from './company/names.ts';
import type { PracticeWorld, WorldOptions } from './company/world.ts';
import { createHarborWorld } from './harbor/world.ts';
import { createKadeWorld } from './kade/world.ts';

const COMPANIES = { harbor: createHarborWorld, kade: createKadeWorld } as const satisfies Record<
  CompanyName,
  (options: WorldOptions) => PracticeWorld
>;

export type WorldOf<Name extends CompanyName> = ReturnType<(typeof COMPANIES)[Name]>;

export function createPracticeWorld<Name extends CompanyName>(company: Name, options: WorldOptions): WorldOf<Name>;
export function createPracticeWorld(company: CompanyName, options: WorldOptions): PracticeWorld {
  return COMPANIES[company](options);
}
