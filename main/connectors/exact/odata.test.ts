import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, parseAmount } from '../../core/money.ts';
import { readAmount, sentAmount } from './amounts.ts';
import { dayOf, midnight } from './dates.ts';
import {
  allOf,
  anyOf,
  contains,
  day,
  expandedRows,
  guid,
  int64,
  orChains,
  parseExact,
  queryString,
  readAnswer,
  text,
  writeBody,
} from './odata.ts';

const ID = '6c1f2b7e-4d0a-4c55-9e0b-1f7a2d3c4b5e';

describe('The dialect', () => {
  test('writes literals as Exact reads them', () => {
    expect([text("d'Ardenne"), guid(ID), day('2026-01-29'), int64('5300000000')]).toEqual([
      "'d''Ardenne'",
      `guid'${ID}'`,
      "datetime'2026-01-29T00:00:00'",
      '5300000000L',
    ]);
    expect(allOf('A eq 1', anyOf('B eq 2', contains('Notes', "x'y")))).toBe(
      "A eq 1 and (B eq 2 or substringof('x''y',Notes))",
    );
  });

  test('lets nothing but a guid or a number through as one', () => {
    expect(() => guid("' or 1 eq 1 or ID eq '")).toThrow(RangeError);
    expect(() => int64('1L or Timestamp gt 0')).toThrow(RangeError);
  });

  test('encodes what an address may not hold, quotes included', () => {
    const query = queryString({ $select: 'ID,Code', $filter: "Code eq 'a b&c'", $top: undefined });
    expect(query).toBe('$select=ID%2CCode&$filter=Code%20eq%20%27a%20b%26c%27');
    expect(new URLSearchParams(query).get('$filter')).toBe("Code eq 'a b&c'");
  });

  test('keeps every expression in some chain, none longer than the limit and none with too many', () => {
    const parts = Array.from({ length: 100 }, (_, at) => contains('Notes', `DB${String(at).padStart(15, '0')}`));
    const chains = orChains(parts, 1_800, 30);
    expect(chains.flatMap((chain) => chain.split(' or '))).toEqual(parts);
    for (const chain of chains) {
      expect(encodeURIComponent(chain).length).toBeLessThanOrEqual(1_800);
      expect(chain.split(' or ').length).toBeLessThanOrEqual(30);
    }
  });

  test('accepts the three shapes of an answer, and no other', () => {
    expect(readAnswer({ d: { results: [1], __next: 'n' } })).toEqual({ rows: [1], next: 'n' });
    expect(readAnswer({ d: { results: [1], __count: '1' } })).toEqual({ rows: [1], next: null });
    expect(readAnswer({ d: [1, 2] })).toEqual({ rows: [1, 2], next: null });
    expect(readAnswer({ d: { Code: 'x', __metadata: {} } })).toEqual({
      rows: [{ Code: 'x', __metadata: {} }],
      next: null,
    });
    for (const other of [null, [], 'x', {}, { d: null }, { d: 'x' }, { d: { results: {} } }])
      expect(readAnswer(other)).toBe(null);
  });

  test('tells lines that were not asked for from no lines', () => {
    expect(expandedRows({ results: [1] })).toEqual([1]);
    expect(expandedRows([])).toEqual([]);
    expect(expandedRows({ __deferred: { uri: 'x' } })).toBe(null);
    expect(expandedRows(undefined)).toBe(null);
  });

  test('keeps numbers as the text that stood there', () => {
    expect(parseExact('{"a":9007199254740993,"b":-75236.10,"c":[0.1],"d":true}')).toEqual({
      a: '9007199254740993',
      b: '-75236.10',
      c: ['0.1'],
      d: true,
    });
    expect(() => parseExact('<html>')).toThrow(expect.objectContaining({ code: 'answer_unreadable' }));
  });

  test('writes amounts digit by digit, lines as a plain array', () => {
    const amount = sentAmount({ minor: -123450n, currency: 'EUR' });
    expect(writeBody({ JournalCode: '20', Notes: null, BankEntryLines: [{ AmountFC: amount, Open: true }] })).toBe(
      '{"JournalCode":"20","Notes":null,"BankEntryLines":[{"AmountFC":-1234.50,"Open":true}]}',
    );
    expect(() => writeBody({ a: { decimal: '1e3' } })).toThrow(RangeError);
  });
});

describe('Dates', () => {
  test('are the same day in every time zone', () => {
    expect([dayOf('/Date(1382659200000)/'), dayOf('/Date(-86400000)/'), dayOf('2026-01-29T00:00:00')]).toEqual([
      '2013-10-25',
      '1969-12-31',
      '2026-01-29',
    ]);
    expect(midnight('2026-01-29')).toBe('2026-01-29T00:00:00');
  });

  test('that say nothing are none', () => {
    for (const none of ['', '/Date()/', '/Date(99999999999999999)/', 'yesterday', '2026-13-01'])
      expect(dayOf(none)).toBe(null);
  });

  test('go out and come back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (days) => {
        const ms = days * 86_400_000;
        expect(`/Date(${Date.parse(`${midnight(dayOf(`/Date(${ms})/`) ?? '')}Z`)})/`).toBe(`/Date(${ms})/`);
      }),
    );
  });
});

describe('Amounts', () => {
  test('of any size in cents come back as they were, though Exact holds them as doubles', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -99_999_999_999n, max: 99_999_999_999n }), (minor) => {
        const sent = decimalText({ minor, currency: 'EUR' });
        // The double that Exact keeps, as it prints it.
        expect(readAmount(String(Number(sent)), 'EUR').money?.minor).toBe(minor);
      }),
    );
  });

  test('added up as doubles lose their noise and nothing else', () => {
    expect(readAmount(String(0.1 + 0.2), 'EUR').money).toEqual({ minor: 30n, currency: 'EUR' });
    expect(readAmount('1.4210854715202004E-14', 'EUR').money?.minor).toBe(0n);
    expect(readAmount('-1234.5600000000002', 'EUR').money?.minor).toBe(-123456n);
    expect(readAmount('0.99999999999', 'EUR').money?.minor).toBe(100n);
    expect(readAmount('1500', 'JPY').money?.minor).toBe(1500n);
  });

  test.each([
    ['12.345', 'EUR'],
    ['1.5', 'JPY'],
    ['1', 'XXX'],
    ['abc', 'EUR'],
    ['', 'EUR'],
  ])('of %s %s are odd, and kept as given', (given, currency) => {
    expect(readAmount(given, currency)).toEqual({ money: null, odd: given });
    expect(parseAmount(given, currency).ok).toBe(false);
  });
});
