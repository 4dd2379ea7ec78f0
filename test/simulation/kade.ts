import { createPracticeHost } from '../../main/cli/practice/world.ts';
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { WorldOptions } from '../../practice/company/world.ts';
import type { PracticeExact } from '../../practice/exact/index.ts';
import { OFFICES } from '../../practice/kade/offices.ts';
import type { Causes } from './causes.ts';
import { bankTroubles, booksOf, type JournalOf, type SimulatedCompany } from './company.ts';
import { CORNER_OFFICES, createKadeCornerWorld } from './corner/kade-world.ts';
import type { Dice } from './dice.ts';
import { createExactPeople } from './exact-people.ts';
import { TOKEN_PATH } from './sign-ins.ts';

/** Atelier Kade on two country sites of Exact Online. */
export function createSimulatedKade(options: WorldOptions, dice: Dice, causes: Causes): SimulatedCompany {
  const host = createPracticeHost(createKadeCornerWorld(options));
  const { plaid, sites, banks } = host.world;
  const offices = CORNER_OFFICES.map((key) => ({
    division: OFFICES[key].division,
    control: sites[key].control,
    expense: OFFICES[key].chart.office[0],
  }));
  return {
    name: 'kade',
    host,
    servers: [
      { name: 'plaid', faults: plaid.control.faults },
      ...CORNER_OFFICES.map((key) => ({
        name: `exact-${key}`,
        faults: sites[key].control.faults,
        writes: { method: 'POST', path: '/api/v1/' },
        tokens: TOKEN_PATH,
      })),
    ],
    people: createExactPeople(offices, dice, causes),
    books: booksOf(host, {
      brokenChains: () =>
        offices.flatMap(({ control, division }) =>
          causes.chainBroken(String(division)) ? [] : brokenChainsOf(control, causes.backdated(String(division))),
        ),
      behindOthers: () => offices.flatMap(({ control }) => journalsBehindOthers(control, banks.firstDay)),
      texts: (reference) =>
        new Set(
          offices
            .flatMap(({ control }) => control.books().entries.flatMap(({ lines }) => lines))
            .filter(({ notes }) => notes?.startsWith(reference))
            .flatMap(({ description, notes }) => [description ?? '', (notes ?? '').replace(/^\S+ \S+ ?/, '')])
            .filter((text) => text !== ''),
        ),
    }),
    // They live ten minutes here: so long may a few slow answers take.
    endTokens: () => {
      for (const key of CORNER_OFFICES)
        sites[key].control.faults.add({ kind: 'delay', delayMs: 50_000, method: 'GET', skip: 1, times: 12 });
    },
    ...bankTroubles(plaid, banks.banks, dice, causes),
  };
}

/**
 * Journals in which two entries of ours or more stand behind one of somebody else. One may have been under way when the
 * other came.
 */
function journalsBehindOthers(control: PracticeExact['control'], firstDay: CalendarDate): JournalOf[] {
  const bank = control.books().entries.filter((entry) => entry.kind === 'bank');
  return [...Map.groupBy(bank, ({ division, journal }) => `${division}|${journal}`).values()].flatMap((chain) => {
    const byNumber = chain.toSorted((a, b) => a.number - b.number);
    const isOther = ({ by, lines }: (typeof chain)[number]) =>
      by !== 'client' && lines.every(({ date }) => date >= firstDay);
    const at = byNumber.findIndex(isOther);
    const behind = at < 0 ? [] : byNumber.slice(at + 1).filter(({ by }) => by === 'client');
    return behind.slice(1, 2).map(({ division, journal }) => ({ legalEntity: String(division), journalName: journal }));
  });
}

/**
 * Each bank entry of ours opens where the one before it closes; the first of a period need not, once an earlier period got
 * more. Where others let theirs open is their affair.
 */
function brokenChainsOf(control: PracticeExact['control'], backdated: boolean): string[] {
  const bank = control.books().entries.filter((entry) => entry.kind === 'bank');
  return [...Map.groupBy(bank, ({ division, journal }) => `${division} journal ${journal}`)].flatMap(([name, chain]) =>
    chain.flatMap((entry, at) => {
      const before = chain[at - 1];
      if (entry.by !== 'client' || before === undefined || before.closingMinor === entry.openingMinor) return [];
      if (backdated && (before.year !== entry.year || before.period !== entry.period)) return [];
      return [
        `${name}: entry ${entry.number} opens at ${entry.openingMinor}, the one before closes at ${before.closingMinor}`,
      ];
    }),
  );
}
