import { expect, test } from 'vitest';
import { addDays } from '../../main/core/calendar.ts';
import { holds, targetsOf } from '../company/rule-holds.ts';
import { ACCOUNT_LIST } from './accounts.ts';
import { createKade } from './company.ts';
import { kadeLedger } from './ledger.ts';
import { OFFICE_LIST } from './offices.ts';
import { KADE_RULES } from './rules.ts';
import { connectionOf, kadeSetup } from './setup.ts';

const FIRST_DAY = '2026-11-02';
const kade = createKade({ seed: 11, firstDay: FIRST_DAY, historyDays: 40 });
const address = { endpoint: 'http://127.0.0.1:2', clientId: 'c', redirectUri: 'https://daybook.example/return' };
const setup = kadeSetup({
  firstDay: FIRST_DAY,
  plaid: { endpoint: 'http://127.0.0.1:1', clientId: 'client' },
  exact: { nl: address, be: address, de: address },
});
const divisionOf = (office: (typeof OFFICE_LIST)[number]) => {
  const [division] = kadeLedger(office.key, kade).divisions;
  if (division === undefined) throw new Error(`${office.city} has no division`);
  return division;
};

test.each(OFFICE_LIST.map((office) => [office.city, office] as const))(
  '%s: every account, relation, cost centre, cost unit and VAT code that a rule names is usable in its division',
  (_, office) => {
    const division = divisionOf(office);
    const accounts = new Map(division.glAccounts.map((account) => [account.code, account]));
    const parties = new Map(division.relations.map((relation) => [relation.code, relation]));
    const open = <T extends { readonly code: string; readonly endDate?: string }>(list: readonly T[]) =>
      list.filter(({ endDate }) => endDate === undefined || endDate > FIRST_DAY).map(({ code }) => code);
    const values: Readonly<Record<string, readonly string[]>> = {
      CostCenter: open(division.costCenters),
      CostUnit: open(division.costUnits),
      VATCode: division.vatCodes.map(({ code }) => code),
    };
    const own = KADE_RULES.filter(({ name }) => name.startsWith(`${office.city}: `));
    expect(own.length).toBeGreaterThan(15);
    for (const rule of own)
      for (const { account = '', accountType = 'ledger', dimensions = {} } of targetsOf(rule.then)) {
        const found = accountType === 'ledger' ? accounts.get(account) : parties.get(account);
        expect(found?.blocked ?? false, `${rule.name} ${account}`).toBe(false);
        expect(found, `${rule.name} ${account}`).toBeDefined();
        for (const [name, value] of Object.entries(dimensions)) expect(values[name], rule.name).toContain(value);
        const ledgerAccount = accounts.get(account);
        // Exact would fill in the account's own VAT code where a line has none.
        if (accountType === 'ledger' && ledgerAccount?.vatCode !== undefined)
          expect(dimensions, rule.name).toHaveProperty('VATCode');
        if (accountType === 'ledger' && ledgerAccount?.useCostCenter === 'mandatory')
          expect(dimensions, rule.name).toHaveProperty('CostCenter');
      }
  },
);

test('rules and transfers code 85 to 99 of 100 booked lines, and each line is known to rules of one office alone', () => {
  const lines = kade
    .bankTruth('2026-11-27')
    .lines.filter((line) => line.state === 'booked' && line.amount.minor !== 0n);
  const known = lines.filter((line) => {
    const found = KADE_RULES.filter((rule) => holds(rule.when, line));
    expect(new Set(found.map(({ name }) => name.split(':')[0])).size, line.text).toBeLessThanOrEqual(1);
    return found.length > 0 || /^(Overboeking|Umbuchung|Afrekening Z|Betaling ontvangen)/.test(line.text);
  });
  expect(known.length / lines.length).toBeGreaterThan(0.85);
  expect(known.length / lines.length).toBeLessThan(0.99);
});

test('every account is mapped: banks to a journal of their currency and number, the card to a ledger account', () => {
  expect(setup.mappings).toHaveLength(ACCOUNT_LIST.length);
  for (const office of OFFICE_LIST) {
    const division = divisionOf(office);
    const codes = division.glAccounts.map(({ code }) => code);
    const mappings = setup.mappings.filter(({ ledger }) => ledger.connection === connectionOf(office.key));
    for (const { feedAccount, ledger, bankAccount, journalName, transferAccount, offsetAccount } of mappings) {
      expect(ledger.legalEntity).toBe(String(division.code));
      const account = ACCOUNT_LIST.find(({ mask }) => mask === feedAccount.mask);
      const journal = division.journals.find(({ code }) => code === journalName);
      expect(codes).toContain(transferAccount);
      expect(offsetAccount === undefined || codes.includes(offsetAccount)).toBe(true);
      if (account?.route === 'card') {
        expect(journal).toMatchObject({ type: 90, allowVat: true });
        expect(division.glAccounts).toContainEqual(expect.objectContaining({ code: bankAccount, type: 14 }));
      } else expect(journal).toMatchObject({ type: 12, code: bankAccount, iban: account?.number });
      expect(journal?.currency).toBe(account?.currency);
    }
  }
});

test('the books open with the bank balances of the day before the first day', () => {
  for (const account of ACCOUNT_LIST) {
    const office = OFFICE_LIST.find(({ key }) => key === account.office);
    if (office === undefined) throw new Error('no office');
    const division = divisionOf(office);
    const balance = kade.balanceOn(account.key, addDays(FIRST_DAY, -1));
    const opening =
      account.route === 'bank'
        ? division.journals.find(({ code }) => code === account.journal)?.opening?.balance
        : division.openingBalances?.find(({ glAccount }) => glAccount === account.glAccount)?.amount;
    expect(opening, account.key).toEqual(balance);
  }
});

test('periods before the first day are closed in every journal, and Belgium keeps quarters', () => {
  const [nl, be] = OFFICE_LIST.map(divisionOf);
  expect(nl?.periods.find(({ from, to }) => from <= FIRST_DAY && to >= FIRST_DAY)).toMatchObject({ period: 11 });
  expect(be?.periods.find(({ from, to }) => from <= FIRST_DAY && to >= FIRST_DAY)).toMatchObject({
    period: 4,
    from: '2026-10-01',
    to: '2026-12-31',
  });
  expect(nl?.closed).toContainEqual({ journal: '20', year: 2026, period: 10 });
  expect(be?.closed).not.toContainEqual({ journal: '20', year: 2026, period: 4 });
});
