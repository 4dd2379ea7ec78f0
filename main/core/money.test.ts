import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCurrencies, exponentOf } from './currencies.ts';
import {
  absolute,
  add,
  allocate,
  decimalText,
  formatAmount,
  isZero,
  type Money,
  money,
  negate,
  parseAmount,
  parseJsonAmount,
  subtract,
  sum,
} from './money.ts';

const currency = fc.constantFrom(...allCurrencies());
const minor = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });
const amount = fc.record({ minor, currency });

const digitsOf = (code: string) => {
  const exponent = exponentOf(code);
  if (exponent === undefined) throw new Error(`${code} is not listed`);
  return exponent;
};

describe('reading and writing', () => {
  test('every amount of every currency comes back from its decimal text', () => {
    for (const code of allCurrencies())
      for (const units of [0n, 1n, -1n, 99n, -100n, 10n ** 17n, -(10n ** 17n), 9_007_199_254_740_993n]) {
        const original = { minor: units, currency: code };
        expect(parseAmount(decimalText(original), code)).toEqual({ ok: true, money: original });
      }
    fc.assert(
      fc.property(amount, (original) => {
        expect(money(decimalText(original), original.currency)).toEqual(original);
      }),
    );
  });

  test('amounts beyond 2^53 keep their last unit', () => {
    expect(money('90071992547409.93', 'USD').minor).toBe(9_007_199_254_740_993n);
    expect(decimalText({ minor: 9_007_199_254_740_993n, currency: 'USD' })).toBe('90071992547409.93');
    expect(formatAmount({ minor: -9_007_199_254_740_993n, currency: 'USD' })).toBe('−90,071,992,547,409.93');
    expect(sum([money('90071992547409.92', 'USD'), money('0.01', 'USD')], 'USD').minor).toBe(9_007_199_254_740_993n);
  });

  test('the text has exactly the decimals of its currency', () => {
    expect(decimalText({ minor: 1234n, currency: 'JPY' })).toBe('1234');
    expect(decimalText({ minor: -5n, currency: 'USD' })).toBe('-0.05');
    expect(decimalText({ minor: 1234n, currency: 'KWD' })).toBe('1.234');
    expect(decimalText({ minor: 1234n, currency: 'CLF' })).toBe('0.1234');
    fc.assert(
      fc.property(amount, (value) => {
        expect((decimalText(value).split('.')[1] ?? '').length).toBe(digitsOf(value.currency));
      }),
    );
  });

  test('zeros beyond the decimals are accepted, any other digit there is too precise', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 9 }), (value, places, digit) => {
        const text = decimalText(value);
        const longer = text.includes('.') ? text : `${text}.`;
        expect(parseAmount(longer + '0'.repeat(places), value.currency)).toEqual({ ok: true, money: value });
        expect(parseAmount(longer + '0'.repeat(places - 1) + digit, value.currency)).toEqual({
          ok: false,
          problem: 'too_precise',
        });
      }),
    );
  });

  test('a power of ten moves the point and nothing else', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: -20, max: 20 }), (value, power) => {
        const unscaled = `${value.minor}e${-digitsOf(value.currency)}`;
        expect(money(unscaled, value.currency)).toEqual(value);
        expect(
          money(
            `${value.minor}${'0'.repeat(Math.max(0, -power))}e${-digitsOf(value.currency) + Math.min(0, power)}`,
            value.currency,
          ),
        ).toEqual(value);
      }),
    );
  });

  test.each([
    ['23631.9805', 'too_precise'],
    ['12,50', 'not_a_number'],
    ['1 000', 'not_a_number'],
    ['', 'not_a_number'],
    ['-', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['١٢', 'not_a_number'],
    ['1e400', 'too_large'],
    ['1e999', 'too_large'],
    ['9'.repeat(40), 'too_large'],
    ['1000000000000000.01', 'too_large'],
    ['1e-999', 'too_precise'],
  ] as const)('%s USD is %s', (text, problem) => {
    expect(parseAmount(text, 'USD')).toEqual({ ok: false, problem });
  });

  test.each(['0', '-0', '0.000000', '0e99', '0e-999', '+0'])('%s is zero', (text) => {
    expect(money(text, 'USD').minor).toBe(0n);
    expect(isZero(money(text, 'KWD'))).toBe(true);
  });

  test('a currency that is not in ISO 4217 is refused', () => {
    for (const code of ['XXX', 'BTC', 'usd', '', 'US'])
      expect(parseAmount('1', code)).toEqual({ ok: false, problem: 'unknown_currency' });
    expect(() => money('1', 'BTC')).toThrow(RangeError);
    expect(() => decimalText({ minor: 1n, currency: 'BTC' })).toThrow(RangeError);
  });

  test('no text makes reading fail otherwise than by saying why', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[+-]?[0-9.eE+-]{0,30}$/));
    fc.assert(
      fc.property(text, currency, (value, code) => {
        const parsed = parseAmount(value, code);
        if (parsed.ok) expect(parseAmount(decimalText(parsed.money), code)).toEqual(parsed);
        else expect(['not_a_number', 'too_precise', 'too_large']).toContain(parsed.problem);
      }),
    );
  });
});

describe('JSON numbers', () => {
  test('are read by what they print as, not by arithmetic', () => {
    for (const [value, expected] of [
      [4.35, 435n],
      [2.675e3, 267500n],
      [0.07, 7n],
      [1.1e2, 11000n],
      [-0.01, -1n],
      [-0, 0n],
    ] as const)
      expect(parseJsonAmount(value, 'USD')).toEqual({ ok: true, money: { minor: expected, currency: 'USD' } });
    expect(parseJsonAmount(0.1 + 0.2, 'USD')).toEqual({ ok: false, problem: 'too_precise' });
    expect(parseJsonAmount(1e21, 'USD')).toEqual({ ok: false, problem: 'too_large' });
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(parseJsonAmount(value, 'USD')).toEqual({ ok: false, problem: 'not_a_number' });
  });

  test('up to 15 digits come back exactly from JSON', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }), currency, (units, code) => {
        const value: Money = { minor: units, currency: code };
        const number: unknown = JSON.parse(decimalText(value));
        expect(parseJsonAmount(Number(number), code)).toEqual({ ok: true, money: value });
      }),
    );
  });
});

describe('formatting', () => {
  test('shows the currency’s own decimals and a true minus sign', () => {
    expect(formatAmount(money('-1234.5', 'USD'))).toBe('−1,234.50');
    expect(formatAmount(money('1234', 'JPY'))).toBe('1,234');
    expect(formatAmount(money('1234.5', 'KWD'))).toBe('1,234.500');
    expect(formatAmount(money('-1234.5', 'EUR'), 'de-DE')).toBe('−1.234,50');
  });

  test('shows every digit of every amount', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const shown = formatAmount(value).replaceAll(',', '').replace('−', '-');
        expect(money(shown, value.currency)).toEqual(value);
      }),
    );
  });
});

describe('arithmetic', () => {
  test('adding and taking away cancel out, and a sum does not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(minor, { maxLength: 20 }), minor, currency, (units, one, code) => {
        const amounts = units.map((value) => ({ minor: value, currency: code }));
        const single = { minor: one, currency: code };
        const total = sum(amounts, code);
        expect(subtract(add(total, single), single)).toEqual(total);
        expect(sum(amounts.toReversed(), code)).toEqual(total);
        expect(add(single, negate(single))).toEqual({ minor: 0n, currency: code });
        expect(absolute(single).minor >= 0n).toBe(true);
      }),
    );
  });

  test('different currencies are never added', () => {
    expect(() => add(money('1', 'USD'), money('1', 'EUR'))).toThrow(RangeError);
    expect(() => subtract(money('1', 'USD'), money('1', 'EUR'))).toThrow(RangeError);
    expect(() => sum([money('1', 'USD'), money('1', 'EUR')], 'USD')).toThrow(RangeError);
    expect(sum([], 'EUR')).toEqual({ minor: 0n, currency: 'EUR' });
  });
});

describe('sharing', () => {
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 20n }), { minLength: 1, maxLength: 30 })
    .filter((list) => list.some((weight) => weight > 0n));

  test('the parts add up to the whole, and each is within one unit of its exact share', () => {
    fc.assert(
      fc.property(amount, weights, (value, list) => {
        const parts = allocate(value, list);
        const total = list.reduce((a, b) => a + b, 0n);
        expect(sum(parts, value.currency)).toEqual(value);
        for (const [index, part] of parts.entries()) {
          const off = part.minor * total - value.minor * (list[index] ?? 0n);
          expect(off < total && off > -total).toBe(true);
        }
      }),
    );
  });

  test('nothing goes to a part of weight zero, no part has the other sign, and a negative whole mirrors its positive', () => {
    fc.assert(
      fc.property(amount, weights, (value, list) => {
        const parts = allocate(value, list);
        for (const [index, part] of parts.entries()) {
          if (list[index] === 0n) expect(part.minor).toBe(0n);
          expect(part.minor * value.minor >= 0n).toBe(true);
        }
        expect(allocate(negate(value), list)).toEqual(parts.map(negate));
      }),
    );
  });

  test('odd cents go to the largest remainders, first parts first', () => {
    const minors = (text: string, list: bigint[]) => allocate(money(text, 'USD'), list).map((part) => part.minor);
    expect(minors('1.00', [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(minors('0.05', [3n, 7n])).toEqual([2n, 3n]);
    expect(minors('-0.01', [1n, 1n])).toEqual([-1n, 0n]);
    expect(minors('100.00', [333n, 333n, 334n])).toEqual([3330n, 3330n, 3340n]);
  });

  test('weights that share nothing are refused', () => {
    for (const list of [[], [0n], [0n, 0n], [2n, -1n]])
      expect(() => allocate(money('1', 'USD'), list)).toThrow(RangeError);
  });
});

test('the currencies are ISO 4217 codes, each once, with the standard’s decimals', () => {
  const codes = allCurrencies();
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[A-Z]{3}$/);
  for (const [code, exponent] of Object.entries({
    USD: 2,
    EUR: 2,
    JPY: 0,
    KRW: 0,
    KWD: 3,
    BHD: 3,
    IQD: 3,
    CLF: 4,
    ISK: 0,
  }))
    expect(exponentOf(code)).toBe(exponent);
});
