import type { Money } from '../../api/contract.ts';
import type { Cash } from './today.ts';

export type CashRow = {
  readonly date: string;
  /** End of the day, one an account in the order of the answer; undefined before its first known balance. */
  readonly balances: readonly (Money | undefined)[];
};

/**
 * The balances of all accounts on every day on which one of them moved, and on the last day asked for. A balance stays
 * until the next movement.
 */
export function cashRows(cash: Cash): CashRow[] {
  const dates = [
    ...new Set([...cash.accounts.flatMap(({ points }) => points.map(({ date }) => date)), cash.to]),
  ].sort();
  const moved = cash.accounts.map(({ points }) => new Map(points.map(({ date, balance }) => [date, balance])));
  const now: (Money | undefined)[] = cash.accounts.map(() => undefined);
  return dates.map((date) => {
    moved.forEach((byDate, index) => {
      now[index] = byDate.get(date) ?? now[index];
    });
    return { date, balances: [...now] };
  });
}
