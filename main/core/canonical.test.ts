import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type Json, sha256 } from './canonical.ts';

const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5 }),
  ),
}));

/** The same value with the keys of every object in the opposite order. */
function turned(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => turned(item));
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, item === undefined ? undefined : turned(item)]),
  );
}

test('the text is JSON of the same value', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the order of keys makes no difference, and reading it back neither', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(turned(value))).toBe(text);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
    }),
  );
});

test('two values have the same text exactly when they are the same', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const same = isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
      expect(canonicalJson(a) === canonicalJson(b)).toBe(same);
    }),
  );
  const texts = [null, 0, '0', '', [], {}, [null], [[]], { a: null }, { a: [] }, ['a', 'b'], ['a,b'], false].map(
    canonicalJson,
  );
  expect(new Set(texts).size).toBe(texts.length);
});

test('large whole numbers are exact as texts, absent fields are left out', () => {
  expect(canonicalJson({ b: 9_007_199_254_740_993n, a: undefined, c: [1n] })).toBe(
    '{"b":"9007199254740993","c":["1"]}',
  );
});

test('numbers without JSON are refused instead of becoming null', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(() => canonicalJson({ a: [value] })).toThrow(RangeError);
});

test('SHA-256 is the standard’s, over UTF-8', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256('é')).not.toBe(sha256('e\u0301'));
});
