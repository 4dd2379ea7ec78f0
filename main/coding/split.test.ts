import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { money } from '../core/money.ts';
import { percentWeight, reshare, type SplitShare, splitAmount } from './split.ts';

const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const currency = fc.constantFrom('USD', 'JPY', 'KWD');
/** Percentages as texts with up to four decimals that add up to 100 or less. */
const percents = fc
  .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.map((part) => Math.floor(part / parts.length)))
  .map((parts) => parts.map((part) => `${Math.floor(part / 10_000)}.${String(part % 10_000).padStart(4, '0')}`));

describe('properties', () => {
  test('percentages and a rest always add up to the amount, and no part is off by a whole unit', () => {
    fc.assert(
      fc.property(minor, currency, percents, (amount, code, list) => {
        const total = { minor: amount, currency: code };
        const shares: SplitShare[] = [
          ...list.map((percent) => ({ kind: 'percent' as const, percent })),
          { kind: 'rest' },
        ];
        const split = splitAmount(total, shares);
        if (!split.ok) return false;
        const sum = split.amounts.reduce((a, part) => a + part.minor, 0n);
        const exact = list.every((percent, index) => {
          const share = amount * (percentWeight(percent) ?? 0n);
          const off = (split.amounts[index]?.minor ?? 0n) * 100_000_000n - share;
          return off > -100_000_000n && off < 100_000_000n;
        });
        return sum === amount && exact && split.amounts.every((part) => part.currency === code);
      }),
    );
  });

  test('money in and money out are split alike, mirrored', () => {
    fc.assert(
      fc.property(minor, percents, (amount, list) => {
        const shares: SplitShare[] = [
          { kind: 'amount', amount: '0.01' },
          ...list.map((percent) => ({ kind: 'percent' as const, percent })),
          { kind: 'rest' },
        ];
        const one = splitAmount({ minor: amount, currency: 'USD' }, shares);
        const other = splitAmount({ minor: -amount, currency: 'USD' }, shares);
        if (amount === 0n) return true;
        if (!one.ok || !other.ok) return one.ok === other.ok;
        return one.amounts.every((part, index) => part.minor === -(other.amounts[index]?.minor ?? 0n));
      }),
    );
  });

  test('a new total shared as before adds up to it', () => {
    fc.assert(
      fc.property(minor, fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1 }), (total, parts) => {
        const shared = reshare(
          { minor: total, currency: 'USD' },
          parts.map((part) => ({ minor: part, currency: 'USD' })),
        );
        if (shared === null) return parts.every((part) => part === 0n);
        return shared.reduce((sum, part) => sum + part.minor, 0n) === total;
      }),
    );
  });
});

describe('examples', () => {
  const split = (amount: string, ...shares: SplitShare[]) => {
    const result = splitAmount(money(amount, 'USD'), shares);
    return result.ok ? result.amounts.map((part) => part.minor) : result.problem;
  };
  const percent = (text: string): SplitShare => ({ kind: 'percent', percent: text });
  const fixed = (text: string): SplitShare => ({ kind: 'amount', amount: text });
  const rest: SplitShare = { kind: 'rest' };

  test.each([
    [
      'thirds of a cent go to the first parts',
      split('1.00', percent('33.3333'), percent('33.3333'), percent('33.3334')),
      [33n, 33n, 34n],
    ],
    [
      'fixed amounts are taken first and follow the direction',
      split('-100.00', fixed('12.00'), percent('50'), rest),
      [-1200n, -4400n, -4400n],
    ],
    ['a fee inside a receipt goes the other way', split('97.00', fixed('-3.00'), rest), [-300n, 10_000n]],
    ['fixed amounts that are the whole need no rest', split('10.00', fixed('4.00'), fixed('6.00')), [400n, 600n]],
    ['percentages of 100 need no rest', split('10.00', percent('60'), percent('40')), [600n, 400n]],
  ])('%s', (_, actual, expected) => {
    expect(actual).toEqual(expected);
  });

  test.each([
    ['nothing', split('10.00')],
    ['two rests', split('10.00', rest, rest)],
    ['over 100 percent', split('10.00', percent('60'), percent('50'), rest)],
    ['under 100 percent without a rest', split('10.00', percent('60'))],
    ['more than the amount', split('10.00', fixed('12.00'), rest)],
    ['less than the amount', split('10.00', fixed('9.99'))],
    ['more decimals than the currency has', split('10.00', fixed('1.005'), rest)],
    ['no percentage', split('10.00', percent('sixty'), rest)],
  ])('%s is a problem that is told in a sentence', (_, actual) => {
    expect(actual).toMatch(/^[^!]+\.$/);
  });

  test('parts in both directions have no proportion to keep', () => {
    expect(reshare(money('50.00', 'USD'), [money('100.00', 'USD'), money('-3.00', 'USD')])).toBeNull();
  });
});
