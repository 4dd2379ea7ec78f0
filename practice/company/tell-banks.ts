/**
 * Tells a company's banks from a seed: what they saw, day by day, and the truth of it for a judge. The same seed and first
 * day always tell the same story, however far and in whatever steps it is asked for.
 */
import { addDays, type CalendarDate, epochOf, instantOf, isBusinessDay } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';
import { seededRandom } from '../../main/core/random.ts';
import { accountNamed, bankNamed, type CompanyBanks } from './banks.ts';
import { createDraw, type Draw } from './draw.ts';
import { type FeedEvent, tell, visibleAfter } from './lifecycle.ts';
import type { BusinessDay, Movement } from './movement.ts';
import { bankTruth } from './truth.ts';

export type CompanyOptions = {
  readonly seed: number | string;
  /** The first practice day: the ledger opens with the bank balances of the day before. */
  readonly firstDay: CalendarDate;
  /** Days of history before the first day; 730 unless told. */
  readonly historyDays?: number;
};

export type Story = Pick<CompanyBanks, 'name' | 'banks' | 'accounts' | 'owners'> & {
  /** Booked balances on the evening before the history begins, in minor units, by account. */
  readonly firstBalances: Readonly<Record<string, bigint>>;
  /** What happens on a business day. Asked once a day, in order. */
  happen(day: BusinessDay, draw: Draw): readonly Movement[];
  /** Booked lines in a thousand that the bank amends, withdraws or replaces later; 8 unless told. */
  readonly churn?: number;
};

const DAY_MS = 86_400_000;

/** The moments at which a booked balance changed, and what it was from then on. */
type BalanceLog = { readonly at: number[]; readonly minor: bigint[] };

export function tellBanks(story: Story, { seed, firstDay, historyDays = 730 }: CompanyOptions): CompanyBanks {
  const { accounts, firstBalances, churn = 8 } = story;
  const historyStart = addDays(firstDay, -historyDays);
  const settledAt = visibleAfter(addDays(firstDay, -1));
  const logs = new Map<string, FeedEvent[]>(story.banks.map(({ key }) => [key, []]));
  const logOf = new Map(accounts.map(({ key, bank }) => [key, logs.get(bank) ?? []]));
  const balances = new Map<string, BalanceLog>(
    accounts.map(({ key }) => [key, { at: [Number.NEGATIVE_INFINITY], minor: [firstBalances[key] ?? 0n] }]),
  );
  const expected = new Map<string, bigint>(accounts.map(({ key }) => [key, firstBalances[key] ?? 0n]));
  /** Events that are known but lie on days not told yet, by days since 1970. */
  const ahead = new Map<number, FeedEvent[]>();
  /** Minor units of each booked line as told so far. */
  const booked = new Map<string, bigint>();
  let told = addDays(historyStart, -1);
  let ordinal = -businessDaysBetween(historyStart, firstDay);
  let ofMonth = businessDaysBetween(`${historyStart.slice(0, 8)}01`, historyStart);
  let month = historyStart.slice(0, 7);

  function tellDay(date: CalendarDate): void {
    if (date.slice(0, 7) !== month) {
      month = date.slice(0, 7);
      ofMonth = 0;
    }
    if (isBusinessDay(date)) {
      ofMonth += 1;
      happen(date);
      ordinal += 1;
    }
    const dayNumber = epochOf(`${date}T00:00:00.000Z`) / DAY_MS;
    const events = ahead.get(dayNumber) ?? [];
    ahead.delete(dayNumber);
    events.sort((a, b) => a.at - b.at);
    for (const event of events) record(event);
  }

  function happen(date: CalendarDate): void {
    const draw = createDraw(seededRandom(`${seed}:${date}`));
    const day: BusinessDay = {
      date,
      ofMonth,
      lastOfMonth: isLastOfMonth(date),
      ordinal,
      expected: (account) => expected.get(account) ?? 0n,
    };
    for (const movement of story.happen(day, draw)) {
      const { events, remains } = tell(movement, date, settledAt, draw, churn);
      expected.set(movement.account, day.expected(movement.account) + remains);
      for (const event of events) {
        const seen = Math.floor(event.at / DAY_MS);
        const list = ahead.get(seen);
        if (list) list.push(event);
        else ahead.set(seen, [event]);
      }
    }
  }

  function record(event: FeedEvent): void {
    const { line, at, change } = event;
    const own = logOf.get(line.account);
    if (own === undefined) throw new RangeError(`a movement names account ${line.account}, which there is not`);
    own.push(event);
    if (line.pending) return;
    const before = booked.get(line.id) ?? 0n;
    const after = change === 'removed' ? 0n : line.minor;
    if (change === 'removed') booked.delete(line.id);
    else booked.set(line.id, after);
    const log = balances.get(line.account);
    if (!log || before === after) return;
    const last = log.minor.length - 1;
    const balance = (log.minor[last] ?? 0n) + after - before;
    if (log.at[last] === at) log.minor[last] = balance;
    else {
      log.at.push(at);
      log.minor.push(balance);
    }
  }

  /** Tells every day up to the one of `now`. */
  function tellUntil(now: number): void {
    const day = instantOf(now).slice(0, 10);
    while (told < day) {
      told = addDays(told, 1);
      tellDay(told);
    }
  }

  const balanceAt = (account: string, now: number): Money => {
    tellUntil(now);
    const log = balances.get(account);
    const position = log ? countUntil(log.at.length, (index) => (log.at[index] ?? 0) <= now) : 0;
    return { minor: log?.minor[position - 1] ?? 0n, currency: accountNamed(story, account).currency };
  };
  const company: CompanyBanks = {
    name: story.name,
    seed,
    firstDay,
    historyStart,
    banks: story.banks,
    accounts,
    owners: story.owners,
    eventsOf: (bank, now) => {
      tellUntil(now);
      const events = logs.get(bankNamed(story, bank).key) ?? [];
      return { events, end: countUntil(events.length, (index) => (events[index]?.at ?? 0) <= now) };
    },
    balanceAt,
    balanceOn: (account, day) => balanceAt(account, visibleAfter(day)),
    bankTruth: (day) => bankTruth(company, day),
  };
  return company;
}

/** How many of `length` leading items fulfil a condition that, once false, stays false. */
function countUntil(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Business days from `from` to the day before `to`. */
function businessDaysBetween(from: CalendarDate, to: CalendarDate): number {
  let count = 0;
  for (let day = from; day < to; day = addDays(day, 1)) if (isBusinessDay(day)) count += 1;
  return count;
}

function isLastOfMonth(date: CalendarDate): boolean {
  let next = addDays(date, 1);
  while (!isBusinessDay(next)) next = addDays(next, 1);
  return next.slice(0, 7) !== date.slice(0, 7);
}
