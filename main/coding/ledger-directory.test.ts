import { expect, test } from 'vitest';
import { codesOf, type LedgerDirectory } from './ledger-directory.ts';

const directory: LedgerDirectory = {
  ...{ legalEntity: 'HPGM', name: null, currency: 'USD', fetchedAt: '2026-11-20T08:00:00Z' },
  ...{ accounts: [], bankAccounts: [], journalNames: [], periods: [], parties: [], missing: [] },
  dimensions: [
    { name: 'CostCenter', label: 'Cost centre', values: ['030'], valueNames: { '030': 'Maintenance' } },
    { name: 'Property', values: ['P01'], valueNames: {} },
  ],
};

test('dimension values stand in the order of the ledger with its words for them, unknown ones last by their own name', () => {
  expect(codesOf(directory, { Grant: 'G7', Property: 'P01', CostCenter: '030' })).toEqual([
    { label: 'Cost centre', value: '030', name: 'Maintenance' },
    { label: 'Property', value: 'P01', name: null },
    { label: 'Grant', value: 'G7', name: null },
  ]);
});

test('an empty value is none, and a ledger that was never read leaves the codes as they are', () => {
  expect(codesOf(directory, { CostCenter: '' })).toEqual([]);
  expect(codesOf(null, { CostCenter: '030' })).toEqual([{ label: 'CostCenter', value: '030', name: null }]);
});
