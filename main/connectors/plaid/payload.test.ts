import { describe, expect, test } from 'vitest';
import { transaction } from '../../../test/support/plaid-answers.ts';
import { mapTransaction } from './map.ts';
import { cut, lastFour, PAYLOAD_LIMIT, payloadOf } from './payload.ts';

describe('a payload', () => {
  test('is the row as it was received', () => {
    const row = transaction({ counterparties: [{ name: 'A', account_numbers: null }] });
    expect(payloadOf(row)).toBe(JSON.stringify(row));
  });

  test('shows at most the last four characters of account numbers', () => {
    const row = transaction({
      counterparties: [
        {
          name: 'Tenant Ltd',
          account_numbers: {
            bacs: { account: '31926819', sort_code: '601613' },
            international: { iban: 'GB29NWBK60161331926819', bic: 'NWBKGB2L' },
          },
        },
        { name: 'Short', account_numbers: { bacs: { account: '123', sort_code: null }, international: null } },
        { name: 'New kind', account_numbers: { pix: ['00998877665', 55443322110] } },
      ],
    });
    const payload = payloadOf(row);
    for (const number of ['31926819', 'GB29NWBK60161331926819', '"123"', '00998877665', '55443322110'])
      expect(payload).not.toContain(number);
    expect(JSON.parse(payload).counterparties).toEqual([
      {
        name: 'Tenant Ltd',
        account_numbers: {
          bacs: { account: '••••6819', sort_code: '601613' },
          international: { iban: '••••6819', bic: 'NWBKGB2L' },
        },
      },
      { name: 'Short', account_numbers: { bacs: { account: '••••', sort_code: null }, international: null } },
      { name: 'New kind', account_numbers: { pix: ['••••7665', '••••2110'] } },
    ]);
  });

  test('masks account numbers in a rejected row too', () => {
    const numbers = { account_numbers: { international: { iban: 'GB29NWBK60161331926819' } } };
    const mapped = mapTransaction(transaction({ amount: null, counterparties: [numbers] }));
    expect(mapped.ok).toBe(false);
    expect(JSON.stringify(mapped)).not.toContain('GB29NWBK60161331926819');
  });

  test('over the limit keeps all fields and marks the texts it cut', () => {
    const payload = payloadOf(transaction({ name: 'N'.repeat(200_000), location: { city: 'Portland' } }));
    expect(payload.length).toBeLessThan(PAYLOAD_LIMIT);
    const kept = JSON.parse(payload);
    expect(kept).toMatchObject({ transaction_id: 'txn-1', location: { city: 'Portland' } });
    expect(kept.name).toMatch(/^N{1000}… \[cut by Daybook, 200000 characters\]$/);
  });

  test('that is large by its number of fields keeps its plain fields and says so', () => {
    const payload = payloadOf(transaction({ location: Array.from({ length: 100_000 }, (_, i) => i) }));
    expect(payload.length).toBeLessThan(PAYLOAD_LIMIT);
    expect(JSON.parse(payload)).toMatchObject({
      transaction_id: 'txn-1',
      cut_by_daybook: 'Nested fields were left out because the row was too large.',
    });
  });
});

test('a text is cut between code points and never ends in half a character', () => {
  expect(cut('ab😀', 3)).toBe('ab');
  expect(cut('ab😀', 4)).toBe('ab😀');
  expect(cut('a\ud800b')).toBe('a\ufffdb');
  expect(cut('')).toBeNull();
  expect(cut(undefined)).toBeNull();
});

test('the last four characters are shown only of numbers that are longer', () => {
  expect(lastFour('12345')).toBe('••••2345');
  expect(lastFour('1234')).toBe('••••');
});
