/** Whether the trail explains every entry of ours in the ledgers. */
import { z } from 'zod';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Computer } from './computer.ts';
import type { Broken } from './judge.ts';

/** What the events hold that say how an entry came into a ledger. */
const intendedSchema = z.object({ entries: z.array(z.object({ reference: z.string() })) });
const adoptedSchema = z.object({ reference: z.string() });

export type Explanations = {
  /** To be asked when every computer runs: entries that no trail has ever told of. */
  unexplained(): Promise<Broken[]>;
};

/**
 * An entry is explained once some computer's trail has told of its intent. A backup that comes back takes events with
 * it: from then on an adoption explains as well, and what stood unexplained in a ledger at that moment is excused.
 */
export function createExplanations(
  { books }: SimulatedCompany,
  computers: readonly Computer[],
  causes: Causes,
): Explanations {
  const explained = new Set<string>();
  let copies = causes.count('copied');
  return {
    unexplained: async () => {
      const open = books.references().filter((reference) => !explained.has(reference));
      if (open.length === 0) return [];
      for (const computer of computers)
        for (const reference of await toldBy(computer, causes)) explained.add(reference);
      const left = open.filter((reference) => !explained.has(reference));
      if (causes.count('copied') !== copies) {
        copies = causes.count('copied');
        for (const reference of left) explained.add(reference);
        return [];
      }
      return left.map((reference) => ({ promise: 'the trail explains every entry of ours', detail: reference }));
    },
  };
}

/** The references that the trail of a computer tells of. */
async function toldBy(computer: Computer, causes: Causes): Promise<string[]> {
  const [process] = computer.processes();
  if (process === undefined) return [];
  const rows = await process.daybook.store.read
    .selectFrom('audit_event')
    .select(['action', 'data_json'])
    .where('action', 'in', causes.has('copied') ? ['posting.intended', 'posting.adopted'] : ['posting.intended'])
    .execute();
  return rows.flatMap(({ action, data_json }) => {
    const data: unknown = JSON.parse(data_json);
    if (action === 'posting.adopted') return [adoptedSchema.parse(data).reference];
    return intendedSchema.parse(data).entries.map(({ reference }) => reference);
  });
}
