import { expect, test } from 'vitest';
import { businessDays } from './business-days.ts';
import { compareNumbers, documentKeys, numberBodies, referenceKey, wholeKey } from './document-numbers.ts';
import { dayNumber } from './load.ts';
import { AGREE, DIFFER, likeness, partyOf } from './party.ts';
import { findSums, MOST_AMOUNTS } from './subset-sum.ts';

const shares = (a: string, b: string) => documentKeys(a).some((key) => documentKeys(b).includes(key));

test.each([
  ['INV-2024/00123', 'PAYMENT 202400123'],
  ['1562243', 'BGC 0001562243'],
  ['J564831', 'INV-J564831'],
  ['99174 39506', 'FP 99174.39506'],
  ['RE 4711-0815', 'RE47110815 RENT'],
])('the number %s is found in the text %s', (number, text) => {
  expect(shares(number, text)).toBe(true);
});

test.each([
  ['INV 123', 'PAYMENT 123'],
  ['20130307', 'STATEMENT OF 20130307'],
  ['2024', 'RENT 2024'],
  ['1562243', 'BGC 1562244'],
])('a short number, a date or a year ties nothing: %s and %s', (number, text) => {
  expect(shares(number, text)).toBe(false);
});

test('a digit that is wrong, two that are swapped and an end that is cut are near; two of one series are a conflict', () => {
  const compare = (a: string, b: string) => compareNumbers(numberBodies(a), numberBodies(b));
  expect(['1562249', '1652243', '15622', '562243'].map((text) => compare(text, '1562243'))).toEqual(
    Array.from({ length: 4 }, () => 'near'),
  );
  expect(compare('1562999', '1562243')).toBe('conflict');
  expect(compare('88210045', '1562243')).toBe('none');
  expect([wholeKey('INV-0042'), wholeKey('F/2024-4815')]).toEqual(['', '20244815']);
  expect([referenceKey('NOTPROVIDED'), referenceKey('pay-1234567')]).toEqual(['', 'PAY1234567']);
});

test('a name that the bank cut or spelt otherwise is the same party, another name is not', () => {
  const like = (a: string, b: string) => likeness(partyOf(a, ''), partyOf(b, ''));
  expect(like('HAMBLETON ROOFING LTD', 'Hambleton Roof')).toBeGreaterThanOrEqual(AGREE);
  expect(like('Société Générale', 'SOCIETE GENERALE SA')).toBeGreaterThanOrEqual(AGREE);
  expect(like('JENNINGS ROOFING LTD', 'NORTON INTERIORS LTD')).toBeLessThan(DIFFER);
  expect(likeness(partyOf(null, 'PAYMENT 12345'), partyOf('Acme', ''))).toBe(0);
});

test('a sum is found, a second one makes a tie, and a search that is too wide says that it gave up', () => {
  expect(findSums([100, 250, 400], 500)).toEqual({ found: [[0, 2]], gaveUp: false });
  expect(findSums([100, 200, 300, 400], 500).found).toHaveLength(2);
  expect(findSums([-300, 50, -20], -250)).toEqual({ found: [[0, 1]], gaveUp: false });
  expect(findSums([500], 500)).toEqual({ found: [], gaveUp: false });
  expect(
    findSums(
      Array.from({ length: MOST_AMOUNTS + 1 }, () => 1),
      3,
    ).gaveUp,
  ).toBe(true);
  const odd = Array.from({ length: MOST_AMOUNTS }, (_, index) => 2 * (1_000_003 + 7 * index ** 3));
  expect(findSums(odd, 12_000_001)).toEqual({ found: [], gaveUp: true });
});

test.each([
  ['uk', '2026-12-24', '2026-12-29', 1],
  ['uk', '2026-04-02', '2026-04-07', 1],
  ['us', '2026-11-25', '2026-11-27', 1],
  ['us', '2021-07-02', '2021-07-06', 1],
  ['target', '2026-04-30', '2026-05-04', 1],
  ['none', '2026-11-20', '2026-11-23', 1],
  ['none', '2026-11-20', '2026-11-22', 0],
] as const)('%s: from %s to %s lie %i business days', (calendar, from, to, count) => {
  const day = businessDays(calendar);
  expect(day(dayNumber(to)) - day(dayNumber(from))).toBe(count);
});
