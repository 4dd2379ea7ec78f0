import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transaction } from '../../../test/support/plaid-answers.ts';
import { allCurrencies } from '../../core/currencies.ts';
import { decimalText } from '../../core/money.ts';
import type { RejectedRow, StatementLineRecord } from '../capabilities.ts';
import { mapPage, mapTransaction } from './map.ts';

function line(row: unknown): StatementLineRecord {
  const mapped = mapTransaction(row);
  if (!mapped.ok) throw new Error(`rejected: ${mapped.rejected.sentence}`);
  return mapped.line;
}

function rejected(row: unknown): RejectedRow {
  const mapped = mapTransaction(row);
  if (mapped.ok) throw new Error('it was accepted');
  return mapped.rejected;
}

describe('a statement line', () => {
  test('counts money into the account as positive, the reverse of Plaid', () => {
    expect(line(transaction({ amount: 42.18 })).amount).toEqual({ minor: -4218n, currency: 'USD' });
    expect(line(transaction({ amount: -1500 })).amount).toEqual({ minor: 150000n, currency: 'USD' });
    expect(line(transaction({ amount: 0 })).amount).toEqual({ minor: 0n, currency: 'USD' });
  });

  test('takes an amount by its shortest decimal text, where float arithmetic would miss a cent', () => {
    expect(line(transaction({ amount: 4.35 })).amount.minor).toBe(-435n);
    expect(line(transaction({ amount: 1.1 })).amount.minor).toBe(-110n);
    expect(line(transaction({ amount: 500, iso_currency_code: 'JPY' })).amount.minor).toBe(-500n);
    expect(line(transaction({ amount: 1.234, iso_currency_code: 'KWD' })).amount.minor).toBe(-1234n);
  });

  test('has exactly the amount that the sender wrote, in every currency, up to a million billion minor units', () => {
    const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(minor, fc.constantFrom(...allCurrencies()), (units, currency) => {
        const written = decimalText({ minor: units, currency });
        const row = { ...transaction({ iso_currency_code: currency }), amount: JSON.parse(written) };
        expect(line(row).amount).toEqual({ minor: -units, currency });
      }),
    );
  });

  test('keeps what an accountant recognises a movement by', () => {
    expect(
      line(
        transaction({
          check_number: '1042',
          payment_meta: { reference_number: 'INV-7781', ppd_id: '9000' },
        }),
      ),
    ).toMatchObject({
      providerAccountId: 'acc-operating',
      providerLineId: 'txn-1',
      state: 'booked',
      replacesProviderLineId: null,
      date: '2026-03-03',
      authorizedDate: '2026-03-02',
      text: 'HARBOR HARDWARE 0042',
      bankText: 'POS 0303 HARBOR HARDWARE #0042 PORTLAND OR',
      counterparty: 'Harbor Hardware',
      reference: 'INV-7781',
      checkNumber: '1042',
      category: 'HOME_IMPROVEMENT_HARDWARE',
      channel: 'in store',
    });
  });

  test('that is booked names the pending line it replaces', () => {
    const booked = line(transaction({ pending_transaction_id: 'txn-0' }));
    expect(booked).toMatchObject({ state: 'booked', replacesProviderLineId: 'txn-0' });
    const pending = line(transaction({ pending: true, pending_transaction_id: null }));
    expect(pending).toMatchObject({ state: 'pending', replacesProviderLineId: null });
  });

  test('names the other side from the merchant, then the counterparties, then the payment itself', () => {
    const unnamed = { merchant_name: null, counterparties: [{ name: 'Stripe', type: 'payment_app' }] };
    expect(line(transaction(unnamed)).counterparty).toBe('Stripe');
    const meta = { payee: 'Roof Repair Ltd', payer: 'Tenant Ltd' };
    const bare = { merchant_name: null, counterparties: [], payment_meta: meta };
    expect(line(transaction({ ...bare, amount: 10 })).counterparty).toBe('Roof Repair Ltd');
    expect(line(transaction({ ...bare, amount: -10 })).counterparty).toBe('Tenant Ltd');
    expect(line(transaction({ merchant_name: null })).counterparty).toBeNull();
  });

  test('uses the PPD id as reference where the bank gives no other', () => {
    expect(line(transaction({ payment_meta: { reference_number: '', ppd_id: '1234567890' } })).reference).toBe(
      '1234567890',
    );
  });

  test('has a text even when Plaid leaves the name out', () => {
    expect(line(transaction({ name: null })).text).toBe('POS 0303 HARBOR HARDWARE #0042 PORTLAND OR');
    expect(line(transaction({ name: null, original_description: null, merchant_name: null })).text).toBe('');
  });

  test('keeps values and fields that Daybook has never seen', () => {
    const odd = line(
      transaction({ payment_channel: 'carrier pigeon', transaction_code: 'new code', from_the_future: { a: 1 } }),
    );
    expect(odd.channel).toBe('carrier pigeon');
    expect(JSON.parse(odd.payload)).toMatchObject({ transaction_code: 'new code', from_the_future: { a: 1 } });
  });

  test('is not stopped by a describing field of the wrong type or an impossible authorization date', () => {
    const odd = line(
      transaction({ merchant_name: 7, payment_meta: 'none', counterparties: {}, authorized_date: '2026-02-30' }),
    );
    expect(odd).toMatchObject({ counterparty: null, reference: null, authorizedDate: null });
  });

  test('with a description of 10 MB is cut to 1,000 characters, and its payload to a bounded size', () => {
    const long = line(
      transaction({ name: `A${'😀'.repeat(2_500_000)}`, original_description: 'B'.repeat(10_000_000) }),
    );
    // 999 would be half of a pair of surrogates, so the cut lies before it.
    expect(long.text).toBe(`A${'😀'.repeat(499)}`);
    expect(long.bankText).toBe('B'.repeat(1000));
    expect(long.payload.length).toBeLessThan(65_536);
    expect(JSON.parse(long.payload)).toMatchObject({ transaction_id: 'txn-1', amount: 42.18 });
  });
});

describe('a row that cannot be a line in the books', () => {
  test('with more decimals than its currency has is an exception and not rounded', () => {
    const odd = rejected(transaction({ amount: 23631.9805 }));
    expect(odd).toMatchObject({
      code: 'amount_too_precise',
      providerLineId: 'txn-1',
      providerAccountId: 'acc-operating',
    });
    expect(odd.sentence).toContain('23631.9805 USD');
    expect(JSON.parse(odd.payload)).toMatchObject({ amount: 23631.9805 });
    expect(rejected(transaction({ amount: 0.5, iso_currency_code: 'JPY' })).code).toBe('amount_too_precise');
  });

  test('in an unofficial, unknown or missing currency is an exception', () => {
    const crypto = rejected(transaction({ iso_currency_code: null, unofficial_currency_code: 'BTC' }));
    expect(crypto).toMatchObject({ code: 'currency_unknown' });
    expect(crypto.sentence).toContain('BTC');
    expect(rejected(transaction({ iso_currency_code: 'XXX' })).code).toBe('currency_unknown');
    expect(rejected(transaction({ iso_currency_code: null })).code).toBe('currency_unknown');
    expect(rejected(transaction({ iso_currency_code: 840 })).code).toBe('currency_unknown');
  });

  test('with an absurd amount is an exception, because a double no longer holds its cents', () => {
    for (const amount of [1e13 + 1, -1e13 - 1, 1e17, 1e300])
      expect(rejected(transaction({ amount })).code).toBe('amount_invalid');
    expect(rejected(transaction({ amount: JSON.parse('1e999') })).code).toBe('amount_invalid');
    expect(line(transaction({ amount: 1e13 })).amount.minor).toBe(-(10n ** 15n));
  });

  test('with no number as amount is an exception', () => {
    for (const amount of ['12.30', null, undefined, {}])
      expect(rejected(transaction({ amount })).code).toBe('amount_invalid');
  });

  test('with a date that does not exist or cannot stand in a ledger is an exception', () => {
    for (const date of ['2026-02-29', '2026-13-01', '1900-01-01', '2154-12-31', '03/03/2026', '', null, 20260303])
      expect(rejected(transaction({ date })).code).toBe('date_invalid');
  });

  test('without account or pending flag is an exception under its own id', () => {
    expect(rejected(transaction({ account_id: undefined }))).toMatchObject({
      code: 'row_invalid',
      providerLineId: 'txn-1',
      providerAccountId: null,
    });
    expect(rejected(transaction({ pending: 'false' })).sentence).toContain('pending');
  });

  test('without a usable id gets one from its content, the same each time it comes', () => {
    for (const transaction_id of [undefined, null, '', 17, 'x'.repeat(257)]) {
      const one = rejected(transaction({ transaction_id }));
      expect(one).toMatchObject({ code: 'row_invalid', providerAccountId: 'acc-operating' });
      expect(one.providerLineId).toMatch(/^unnamed-[0-9a-f]{24}$/);
      expect(rejected(transaction({ transaction_id })).providerLineId).toBe(one.providerLineId);
    }
    expect(rejected(transaction({ transaction_id: '', amount: 1 })).providerLineId).not.toBe(
      rejected(transaction({ transaction_id: '', amount: 2 })).providerLineId,
    );
  });

  test('that is no record at all is an exception with its payload', () => {
    for (const row of [null, 'text', 12, [], true]) {
      expect(rejected(row)).toMatchObject({ code: 'row_invalid', payload: JSON.stringify(row) });
    }
  });

  test('never stops the rows beside it, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), (rows) => {
        const page = mapPage({ added: [...rows, transaction()], modified: rows, removed: rows });
        expect(page.lines.map((one) => one.providerLineId)).toEqual(['txn-1']);
        expect(page.rejected).toHaveLength(rows.length * 3);
      }),
    );
  });
});

describe('a page', () => {
  test('gives added and modified rows alike, modified last, because the later wins', () => {
    const page = mapPage({
      added: [transaction({ amount: 1 }), transaction({ transaction_id: 'txn-2' })],
      modified: [transaction({ amount: 2 })],
      removed: [],
    });
    expect(page.lines.map((one) => [one.providerLineId, one.amount.minor])).toEqual([
      ['txn-1', -100n],
      ['txn-2', -4218n],
      ['txn-1', -200n],
    ]);
  });

  test('with two different movements under one id takes the first and shows the second as an exception', () => {
    const page = mapPage({
      added: [transaction({ amount: 1 }), transaction({ amount: 2 })],
      modified: [],
      removed: [],
    });
    expect(page.lines.map((one) => one.amount.minor)).toEqual([-100n]);
    expect(page.rejected).toHaveLength(1);
    expect(page.rejected[0]).toMatchObject({ code: 'row_invalid', providerAccountId: 'acc-operating' });
    expect(page.rejected[0]?.providerLineId).not.toBe('txn-1');
    expect(JSON.parse(page.rejected[0]?.payload ?? '')).toMatchObject({ amount: 2 });
  });

  test('with the same movement sent twice is no exception', () => {
    const page = mapPage({ added: [transaction(), transaction({ website: 'x.example' })], modified: [], removed: [] });
    expect(page.rejected).toEqual([]);
    expect(new Set(page.lines.map((one) => one.providerLineId))).toEqual(new Set(['txn-1']));
  });

  test('names removed lines, and shows a removal without an id', () => {
    const page = mapPage({
      added: [],
      modified: [],
      removed: [
        { transaction_id: 'txn-9', account_id: 'acc-operating' },
        { transaction_id: 'txn-8' },
        { account_id: 'a' },
      ],
    });
    expect(page.removed).toEqual([
      { providerAccountId: 'acc-operating', providerLineId: 'txn-9' },
      { providerAccountId: null, providerLineId: 'txn-8' },
    ]);
    expect(page.rejected).toMatchObject([{ code: 'row_invalid', providerAccountId: 'a' }]);
  });
});
