/** Count and sums of one currency in minor units. `debit`: money in; `credit`: money out, as a positive figure. */
export type CurrencyTotal = {
  readonly currency: string;
  readonly count: number;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
};

/** The sums of these amounts, by currency. Sums never mix currencies. */
export function totalsOfAmounts(
  amounts: Iterable<{ readonly minor: bigint; readonly currency: string }>,
): CurrencyTotal[] {
  const byCurrency = new Map<string, { currency: string; count: number; debitMinor: bigint; creditMinor: bigint }>();
  for (const { minor, currency } of amounts) {
    const total = byCurrency.get(currency) ?? { currency, count: 0, debitMinor: 0n, creditMinor: 0n };
    total.count += 1;
    if (minor > 0n) total.debitMinor += minor;
    else total.creditMinor -= minor;
    byCurrency.set(currency, total);
  }
  return [...byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** The totals of two lists, one after the other. */
export function addedTotals(one: readonly CurrencyTotal[], other: readonly CurrencyTotal[]): CurrencyTotal[] {
  const byCurrency = new Map(one.map((total) => [total.currency, total]));
  for (const more of other) {
    const total = byCurrency.get(more.currency);
    byCurrency.set(more.currency, {
      currency: more.currency,
      count: more.count + (total?.count ?? 0),
      debitMinor: more.debitMinor + (total?.debitMinor ?? 0n),
      creditMinor: more.creditMinor + (total?.creditMinor ?? 0n),
    });
  }
  return [...byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
