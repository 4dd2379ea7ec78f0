import { addDays, type CalendarDate } from '../../main/core/calendar.ts';
import type { Money } from '../../main/core/money.ts';
import { accountNamed, type CompanyBanks } from './banks.ts';
import { type FeedLine, visibleAfter } from './lifecycle.ts';
import type { OddAmount } from './movement.ts';

/** One line that a bank has ever shown, as it stands at the end. */
export type TrueLine = {
  readonly providerLineId: string;
  readonly account: string;
  readonly mask: string;
  /** Booking day; of a pending line the day it happened. */
  readonly date: CalendarDate;
  /** Positive = money in. */
  readonly amount: Money;
  readonly text: string;
  /** `replaced`: a pending line that was booked under another id. `removed`: withdrawn, or pending that vanished. */
  readonly state: 'booked' | 'pending' | 'replaced' | 'removed';
  /** Of a booked line: the pending one it names. */
  readonly pendingLineId: string | null;
  /** True when the bank changed the amount after booking. */
  readonly amended: boolean;
  /** A row in trouble: it moves no balance and can become no entry. */
  readonly odd: OddAmount | null;
};

export type TrueBalance = {
  readonly account: string;
  readonly mask: string;
  readonly day: CalendarDate;
  /** As the bank gave it on the next morning. Positive = the firm's money. */
  readonly reported: Money;
  /** With everything that the bank has corrected since: opening balance plus final lines up to that day. */
  readonly restated: Money;
};

export type BankTruth = {
  readonly day: CalendarDate;
  /** Every line dated on or after the first practice day, or booked after it. */
  readonly lines: readonly TrueLine[];
  /** Of each account that has a bank account in the ledger, from the day before the first practice day. */
  readonly balances: readonly TrueBalance[];
};

/** The banks' own books on the morning after `day`, without the history before the first practice day. */
export function bankTruth(company: CompanyBanks, day: CalendarDate): BankTruth {
  const now = visibleAfter(day);
  const lines = company.banks.flatMap(({ key }) => linesOf(company, key, now));
  const accounts = company.accounts.filter((account) => account.ledger !== null);
  const openingDay = addDays(company.firstDay, -1);
  const balances = accounts.flatMap(({ key, mask, currency }) => {
    const rows: TrueBalance[] = [];
    let restated = company.balanceOn(key, openingDay).minor;
    const own = lines.filter((line) => line.account === key && line.state === 'booked');
    for (let at = openingDay; at <= day; at = addDays(at, 1)) {
      if (at > openingDay) for (const line of own) if (line.date === at) restated += line.amount.minor;
      rows.push({
        account: key,
        mask,
        day: at,
        reported: company.balanceOn(key, at),
        restated: { minor: restated, currency },
      });
    }
    return rows;
  });
  return { day, lines, balances };
}

function linesOf(company: CompanyBanks, bank: string, now: number): TrueLine[] {
  const { events, end } = company.eventsOf(bank, now);
  const last = new Map<string, { line: FeedLine; removed: boolean; amended: boolean }>();
  const replaced = new Set<string>();
  for (const { line, change } of events.slice(0, end)) {
    if (line.pendingId !== null) replaced.add(line.pendingId);
    if (line.date < company.firstDay) continue;
    last.set(line.id, { line, removed: change === 'removed', amended: change === 'modified' });
  }
  return [...last.values()].map(({ line, removed, amended }) => ({
    providerLineId: line.id,
    account: line.account,
    mask: accountNamed(company, line.account).mask,
    date: line.date,
    amount: { minor: line.minor, currency: accountNamed(company, line.account).currency },
    text: line.text,
    state: removed ? (replaced.has(line.id) ? 'replaced' : 'removed') : line.pending ? 'pending' : 'booked',
    pendingLineId: line.pendingId,
    amended,
    odd: line.movement.odd,
  }));
}
