import fc from 'fast-check';
import { expect, test } from 'vitest';
import { virtualClock } from './clock.ts';
import { base32, base32Number, newId } from './ids.ts';
import { seededRandom, systemRandom } from './random.ts';

const READABLE = /^[0-9A-HJKMNP-TV-Z]*$/;

test('the text stands for the leading bits of the bytes: equal bits, equal text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const length = Math.floor((bytes.length * 8) / 5);
      const text = base32(bytes, length);
      expect(text).toMatch(READABLE);
      let bits = '';
      for (const character of text)
        bits += '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(character).toString(2).padStart(5, '0');
      const expected = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      expect(bits).toBe(expected.slice(0, bits.length));
      expect(() => base32(bytes, length + 1)).toThrow(RangeError);
    }),
  );
});

test('numbers keep their order as texts', () => {
  const number = fc.integer({ min: 0, max: 32 ** 10 - 1 });
  fc.assert(
    fc.property(number, number, (a, b) => {
      expect(base32Number(a, 10) < base32Number(b, 10)).toBe(a < b);
      expect(base32Number(a, 10)).toMatch(/^.{10}$/);
    }),
  );
});

test('what does not fit is refused, never cut', () => {
  expect(base32Number(32 ** 3 - 1, 3)).toBe('ZZZ');
  for (const value of [32 ** 3, -1, 1.5, Number.NaN]) expect(() => base32Number(value, 3)).toThrow(RangeError);
});

test('ids of later moments sort later, and none comes twice', () => {
  const clock = virtualClock(Date.UTC(2026, 10, 20));
  const early = newId('prop', { clock, random: systemRandom() });
  clock.advance(1);
  expect(newId('prop', { clock, random: systemRandom() }) > early).toBe(true);
  const random = seededRandom(1);
  const many = Array.from({ length: 10_000 }, () => newId('prop', { clock, random }));
  expect(new Set(many).size).toBe(10_000);
  for (const id of many.slice(0, 50)) expect(id).toMatch(/^prop_[0-9A-HJKMNP-TV-Z]{26}$/);
});
