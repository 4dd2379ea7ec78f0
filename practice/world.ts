/** The whole practice company: its banks behind Plaid and its ERP, on one clock. */
import type { CalendarDate } from '../main/core/calendar.ts';
import type { Clock } from '../main/core/clock.ts';
import { seededRandom } from '../main/core/random.ts';
import { createPracticeD365, type PracticeD365 } from './d365/index.ts';
import { createHarbor, type Harbor } from './harbor/company.ts';
import { harborLedger } from './harbor/ledger.ts';
import { createPracticePlaid, type PracticePlaid } from './plaid/index.ts';

export type PracticeWorld = {
  readonly company: Harbor;
  readonly plaid: PracticePlaid;
  readonly d365: PracticeD365;
};

export type WorldOptions = {
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  readonly clock: Clock;
  /** Days of history before the first day; 730 unless told. */
  readonly historyDays?: number;
  /** How long after linking a bank's whole history is there; a minute unless told. */
  readonly historyAfterMs?: number;
};

export function createPracticeWorld({
  seed,
  firstDay,
  clock,
  historyDays,
  historyAfterMs,
}: WorldOptions): PracticeWorld {
  const company = createHarbor({ seed, firstDay, ...(historyDays === undefined ? {} : { historyDays }) });
  const arrival = historyAfterMs === undefined ? {} : { initialAfterMs: historyAfterMs, historyAfterMs };
  const plaid = createPracticePlaid({ company, clock, random: seededRandom(`${seed}:plaid`), ...arrival });
  const d365 = createPracticeD365({ ledger: harborLedger(company), clock, random: seededRandom(`${seed}:d365`) });
  return { company, plaid, d365 };
}
