import { expect, test } from 'vitest';
import { counterpartyKey, searchWords } from './normalise.ts';

test('the counterparty the feed names is the key, in one spelling', () => {
  expect(counterpartyKey("Joe's Café, Inc.", 'POS 123')).toBe('JOES CAFE INC');
  expect(counterpartyKey('JOES  CAFE INC', 'anything')).toBe('JOES CAFE INC');
  expect(counterpartyKey('7-Eleven', '')).toBe('7 ELEVEN');
});

test('without a counterparty the text counts, without numbers and filler words', () => {
  expect(counterpartyKey(null, 'ACH DEBIT CITY WATER 0012345 REF 99A1')).toBe('CITY WATER');
  expect(counterpartyKey('  ', 'Stadtwerke München 2026-01')).toBe('STADTWERKE MUNCHEN');
});

test('a text of nothing but filler keeps its words, so that the key is never empty for a text with words', () => {
  expect(counterpartyKey(null, 'WIRE TRANSFER 123')).toBe('WIRE TRANSFER 123');
  expect(counterpartyKey(null, '***')).toBe('');
});

test('a text of ten megabytes costs no more than its beginning', () => {
  expect(counterpartyKey(null, 'ACME '.repeat(2_000_000)).length).toBeLessThanOrEqual(80);
});

test('search words are lower case and each stands once', () => {
  expect(searchWords('Plaid Checking', null, 'checking 0000')).toBe('plaid checking 0000');
});
