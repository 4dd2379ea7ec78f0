import { expect, test } from 'vitest';
import { cashRows } from './cash-rows.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });
const account = (id: string) => ({ id, name: id, mask: null, bank: null, currency: 'USD' });

test('a balance stays until the account moves again, up to the last day asked for', () => {
  const rows = cashRows({
    ...{ currency: 'USD', currencies: ['USD'], from: '2026-11-16', to: '2026-11-20' },
    accounts: [
      {
        account: account('a'),
        points: [
          { date: '2026-11-16', balance: usd('10.00') },
          { date: '2026-11-18', balance: usd('-2.50') },
        ],
      },
      { account: account('b'), points: [{ date: '2026-11-17', balance: usd('7.00') }] },
    ],
  });
  expect(rows.map(({ date, balances }) => [date, ...balances.map((balance) => balance?.amount)])).toEqual([
    ['2026-11-16', '10.00', undefined],
    ['2026-11-17', '10.00', '7.00'],
    ['2026-11-18', '-2.50', '7.00'],
    ['2026-11-20', '-2.50', '7.00'],
  ]);
});
