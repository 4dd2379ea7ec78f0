/** The practice company of a simulated world, and how its truth is read. */
import { createPracticeHost, type PracticeHost } from '../../main/cli/practice/world.ts';
import type { CalendarDate } from '../../main/core/calendar.ts';
import type { VirtualClock } from '../../main/core/clock.ts';
import { createHarborWorld, type HarborWorld } from '../../practice/harbor/world.ts';
import type { Dice } from './dice.ts';
import { createD365People, type ErpPeople } from './erp-people.ts';
import type { Server } from './weather.ts';

export type SimulatedCompany = {
  readonly host: PracticeHost<HarborWorld>;
  readonly servers: readonly Server[];
  readonly people: ErpPeople;
  /** Troubles of the banks beside the wire; says what. */
  botherFeeds(): string;
  /** Ends every trouble of the banks. */
  putFeedsRight(): void;
};

/** Short histories: the simulation is about the days that follow. */
const HISTORY_DAYS = 6;

export function createCompany(
  seed: number | string,
  firstDay: CalendarDate,
  clock: VirtualClock,
  dice: Dice,
): SimulatedCompany {
  const host = createPracticeHost(
    createHarborWorld({ seed, firstDay, clock, historyDays: HISTORY_DAYS, historyAfterMs: 0 }),
  );
  const { plaid, d365 } = host.world;
  const banks = ['tidewater', 'northgate', 'cascade'] as const;
  const control = plaid.control;
  const bothers: ReadonlyArray<readonly [number, () => string]> = [
    [
      3,
      () => {
        control.mutateDuringPagination(1 + dice.int(3));
        return 'the data changes while pages are read';
      },
    ],
    [
      2,
      () => {
        const bank = dice.pick(banks);
        control.spoilCursors(bank, dice.pick(['mutation', 'invalid'] as const));
        return `the cursors of ${bank} went bad`;
      },
    ],
    [
      3,
      () => {
        control.limitPages(1 + dice.int(20));
        return 'pages are short';
      },
    ],
    [
      2,
      () => {
        control.removedFirst(dice.chance(0.5));
        return 'removed lines come first';
      },
    ],
    [
      2,
      () => {
        const bank = dice.pick(banks);
        control.failItems(bank, 'ITEM_LOGIN_REQUIRED');
        return `${bank} wants its password`;
      },
    ],
  ];
  return {
    host,
    servers: [
      { name: 'plaid', faults: control.faults },
      { name: 'd365', faults: d365.control.faults },
    ],
    people: createD365People(d365, dice),
    botherFeeds: () => dice.weighted(bothers)(),
    putFeedsRight: () => {
      for (const bank of banks) control.failItems(bank, null);
      control.mutateDuringPagination(0);
      control.limitPages(500);
      control.removedFirst(false);
    },
  };
}
