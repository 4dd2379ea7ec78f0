import type { Money } from '../../api/contract.ts';
import { digitsOf, fromMinor, toMinor } from '../../components/decimal.ts';
import type { OpenItem, Reconciliation } from './types.ts';

/** The exact sum of amounts in one currency. */
export function sumOf(amounts: readonly Money[], currency: string): Money {
  const digits = Math.max(0, ...amounts.map(({ amount }) => digitsOf(amount)));
  const minor = amounts.reduce((sum, { amount }) => sum + toMinor(amount, digits), 0n);
  return { amount: fromMinor(minor, digits), currency };
}

export function isZero({ amount }: Money): boolean {
  return !/[1-9]/.test(amount);
}

export type DayTotals = {
  readonly currency: string;
  readonly bank: Money;
  readonly ledger: Money;
  readonly difference: Money;
};
export type DayGroup = {
  readonly date: string;
  readonly rows: readonly Reconciliation[];
  readonly totals: readonly DayTotals[];
};

/** By day, as main lists them; balances of different days or currencies are never added up. */
export function byDay(rows: readonly Reconciliation[]): DayGroup[] {
  return [...Map.groupBy(rows, ({ date }) => date)].map(([date, group]) => {
    const currencies = [...new Set(group.map(({ difference }) => difference.currency))].sort();
    return {
      date,
      rows: group,
      totals: currencies.map((currency) => {
        const own = group.filter(({ difference }) => difference.currency === currency);
        return {
          currency,
          bank: sumOf(
            own.map(({ bankBalance }) => bankBalance),
            currency,
          ),
          ledger: sumOf(
            own.map(({ ledgerBalance }) => ledgerBalance),
            currency,
          ),
          difference: sumOf(
            own.map(({ difference }) => difference),
            currency,
          ),
        };
      }),
    };
  });
}

export type KindGroup = { readonly kind: string; readonly items: readonly OpenItem[]; readonly sum: Money };

/** Open items by their reason, and what no item explains. */
export function byKind({ openItems, difference }: Reconciliation): { kinds: KindGroup[]; unexplained: Money } {
  const { currency } = difference;
  const kinds = [...Map.groupBy(openItems, ({ kind }) => kind)].map(([kind, items]) => ({
    kind,
    items,
    sum: sumOf(
      items.map(({ amount }) => amount),
      currency,
    ),
  }));
  const explained = sumOf(
    openItems.map(({ amount }) => amount),
    currency,
  );
  const digits = Math.max(digitsOf(difference.amount), digitsOf(explained.amount));
  const left = toMinor(difference.amount, digits) - toMinor(explained.amount, digits);
  return { kinds, unexplained: { amount: fromMinor(left, digits), currency } };
}
