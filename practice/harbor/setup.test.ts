import { describe, expect, test } from 'vitest';
import { holds, targetsOf } from '../company/rule-holds.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { createHarbor } from './company.ts';
import { harborLedger } from './ledger.ts';
import { harborSetup } from './setup.ts';

const FIRST_DAY = '2026-03-02';
const harbor = createHarbor({ seed: 11, firstDay: FIRST_DAY, historyDays: 60 });
const ledger = harborLedger(harbor);
const setup = harborSetup({
  firstDay: FIRST_DAY,
  plaid: { endpoint: 'http://127.0.0.1:1', clientId: 'client' },
  d365: { endpoint: 'http://127.0.0.1:2', tokenEndpoint: 'http://127.0.0.1:2/token', tenant: 't', clientId: 'c' },
});

describe('the practice setup', () => {
  test('rules, defaults and transfers code 90 to 97 of 100 booked lines; the rest needs a person', () => {
    const lines = harbor.bankTruth('2026-03-31').lines.filter((line) => line.state === 'booked' && line.odd === null);
    const coded = lines.filter(
      (line) =>
        /^(ONLINE TRANSFER|PAYMENT THANK YOU|TIDEWATER CARD PAYMENT)/.test(line.text) ||
        setup.rules.some((rule) => holds(rule.when, line)) ||
        setup.mappings.some((mapping) => mapping.feedAccount.mask === line.mask && mapping.offsetAccount !== undefined),
    );
    const share = coded.length / lines.length;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(0.97);
  });

  test('no rule but the one for notices concerns a line of zero', () => {
    const zero = harbor.bankTruth('2026-03-10').lines.find((line) => line.text.startsWith('NOTICE'));
    expect(zero?.amount.minor).toBe(0n);
    if (zero === undefined) return;
    expect(setup.rules.filter((rule) => holds(rule.when, zero)).map((rule) => rule.then)).toEqual([
      { exclude: 'A notice of the bank, no movement' },
    ]);
  });

  test('every account that a rule or mapping names can be used in the ledger, with the dimensions it demands', () => {
    const usable = new Set(
      ledger.mainAccounts.filter((a) => !a.suspended && !a.noManualEntry && a.type !== 'Total').map((a) => a.account),
    );
    const values = new Map(
      ledger.dimensions.map(({ name, values: list }) => [name, list.filter((v) => !v.suspended).map((v) => v.value)]),
    );
    const parties = new Set(
      ledger.legalEntities.flatMap((entity) => [...entity.vendors, ...entity.customers].map((party) => party.account)),
    );
    for (const rule of setup.rules) {
      for (const { account = '', accountType = 'ledger', dimensions = {} } of targetsOf(rule.then)) {
        expect(accountType === 'ledger' ? usable.has(account) : parties.has(account), `${rule.name} ${account}`).toBe(
          true,
        );
        for (const [name, value] of Object.entries(dimensions)) expect(values.get(name)).toContain(value);
        const demanded = ledger.requiredDimensions.filter((range) => range.from <= account && account <= range.to);
        for (const name of accountType === 'ledger' ? demanded.flatMap((range) => range.dimensions) : []) {
          expect(dimensions, rule.name).toHaveProperty(name);
        }
      }
    }
    for (const { offsetAccount, transferAccount } of setup.mappings) {
      expect(offsetAccount === undefined || usable.has(offsetAccount)).toBe(true);
      expect(usable.has(transferAccount)).toBe(true);
    }
  });

  test('every account with lines is mapped to a bank account of its legal entity', () => {
    expect(setup.mappings).toHaveLength(7);
    for (const {
      ledger: { legalEntity },
      bankAccount,
      journalName,
    } of setup.mappings) {
      const entity = ledger.legalEntities.find(({ id }) => id === legalEntity);
      expect(entity?.bankAccounts.map(({ id }) => id)).toContain(bankAccount);
      expect(entity?.journalNames.map(({ name }) => name)).toContain(journalName);
      expect(bankAccount.length).toBeLessThanOrEqual(10);
    }
  });
});

describe('the practice ledger', () => {
  test('opens with the bank balances of the day before the first day', () => {
    const opening = new Map(
      ledger.legalEntities.flatMap((entity) => entity.bankAccounts.map((bank) => [bank.id, bank.openingBalance])),
    );
    expect(opening.size).toBe(7);
    for (const { key, ledger: place } of ACCOUNT_LIST) {
      if (place === null) continue;
      expect(opening.get(place.bankAccount)).toEqual(harbor.balanceOn(key, '2026-03-01'));
    }
  });

  test('has every month before the first day closed and its own month open', () => {
    const periods = ledger.legalEntities[0]?.periods ?? [];
    expect(periods.filter((p) => p.from <= FIRST_DAY && p.to >= FIRST_DAY).map((p) => p.status)).toEqual(['Open']);
    expect(periods.filter((p) => p.to < FIRST_DAY).every((p) => p.status === 'Closed')).toBe(true);
    expect(periods.find((p) => p.from === '2027-12-01')?.to).toBe('2027-12-31');
  });
});
