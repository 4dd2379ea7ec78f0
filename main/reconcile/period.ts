import { addDays, type CalendarDate, daysBetween } from '../core/calendar.ts';
import { accountLabel, type MappedAccount } from './accounts.ts';
import type { Books } from './books.ts';
import { type Reconciliation, reconcileDay } from './day.ts';
import type { OpenItem } from './open-items.ts';

/** Movements of one side. Sign: positive = money into the account; `outMinor` is negative or zero. */
export type PeriodSide = {
  readonly openingMinor: bigint;
  readonly inMinor: bigint;
  readonly outMinor: bigint;
  /** The bank's side: what its balance says beyond its lines, and began in the period. */
  readonly gapMinor: bigint;
  readonly closingMinor: bigint;
  readonly lines: number;
  readonly days: ReadonlyMap<CalendarDate, readonly Movement[]>;
};

/** One movement by its identity, for noticing that it changed. */
export type Movement = { readonly id: string; readonly amountMinor: bigint };

export type PeriodItem = OpenItem & {
  /** The same from period to period as long as it is the same money. */
  readonly key: string;
  /** Days from its date to the end of the period. */
  readonly ageDays: number;
  /** It was open at the end of the period before. */
  readonly broughtForward: boolean;
};

/** An account over a period, to zero: each side opening + movements = closing; the open items explain the rest. */
export type PeriodTieOut = {
  readonly feedAccountId: string;
  readonly account: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly currency: string;
  readonly from: CalendarDate;
  readonly to: CalendarDate;
  readonly bank: PeriodSide;
  readonly ledger: PeriodSide;
  /** bank − ledger at the end. */
  readonly differenceMinor: bigint;
  readonly items: readonly PeriodItem[];
  /** Open at the begin, settled by the end. */
  readonly cleared: readonly OpenItem[];
  /** brought forward + arisen + cleared = carried forward; each as what it adds to bank − ledger. */
  readonly roll: {
    readonly broughtForwardMinor: bigint;
    readonly arisenMinor: bigint;
    readonly clearedMinor: bigint;
    readonly carriedForwardMinor: bigint;
  };
  /** Announced by the bank and not booked by the end: in no balance above. */
  readonly pending: { readonly lines: number; readonly minor: bigint };
  /** Difference − open items at the end; zero when the period ties out. */
  readonly unexplainedMinor: bigint;
  readonly tiesOut: boolean;
  readonly ledgerSource: Reconciliation['ledgerSource'];
};

/** Ties out an account from the first to the last day of a period, both included. */
export function tieOutPeriod(
  account: MappedAccount,
  period: { readonly from: CalendarDate; readonly to: CalendarDate },
  books: Books,
): PeriodTieOut {
  const { from, to } = period;
  const before = reconcileDay(account, addDays(from, -1), books);
  const after = reconcileDay(account, to, books);
  const [bank, ledger] = [bankSide(books, before, after, period), ledgerSide(books, before, after, period)];
  const opened = new Map(before.openItems.map((item) => [itemKey(item), item]));
  const items = after.openItems.map((item): PeriodItem => {
    const key = itemKey(item);
    return { ...item, key, ageDays: Math.max(0, daysBetween(item.date, to)), broughtForward: opened.has(key) };
  });
  const open = new Set(items.map(({ key }) => key));
  const cleared = [...opened].flatMap(([key, item]) => (open.has(key) ? [] : [item]));
  const sum = (some: readonly OpenItem[]) => some.reduce((total, item) => total + item.amountMinor, 0n);
  const [broughtForwardMinor, carriedForwardMinor, clearedMinor] = [sum(before.openItems), sum(items), -sum(cleared)];
  const differenceMinor = after.difference.minor;
  const unexplainedMinor = differenceMinor - carriedForwardMinor;
  const adds = ({ openingMinor, inMinor, outMinor, gapMinor, closingMinor }: PeriodSide) =>
    openingMinor + inMinor + outMinor + gapMinor === closingMinor;
  const waiting = new Map(
    books.rows.filter((row) => row.state === 'pending' && row.date <= to).map((row) => [row.lineId, row.amountMinor]),
  );
  return {
    ...{ feedAccountId: account.feedAccountId, account: accountLabel(account), legalEntity: account.legalEntity },
    ...{ bankAccount: account.bankAccount, currency: account.currency, from, to, bank, ledger },
    ...{ differenceMinor, items, cleared, unexplainedMinor, ledgerSource: books.ledgerSource },
    roll: {
      ...{ broughtForwardMinor, clearedMinor, carriedForwardMinor },
      arisenMinor: carriedForwardMinor - broughtForwardMinor - clearedMinor,
    },
    pending: { lines: waiting.size, minor: [...waiting.values()].reduce((total, minor) => total + minor, 0n) },
    tiesOut: unexplainedMinor === 0n && before.explained && adds(bank) && adds(ledger),
  };
}

/** Which money an open item is about: its statement lines, else its ledger lines, else its kind alone. */
export function itemKey({ kind, lineIds, ledgerLineIds, date, amountMinor }: OpenItem): string {
  if (lineIds.length > 0) return `lines:${[...lineIds].sort((a, b) => a - b).join(',')}`;
  if (ledgerLineIds.length > 0) return `ledger:${ledgerLineIds.join(',')}`;
  return kind === 'ledger_only' ? `ledger:${date}:${amountMinor}` : kind;
}

type Days = { readonly from: CalendarDate; readonly to: CalendarDate };

function bankSide({ rows, gap }: Books, before: Reconciliation, after: Reconciliation, period: Days): PeriodSide {
  const lines = new Map(
    rows
      .filter((row) => row.state === 'booked' && row.date >= period.from && row.date <= period.to)
      .map((row) => [row.lineId, row]),
  );
  const movements = [...lines.values()].map(({ lineId, date, amountMinor }) => ({
    id: `${lineId}`,
    date,
    amountMinor,
  }));
  const gapMinor = gap !== null && gap.date >= period.from && gap.date <= period.to ? gap.sizeMinor : 0n;
  return side(before.bankBalance.minor, after.bankBalance.minor, gapMinor, movements);
}

function ledgerSide({ ledger }: Books, before: Reconciliation, after: Reconciliation, period: Days): PeriodSide {
  const movements = ledger
    .filter(({ date }) => date >= period.from && date <= period.to)
    .map(({ id, voucher, reference, date, amountMinor }) => ({
      id: `${id ?? reference ?? ''} ${voucher ?? ''}`,
      ...{ date, amountMinor },
    }));
  return side(before.ledgerBalance.minor, after.ledgerBalance.minor, 0n, movements);
}

function side(
  openingMinor: bigint,
  closingMinor: bigint,
  gapMinor: bigint,
  movements: ReadonlyArray<Movement & { readonly date: CalendarDate }>,
): PeriodSide {
  let [inMinor, outMinor] = [0n, 0n];
  for (const { amountMinor } of movements)
    if (amountMinor > 0n) inMinor += amountMinor;
    else outMinor += amountMinor;
  return {
    ...{ openingMinor, inMinor, outMinor, gapMinor, closingMinor, lines: movements.length },
    days: Map.groupBy(movements, ({ date }) => date),
  };
}
