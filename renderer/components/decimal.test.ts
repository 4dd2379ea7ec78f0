import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, fromMinor, minusSums, sumsOf, toMinor } from './decimal.ts';

describe('amounts that a person types', () => {
  it.each([
    ['100', 2, '100.00'],
    ['1,200.50', 2, '1200.50'],
    ['12,5', 2, '12.50'],
    ['1200/12 + 3.5', 2, '103.50'],
    ['-(2+3)*4', 2, '-20.00'],
    ['10/3', 2, '3.33'],
    ['-10/3', 2, '-3.33'],
    ['20/3', 2, '6.67'],
    ['0.1+0.2', 2, '0.30'],
    ['100', 0, '100'],
    ['1.2345', 3, '1.235'],
    ['−5', 2, '-5.00'],
    ['6/-4', 2, '-1.50'],
  ])('%s with %i decimals is %s', (text, digits, expected) => {
    const minor = evaluate(text, digits);
    expect(minor === undefined ? undefined : fromMinor(minor, digits)).toBe(expected);
  });

  it.each(['', 'abc', '1+', '(1', '1/0', '1 2 x', '=1', '1)'])('%j is no amount', (text) => {
    expect(evaluate(text, 2)).toBeUndefined();
  });

  it('reads back every amount that it writes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
        fc.integer({ min: 0, max: 4 }),
        (minor, digits) => {
          expect(toMinor(fromMinor(minor, digits), digits)).toBe(minor);
        },
      ),
    );
  });
});

describe('sums on the screen', () => {
  it('never mix currencies, and keep debit and credit apart', () => {
    const sums = sumsOf([
      { amount: '10.10', currency: 'EUR' },
      { amount: '-3.05', currency: 'EUR' },
      { amount: '500', currency: 'JPY' },
    ]);
    expect(sums).toEqual({
      count: 3,
      currencies: [
        { currency: 'EUR', debit: '10.10', credit: '3.05', net: '7.05' },
        { currency: 'JPY', debit: '500', credit: '0', net: '500' },
      ],
    });
  });

  it('take deselected rows out of the sums of all', () => {
    const all = sumsOf([
      { amount: '10.10', currency: 'EUR' },
      { amount: '-3.05', currency: 'EUR' },
    ]);
    expect(minusSums(all, sumsOf([{ amount: '-3.05', currency: 'EUR' }]))).toEqual({
      count: 1,
      currencies: [{ currency: 'EUR', debit: '10.10', credit: '0.00', net: '10.10' }],
    });
  });
});
