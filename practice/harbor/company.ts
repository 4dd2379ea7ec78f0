/**
 * Harbor Property Group, told from a seed: what its three banks saw, day by day, and the truth of it for a judge.
 * The same seed and first day always tell the same story, however far and in whatever steps it is asked for.
 */
import { addDays, type CalendarDate, epochOf, instantOf, isBusinessDay } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';
import { seededRandom } from '../../main/core/random.ts';
import { ACCOUNT_LIST, ACCOUNTS, type AccountKey, type BankKey } from './accounts.ts';
import { createDraw } from './draw.ts';
import { type FeedEvent, tell, visibleAfter } from './lifecycle.ts';
import { managementDay } from './management.ts';
import type { BusinessDay, Movement } from './movement.ts';
import { residentialDay } from './residential.ts';
import { spendingDay } from './spending.ts';
import { storageDay } from './storage.ts';
import { createTenants } from './tenants.ts';
import { oddRows, oneOffs, treasuryDay } from './treasury.ts';
import { type BankTruth, bankTruth } from './truth.ts';

export type HarborOptions = {
  readonly seed: number | string;
  /** The first practice day: the ledger opens with the bank balances of the day before. */
  readonly firstDay: CalendarDate;
  /** Days of history before the first day; 730 unless told. */
  readonly historyDays?: number;
};

export type Harbor = {
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  /** The first day on which anything happened. */
  readonly historyStart: CalendarDate;
  /** What one bank has told up to and including a moment, oldest first. Grows only at its end. */
  eventsOf(bank: BankKey, now: number): { readonly events: readonly FeedEvent[]; readonly end: number };
  /** Booked balance as the bank gives it at a moment. Sign: positive = the firm's money. */
  balanceAt(account: AccountKey, now: number): Money;
  /** Booked balance at the end of a day, as the bank gives it the next morning. */
  balanceOn(account: AccountKey, day: CalendarDate): Money;
  /** Everything that a judge needs, as the banks know it on the morning after `day`. */
  bankTruth(day: CalendarDate): BankTruth;
};

/** Booked balances on the evening before the history begins, in cents. */
export const FIRST_BALANCES: Readonly<Record<AccountKey, bigint>> = {
  managementOperating: 41_250_318n,
  managementTrust: 38_804_275n,
  managementCard: -1_204_890n,
  residentialOperating: 52_116_702n,
  residentialTrust: 64_330_150n,
  residentialReserve: 250_000_000n,
  storageOperating: 23_907_441n,
  storageTrust: 9_518_065n,
};

const DAY_MS = 86_400_000;

/** The moments at which a booked balance changed, and what it was from then on. */
type BalanceLog = { readonly at: number[]; readonly minor: bigint[] };

export function createHarbor({ seed, firstDay, historyDays = 730 }: HarborOptions): Harbor {
  const historyStart = addDays(firstDay, -historyDays);
  const settledAt = visibleAfter(addDays(firstDay, -1));
  const tenants = createTenants(createDraw(seededRandom(`${seed}:tenants`)));
  const homes = tenants.filter((tenant) => tenant.property.kind === 'residential');
  const units = tenants.filter((tenant) => tenant.property.kind === 'storage');
  const logs: Record<BankKey, FeedEvent[]> = { tidewater: [], northgate: [], cascade: [] };
  const balances = new Map<AccountKey, BalanceLog>(
    ACCOUNT_LIST.map(({ key }) => [key, { at: [Number.NEGATIVE_INFINITY], minor: [FIRST_BALANCES[key]] }]),
  );
  const expected = new Map<AccountKey, bigint>(ACCOUNT_LIST.map(({ key }) => [key, FIRST_BALANCES[key]]));
  /** Events that are known but lie on days not told yet, by days since 1970. */
  const ahead = new Map<number, FeedEvent[]>();
  /** Cents of each booked line as told so far. */
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
    const movements: Movement[] = [
      ...residentialDay(day, homes, draw),
      ...storageDay(day, units, draw),
      ...managementDay(day, draw),
      ...spendingDay(day, draw),
      ...treasuryDay(day, draw),
      ...oneOffs(draw),
      ...oddRows(day, draw),
    ];
    for (const movement of movements) {
      const { events, remains } = tell(movement, date, settledAt, draw);
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
    logs[ACCOUNTS[line.account].bank].push(event);
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

  const balanceAt = (account: AccountKey, now: number): Money => {
    tellUntil(now);
    const log = balances.get(account);
    const position = log ? countUntil(log.at.length, (index) => (log.at[index] ?? 0) <= now) : 0;
    return { minor: log?.minor[position - 1] ?? 0n, currency: 'USD' };
  };
  const harbor: Harbor = {
    seed,
    firstDay,
    historyStart,
    eventsOf: (bank, now) => {
      tellUntil(now);
      const events = logs[bank];
      return { events, end: countUntil(events.length, (index) => (events[index]?.at ?? 0) <= now) };
    },
    balanceAt,
    balanceOn: (account, day) => balanceAt(account, visibleAfter(day)),
    bankTruth: (day) => bankTruth(harbor, day),
  };
  return harbor;
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
