import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allOf,
  anyOf,
  dayOf,
  entityPath,
  enumEquals,
  noon,
  orChains,
  parseExact,
  queryString,
  textBegins,
  textEquals,
  textLiteral,
  writeBody,
} from './odata.ts';

test('quotes are doubled and keys are percent-encoded', () => {
  expect(textLiteral("O'Brien")).toBe("'O''Brien'");
  expect(
    entityPath('LedgerJournalLines', [
      ['dataAreaId', textLiteral('usmf')],
      ['JournalBatchNumber', textLiteral("a/b'c")],
      ['LineNumber', '1'],
    ]),
  ).toBe('LedgerJournalLines(dataAreaId=%27usmf%27,JournalBatchNumber=%27a%2Fb%27%27c%27,LineNumber=1)');
});

test('every query asks across companies and leaves out what is empty', () => {
  expect(queryString({ $filter: undefined, $select: '' })).toBe('cross-company=true');
  expect(queryString({ $filter: textEquals('Name', 'a b&c') })).toBe(
    'cross-company=true&$filter=Name%20eq%20%27a%20b%26c%27',
  );
});

test('enums are qualified and prefixes use the wildcard of the service', () => {
  expect(enumEquals('IsPosted', 'NoYes', 'Yes')).toBe("IsPosted eq Microsoft.Dynamics.DataEntities.NoYes'Yes'");
  expect(textBegins('Document', 'DB1')).toBe("Document eq 'DB1*'");
});

test('an or inside an and gets parentheses, also when only a value says or', () => {
  expect(allOf('a eq 1', anyOf('b eq 2', 'c eq 3'))).toBe('a eq 1 and (b eq 2 or c eq 3)');
});

test('dates are written at noon and read by their first ten characters', () => {
  expect(noon('2026-07-23')).toBe('2026-07-23T12:00:00Z');
  expect(dayOf('2026-07-23T12:00:00Z')).toBe('2026-07-23');
  expect(dayOf('1900-01-01T12:00:00Z')).toBeNull();
  expect(dayOf('')).toBeNull();
});

test('or chains keep every part once and stay under the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }),
      fc.integer({ min: 80, max: 900 }),
      (values, limit) => {
        const parts = values.map((value, index) => textEquals(`F${index}`, value.replaceAll(' or ', '')));
        const chains = orChains(parts, limit);
        expect(chains.flatMap((chain) => chain.split(/ or (?=F\d)/))).toEqual(parts);
        for (const chain of chains)
          if (chain.includes(' or F')) expect(encodeURIComponent(chain).length).toBeLessThanOrEqual(limit + 10);
      },
    ),
  );
});

test('numbers in a body are the digits that were given, beyond what a double can hold', () => {
  expect(writeBody({ Text: 'say "hi"', DebitAmount: { decimal: '90071992547409.93' } })).toBe(
    '{"Text":"say \\"hi\\"","DebitAmount":90071992547409.93}',
  );
  expect(() => writeBody({ DebitAmount: { decimal: '1e5' } })).toThrow(RangeError);
});

test('numbers in an answer are the digits that were sent', () => {
  expect(parseExact('{"a":90071992547409931234.50,"b":[1.10,-3],"c":"1","d":true,"e":null}')).toEqual({
    a: '90071992547409931234.50',
    b: ['1.10', '-3'],
    c: '1',
    d: true,
    e: null,
  });
});

test('any decimal written comes back with the same digits', () => {
  const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.integer({ min: 0, max: 99 }));
  fc.assert(
    fc.property(decimal, ([whole, cents]) => {
      const text = `${whole}.${String(cents).padStart(2, '0')}`;
      expect(parseExact(writeBody({ A: { decimal: text } }))).toEqual({ A: text });
    }),
  );
});

test.each(['', '{"a":', '<html>'])('an answer that is not JSON is unreadable, not empty: %j', (text) => {
  expect(() => parseExact(text)).toThrow(expect.objectContaining({ code: 'answer_unreadable' }));
});
