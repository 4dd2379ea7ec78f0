import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAmount } from '../../../main/coding/split.ts';
import { decimalText, money } from '../../../main/core/money.ts';
import { shareOf, viewSplit, withEntry } from './split.ts';

const view = (amount: string, ...shares: string[]) => {
  const { amounts, rest } = viewSplit(
    amount,
    shares.map((share, index) => ({ key: String(index), share })),
  );
  return { amounts: shares.map((_, index) => amounts.get(String(index))), rest };
};

describe('a split as it is typed', () => {
  it('goes with the entry: a figure without a sign is paid of a payment and received of a receipt', () => {
    expect(view('-100.00', '25')).toEqual({ amounts: ['-25.00'], rest: '-75.00' });
    expect(view('100.00', '25')).toEqual({ amounts: ['25.00'], rest: '75.00' });
  });

  it('takes a sign as it is written: a fee inside a receipt', () => {
    expect(view('100.00', '103', '-3')).toEqual({ amounts: ['103.00', '-3.00'], rest: '0.00' });
  });

  it('reads sums and percentages, and leaves the rest', () => {
    expect(view('1200.00', '1200/12', '25%')).toEqual({ amounts: ['100.00', '275.00'], rest: '825.00' });
  });

  it('shows nothing for what is no share', () => {
    expect(shareOf('abc', '10.00')).toBeUndefined();
    expect(view('10.00', 'abc').rest).toBe('10.00');
  });

  it('shows to the cent what main will book', () => {
    const percent = fc.integer({ min: 1, max: 33 }).map((value) => `${value}%`);
    const fixed = fc
      .integer({ min: 0, max: 200 })
      .map((cents) => decimalText({ minor: BigInt(cents), currency: 'USD' }));
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1_000n, max: 10_000_000n }),
        fc.boolean(),
        fc.array(fc.oneof(percent, fixed), { minLength: 1, maxLength: 3 }),
        (cents, payment, shares) => {
          const amount = decimalText({ minor: payment ? -cents : cents, currency: 'USD' });
          const shown = view(amount, ...shares);
          const booked = splitAmount(money(amount, 'USD'), [
            ...shares.map((share) => {
              const read = shareOf(share, amount);
              if (read?.kind === 'percent') return read;
              return { kind: 'amount' as const, amount: withEntry(read?.amount ?? '', amount) };
            }),
            { kind: 'rest' },
          ]);
          if (!booked.ok) throw new Error(booked.problem);
          expect([...shown.amounts, shown.rest]).toEqual(booked.amounts.map(decimalText));
        },
      ),
    );
  });
});
