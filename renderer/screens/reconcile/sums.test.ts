import { expect, it } from 'vitest';
import { byDay, byKind, isZero } from './sums.ts';
import type { OpenItem, Reconciliation } from './types.ts';

const money = (amount: string, currency = 'USD') => ({ amount, currency });
const item = (kind: string, amount: string): OpenItem => ({
  ...{ kind, date: '2026-11-20', amount: money(amount), text: 'a line', lineIds: ['1'], proposalId: null },
});
const one = (change: Partial<Reconciliation> = {}): Reconciliation => ({
  ...{ feedAccountId: 'a', account: 'Operating', legalEntity: 'USMF', bankAccount: 'OP', date: '2026-11-20' },
  ...{ bankBalance: money('100.10'), ledgerBalance: money('99.90'), difference: money('0.20') },
  ...{ openItems: [], explained: false, madeAt: '2026-11-20T08:00:00.000Z' },
  ...change,
});

it('balances are added up by day and currency, never across them, and to the cent', () => {
  const euro = {
    bankBalance: money('5.00', 'EUR'),
    ledgerBalance: money('5.00', 'EUR'),
    difference: money('0.00', 'EUR'),
  };
  const [first, second, ...more] = byDay([one(), one(), one(euro), one({ date: '2026-11-19' })]);
  expect(more).toEqual([]);
  expect(first?.totals).toEqual([
    { currency: 'EUR', bank: money('5.00', 'EUR'), ledger: money('5.00', 'EUR'), difference: money('0.00', 'EUR') },
    { currency: 'USD', bank: money('200.20'), ledger: money('199.80'), difference: money('0.40') },
  ]);
  expect(second).toMatchObject({ date: '2026-11-19', rows: [{ account: 'Operating' }] });
});

it('open items are gathered by reason, and what none of them explains is named', () => {
  const { kinds, unexplained } = byKind(
    one({ openItems: [item('to_review', '0.30'), item('excluded', '-0.15'), item('to_review', '0.01')] }),
  );
  expect(kinds.map(({ kind, items, sum }) => [kind, items.length, sum.amount])).toEqual([
    ['to_review', 2, '0.31'],
    ['excluded', 1, '-0.15'],
  ]);
  expect(unexplained.amount).toBe('0.04');
  expect(isZero(byKind(one({ openItems: [item('timing', '0.20')] })).unexplained)).toBe(true);
});
