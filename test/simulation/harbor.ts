import { createPracticeHost } from '../../main/cli/practice/world.ts';
import type { WorldOptions } from '../../practice/company/world.ts';

import type { Causes } from './causes.ts';
import { bankTroubles, booksOf, type SimulatedCompany } from './company.ts';
import { createCornerWorld } from './corner/world.ts';
import { createD365People } from './d365-people.ts';
import type { Dice } from './dice.ts';

/** Harbor Property Group on Dynamics 365. */
export function createSimulatedHarbor(options: WorldOptions, dice: Dice, causes: Causes): SimulatedCompany {
  const host = createPracticeHost(createCornerWorld(options));
  const { plaid, d365, banks } = host.world;
  return {
    name: 'harbor',
    host,
    servers: [
      { name: 'plaid', faults: plaid.control.faults },
      { name: 'd365', faults: d365.control.faults, writes: { method: 'POST', path: '/data/' }, refusesRepeats: true },
    ],
    people: createD365People(d365, banks, dice, causes),
    books: booksOf(host, {
      brokenChains: () => [],
      behindOthers: () => [],
      texts: (reference) => {
        const { lines, postedEntries } = d365.control.truth();
        const ours = [...lines, ...postedEntries].filter(({ document }) => document === reference);
        return new Set(ours.map(({ text }) => text).filter((text) => text !== ''));
      },
    }),
    endTokens: () => d365.control.forgetTokens(),
    ...bankTroubles(plaid, banks.banks, dice, causes),
  };
}
