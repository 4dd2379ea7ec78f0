import { expect, test } from 'vitest';
import { bankAccounts, dimensionValues, mainAccountLegalEntities, mainAccounts } from './entities.ts';
import { accountUse, bankUse, isDimensionValueUsable, isOnHold } from './usable.ts';

const account = (more: object = {}) =>
  mainAccounts.row.parse({ MainAccountId: '405000', MainAccountType: 'Revenue', IsSuspended: 'No', ...more });
const override = (more: object) => mainAccountLegalEntities.row.parse({ MainAccountId: '405000', ...more });
const DAY = '2026-11-20';

test('a company can suspend an account that is active elsewhere', () => {
  expect(accountUse(account(), [override({})], DAY)).toBeNull();
  expect(accountUse(account(), [override({ IsSuspended: 'Yes' })], DAY)).toBe('is suspended');
  expect(accountUse(account(), [override({ MainAccountId: '1', IsSuspended: 'Yes' })], DAY)).toBeNull();
});

test('validity counts by the day of the entry, and the empty date is no limit', () => {
  const limited = account({ ActiveFrom: '2026-01-01T12:00:00Z', ActiveTo: '2026-06-30T12:00:00Z' });
  expect(accountUse(limited, null, '2026-06-30')).toBeNull();
  expect(accountUse(limited, null, '2026-07-01')).toContain('not active');
  const open = account({ ActiveFrom: '1900-01-01T12:00:00Z', ActiveTo: '1900-01-01T12:00:00Z' });
  expect(accountUse(open, null, DAY)).toBeNull();
  expect(bankUse(bankAccounts.row.parse({ ActiveTo: '2026-01-01T12:00:00Z' }), DAY)).toContain('not active');
});

test('"Never" on hold means free, and an invoice hold does not stop money', () => {
  expect(['No', 'Never', 'Invoice', 'All', 'Payment'].map(isOnHold)).toEqual([false, false, false, true, true]);
});

test('an enum member or a field that we do not know makes nothing unusable', () => {
  expect(accountUse(account({ MainAccountType: 'Common_CN', Novelty: 1 }), null, DAY)).toBeNull();
  expect(bankUse(bankAccounts.row.parse({ BankAccountStatus: 'Dreaming' }), DAY)).toBeNull();
});

test('suspended, blocked and total dimension values are not offered', () => {
  const value = (more: object) => isDimensionValueUsable(dimensionValues.row.parse(more), DAY);
  expect([
    value({}),
    value({ IsSuspended: 'Yes' }),
    value({ IsBlockedForManualEntry: 'Yes' }),
    value({ IsTotal: 'Yes' }),
  ]).toEqual([true, false, false, false]);
});
