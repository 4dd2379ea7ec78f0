import { sql } from 'kysely';

/** Count and sums of one currency in minor units. `debit`: money in; `credit`: money out, as a positive figure. */
export type CurrencyTotal = {
  readonly currency: string;
  readonly count: number;
  readonly debitMinor: bigint;
  readonly creditMinor: bigint;
};

const HALF = 1_000_000_000n;

/**
 * Columns of a query that is grouped by currency. Summed in two halves, because SQLite's own sum ends with an error
 * beyond 63 bits, which ninety absurd amounts reach.
 */
export function sumColumns(currency: string, amount: string) {
  const ref = sql.ref<bigint>(amount);
  return [
    sql<string>`${sql.ref(currency)}`.as('currency'),
    sql<bigint>`count(*)`.as('count'),
    sql<bigint>`coalesce(sum(max(${ref}, 0) / 1000000000), 0)`.as('debit_high'),
    sql<bigint>`coalesce(sum(max(${ref}, 0) % 1000000000), 0)`.as('debit_low'),
    sql<bigint>`coalesce(-sum(min(${ref}, 0) / 1000000000), 0)`.as('credit_high'),
    sql<bigint>`coalesce(-sum(min(${ref}, 0) % 1000000000), 0)`.as('credit_low'),
  ] as const;
}

type SumRow = {
  readonly currency: string;
  readonly count: bigint;
  readonly debit_high: bigint;
  readonly debit_low: bigint;
  readonly credit_high: bigint;
  readonly credit_low: bigint;
};

export function totalsFrom(rows: readonly SumRow[]): CurrencyTotal[] {
  return rows
    .map((row) => ({
      currency: row.currency,
      count: Number(row.count),
      debitMinor: row.debit_high * HALF + row.debit_low,
      creditMinor: row.credit_high * HALF + row.credit_low,
    }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** The same for amounts that are in memory already. */
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
