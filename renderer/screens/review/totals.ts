import type { Totals } from '../../api/contract.ts';
import type { Sums } from '../../components/decimal.ts';

/** The totals of a call in the shape of the bar. */
export function sumsOfTotals(totals: Totals | undefined): Sums {
  return {
    count: totals?.count ?? 0,
    currencies: (totals?.currencies ?? []).map(({ debit, credit, net }) => ({
      currency: net.currency,
      debit: debit.amount,
      credit: credit.amount,
      net: net.amount,
    })),
  };
}
