import { expect, test } from 'vitest';
import { ledgerNumber, ledgerNumbers } from './ledger-number.ts';

const ID = '6f1c2a34-0b7d-4d51-9f0e-2f6b8f3a1c55';

test('a ledger that numbers its journals shows journal and voucher', () => {
  expect(ledgerNumber('00421', 'VCH-7')).toBe('00421');
  expect(ledgerNumbers('00421', 'VCH-7')).toBe('00421 · VCH-7');
});

test('a ledger that knows journals by an id shows the entry number that people look for, once', () => {
  expect(ledgerNumber(ID, '26200012')).toBe('26200012');
  expect(ledgerNumbers(ID, '26200012')).toBe('26200012');
});

test('before there is a number, nothing is shown in its place; an id without a number is cut short', () => {
  expect(ledgerNumbers(null, null)).toBeNull();
  expect(ledgerNumber(ID, null)).toBe('6f1c2a34');
});
