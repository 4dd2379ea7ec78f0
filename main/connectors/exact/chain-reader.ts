import type { Clock } from '../../core/clock.ts';
import type { Money } from '../../core/money.ts';
import type { Stop } from '../capabilities.ts';
import type { Chain } from './chain.ts';
import { closingOf } from './chain.ts';
import type { Client } from './client.ts';
import { bankEntries } from './entities.ts';
import { allOf, text } from './odata.ts';
import type { PeriodRow } from './tables.ts';

/** So many of the newest entries tell who else writes on a journal. They come with their lines in one page. */
const NEWEST = 60;
/** An answer this young was read directly before, by the look-up of what was just posted. */
const JUST_NOW_MS = 3_000;
/** For questions that are asked again before anything is sent. */
const LATELY_MS = 2 * 60_000;
const ORDER = 'FinancialYear desc,FinancialPeriod desc,EntryNumber desc';

/** Reads the ends of chains, and remembers them until something is written. */
export type ChainReader = ReturnType<typeof createChainReader>;

export function createChainReader(client: Client, clock: Clock) {
  const known = new Map<string, { readonly at: number; readonly chain: Chain }>();
  const keyOf = (division: string, journal: string) => `${division}\n${journal}`;

  const read = async (division: string, journal: string, stop: Stop): Promise<Chain> => {
    const ask = { filter: `JournalCode eq ${text(journal)}`, orderBy: ORDER, top: NEWEST, withLines: true };
    // The time before the request: what is written while it is answered is not in it.
    const at = clock.now();
    const chain = { entries: await client.list(division, bankEntries, ask, stop) };
    known.set(keyOf(division, journal), { at, chain });
    return chain;
  };

  const notOlder = (ms: number) => (division: string, journal: string, stop: Stop) => {
    const held = known.get(keyOf(division, journal));
    const age = held === undefined ? Number.POSITIVE_INFINITY : clock.now() - held.at;
    return held !== undefined && age >= 0 && age <= ms ? Promise.resolve(held.chain) : read(division, journal, stop);
  };

  return {
    /** Read now. */
    read,
    /** As it is directly before a write. */
    justNow: notOlder(JUST_NOW_MS),
    /** As it was a moment ago. */
    lately: notOlder(LATELY_MS),
    /** Something is about to be written. */
    forget: (division: string, journal: string) => {
      known.delete(keyOf(division, journal));
    },

    /** Where the chain stood at the end of a period that is not the last one; zero before its first entry. */
    closingUpTo: async (
      division: string,
      journal: string,
      period: PeriodRow,
      currency: string,
      stop: Stop,
    ): Promise<Money> => {
      const year = period.FinYear ?? 0;
      const upTo = `(FinancialYear lt ${year} or (FinancialYear eq ${year} and FinancialPeriod le ${period.FinPeriod ?? 0}))`;
      const filter = allOf(`JournalCode eq ${text(journal)}`, upTo);
      const [last] = await client.list(
        division,
        bankEntries,
        { filter, orderBy: ORDER, top: 1, withLines: true },
        stop,
      );
      return (last === undefined ? null : closingOf(last, currency)) ?? { minor: 0n, currency };
    },
  };
}
