import { expect, test } from 'vitest';
import type { LedgerDirectory } from './ledger-directory.ts';
import { choose } from './ledger-directory.ts';
import type { LedgerBook } from './ledger-reference.ts';
import type { Mapping } from './mappings.ts';
import { mappingFindings } from './validate-mapping.ts';

const directory: LedgerDirectory = {
  ...{ legalEntity: '100', name: null, currency: 'EUR', accounts: [], periods: [], parties: [], missing: [] },
  fetchedAt: '2026-11-20T07:00:00.000Z',
  bankAccounts: [
    {
      ...{ id: '20', name: 'Rabobank', currency: 'EUR', usable: true, journalNames: ['20'] },
      ...{ last4: null, numberFingerprint: null, ibanFingerprint: null },
    },
  ],
  journalNames: ['20', '90'].map((name) => ({
    name,
    description: name,
    usable: true,
    warnings: [],
    keepsBalances: true,
  })),
  dimensions: [
    {
      ...{ name: 'VATCode', label: 'VAT code', hint: 'The VAT that the ledger reckons on a line.' },
      ...{ values: ['0', '4'], valueNames: { '4': 'VAT high, 21 %' } },
    },
  ],
};

const book: LedgerBook = {
  ...{ legalEntity: '100', accounts: null, customers: null, vendors: null, dimensions: null },
  bankAccounts: new Map([['20', true]]),
  journalNames: new Map([
    ['20', true],
    ['90', true],
  ]),
};

const mapping = (journalName: string): Mapping => ({
  ...{ id: 'map_1', feedAccountId: 'acc_1', ledgerConnectionId: 'conn_1', legalEntity: '100', bankAccount: '20' },
  ...{ journalName, offsetAccount: null, dimensions: {}, transferAccount: null, clearingAccount: null },
  ...{ pending: 'wait', grouping: 'account_day', startDate: null, suggestions: 'beside', autoApprove: false },
});

const findings = (journalName: string) =>
  mappingFindings(
    mapping(journalName),
    { currency: 'EUR', name: 'Betaalrekening' },
    {
      ...{ directory, book, today: '2026-11-20' },
    },
  );

test('a bank account that is booked in one journal is refused in another, and the sentence names the right one', () => {
  expect(findings('20')).toEqual([]);
  expect(findings('90')).toEqual([
    {
      blocking: true,
      field: 'journalName',
      sentence: 'Bank account 20 is booked in 20, not in 90. Choose that one.',
    },
  ]);
});

test('a value of a dimension is found by its name, and shown with it', () => {
  const found = choose(directory, {
    ...{ kind: 'dimension', dimension: 'VATCode', text: 'high', recent: [], limit: 10, all: false },
  });
  expect(found).toEqual([{ code: '4', name: 'VAT high, 21 %', usable: true, recent: false, detail: null }]);
});
