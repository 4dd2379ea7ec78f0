import { describe, expect, test } from 'vitest';
import { DIVISION, OTHER_DIVISION, smallSeed } from '../../../practice/exact/seed-small.ts';
import { openPracticeExact } from '../../../test/support/practice-exact.ts';
import { money } from '../../core/money.ts';
import { bankEntries } from './entities.ts';
import type { Body } from './odata.ts';

const NL = String(DIVISION);
const OTHER = String(OTHER_DIVISION);
const REFERENCE = 'DB0000000000000001AA';

describe('Divisions', () => {
  test('all granted ones are offered, the one the user works in first, with what cannot be used and why', async () => {
    const { connector, control } = await openPracticeExact();
    control.setCurrentDivision('anna', OTHER_DIVISION);
    control.setArchived(DIVISION, true);
    expect(await connector.offerLegalEntities(undefined)).toEqual([
      { id: OTHER, name: 'Kade Rotterdam (Kade B.V.)', currency: 'EUR', country: 'NL', unusable: null, chosen: false },
      {
        id: NL,
        name: 'Kade Amsterdam (Kade B.V.)',
        currency: 'EUR',
        country: 'NL',
        unusable: 'It is archived in Exact Online.',
        chosen: false,
      },
    ]);
    expect((await connector.readLegalEntities(undefined)).map(({ id }) => id)).toEqual([OTHER]);
  });

  test('once some are chosen, only those are used, whatever the user opens in the browser', async () => {
    const { connector, control } = await openPracticeExact({ divisions: [DIVISION] });
    control.setCurrentDivision('anna', OTHER_DIVISION);
    expect((await connector.readLegalEntities(undefined)).map(({ id }) => id)).toEqual([NL]);
    expect((await connector.offerLegalEntities(undefined)).map(({ id, chosen }) => [id, chosen])).toEqual([
      [OTHER, false],
      [NL, true],
    ]);
  });

  test('a current division that was not granted does not hide the chosen one', async () => {
    const { connector, control } = await openPracticeExact({ divisions: [DIVISION] });
    control.setCurrentDivision('anna', OTHER_DIVISION);
    control.revokeDivision(OTHER_DIVISION);
    expect((await connector.readLegalEntities(undefined)).map(({ id }) => id)).toEqual([NL]);
  });

  test('a division that was not granted costs one error, and the sentence names where to grant it', async () => {
    const { connector, control, calls } = await openPracticeExact();
    control.revokeDivision(OTHER_DIVISION);
    await expect(connector.readReference(OTHER, undefined)).rejects.toMatchObject({
      code: 'not_permitted',
      message: expect.stringContaining('Manage companies'),
    });
    expect(calls).toHaveLength(1);
  });
});

describe('The reference of a division', () => {
  test('holds its chart, bank accounts by journal or ledger account, parties and the three dimensions', async () => {
    const { connector } = await openPracticeExact();
    const reference = await connector.readReference(NL, undefined);
    expect(reference).toMatchObject({ legalEntity: NL, currency: 'EUR', missing: [] });
    expect(reference.accounts).toContainEqual({
      account: '4500',
      name: 'Office costs',
      type: 'Type 120',
      usable: true,
    });
    expect(reference.accounts).toContainEqual(expect.objectContaining({ account: '1300', usable: false }));
    expect(reference.accounts).toContainEqual(expect.objectContaining({ account: '4999', usable: false }));
    const banks = reference.bankAccounts.map(({ id, currency, mainAccount, usable, journalNames }) => [
      id,
      currency,
      mainAccount,
      usable,
      journalNames?.join(),
    ]);
    expect(banks.sort()).toEqual([
      ['1000', 'EUR', '1000', true, '90,91'],
      ['1150', 'EUR', '1150', true, '90,91'],
      ['1160', 'EUR', '1160', true, '90,91'],
      ['20', 'EUR', '1100', true, '20'],
      ['21', 'USD', '1110', true, '21'],
      ['29', 'EUR', '1190', false, '29'],
    ]);
    expect(reference.bankAccounts.find(({ id }) => id === '20')?.iban).toBe('NL02ABNA0123456789');
    expect(reference.bankAccounts.find(({ id }) => id === '21')?.number).toBe('000123456789');
    expect(reference.journalNames.map(({ name, usable }) => [name, usable]).sort()).toEqual([
      ['20', true],
      ['21', true],
      ['29', false],
      ['90', true],
      ['91', true],
    ]);
    expect(reference.parties).toHaveLength(3);
    expect(reference.parties).toContainEqual({
      kind: 'customer',
      account: '25',
      name: 'Brouwer Interieur',
      currency: expect.anything(),
      blocked: false,
    });
    expect(reference.parties).toContainEqual(expect.objectContaining({ account: '401', blocked: true }));
    expect(reference.dimensions.map(({ name, values }) => [name, [...values].sort()])).toEqual([
      ['CostCenter', ['AMS', 'RTM']],
      ['CostUnit', ['P1']],
      ['VATCode', ['0', '2', '4']],
    ]);
    expect(reference.dimensions[2]?.valueNames?.['4']).toBe('High rate, included');
  });

  test('a period is open while a journal that can be written is open in it, and closed once none is', async () => {
    const [first] = smallSeed().divisions;
    if (first === undefined) throw new Error('the seed has no division');
    const closed = ['20', '21', '90', '91'].map((journal) => ({ journal, year: 2025, period: 11 }));
    const ledger = { ...smallSeed(), divisions: [{ ...first, closed: [...(first.closed ?? []), ...closed] }] };
    const { connector } = await openPracticeExact({ ledger });
    const { periods } = await connector.readReference(NL, undefined);
    const open = (name: string) => periods.find((period) => period.name === name)?.open;
    expect([open('2025/11'), open('2025/12'), open('2026/3')]).toEqual([false, true, true]);
    expect(periods.find(({ name }) => name === '2026/2')).toMatchObject({ from: '2026-02-01', to: '2026-02-28' });
  });

  test('parts that the licence or the rights do not include are named as missing, and the rest is there', async () => {
    const { connector, control, clock, calls } = await openPracticeExact();
    control.denyScope('crm.accounts', 'read');
    control.denyScope('financial.costcenters', 'read');
    const reference = await connector.readReference(NL, undefined);
    expect(reference.missing).toEqual(['relations', 'cost centres', 'cost units']);
    expect(reference.accounts.length).toBeGreaterThan(10);
    // Asked every six minutes for hours, it is never so often that Exact would lock the application out.
    for (let time = 0; time < 30; time++) {
      clock.advance(6 * 60_000);
      expect((await connector.readReference(NL, undefined)).missing).toContain('relations');
    }
    expect(calls.filter((call) => call.endsWith('CRM/Accounts')).length).toBeLessThan(28);
  });

  test('costs ten calls the first time, none within five minutes, and seven after that', async () => {
    const { connector, calls, clock } = await openPracticeExact();
    await connector.readReference(NL, undefined);
    expect(calls).toHaveLength(10);
    calls.length = 0;
    await connector.readReference(NL, undefined);
    expect(calls).toEqual([]);
    clock.advance(6 * 60_000);
    await connector.readReference(NL, undefined);
    expect(calls.map((call) => call.split('/').at(-1)).sort()).toEqual([
      'Accounts',
      'Deleted',
      'Divisions',
      'FinancialPeriods',
      'GLAccounts',
      'JournalStatusList',
      'Journals',
    ]);
  });

  test('belongs to its division: the same code in another one has another id', async () => {
    const { connector, keep } = await openPracticeExact();
    const [mine, theirs] = [
      await connector.readReference(NL, undefined),
      await connector.readReference(OTHER, undefined),
    ];
    expect(mine.accounts.length).toBe(theirs.accounts.length);
    const ids = async (division: string) =>
      JSON.stringify(await keep.read(`masters:${division}`)).match(/"ID":"[^"]+"/g);
    const [a, b] = [await ids(NL), await ids(OTHER)];
    expect(a?.length).toBeGreaterThan(20);
    expect(a?.filter((id) => b?.includes(id))).toEqual([]);
  });

  test('vendors have their bank accounts, for those who ask whether details are proven', async () => {
    const [first] = smallSeed().divisions;
    if (first === undefined) throw new Error('the seed has no division');
    const bankAccounts = [{ iban: 'NL91ABNA0417164300', bic: 'ABNANL2A' }];
    const relations = first.relations.map((one) => (one.code === '400' ? { ...one, bankAccounts } : one));
    const { connector } = await openPracticeExact({ ledger: { ...smallSeed(), divisions: [{ ...first, relations }] } });
    // Relation 25 has one too, but is no vendor.
    expect(await connector.readVendorBankAccounts(NL, undefined)).toMatchObject([
      { vendor: '400', iban: 'NL91ABNA0417164300', swift: 'ABNANL2A' },
    ]);
  });
});

describe('Bank lines', () => {
  test.each([true, false])('are single movements, money in positive (bulk filters %s)', async (bulkFilters) => {
    const { connector, control, client, tables } = await openPracticeExact({ settings: { bulkFilters } });
    const { accounts } = await tables().of(NL, undefined);
    const line = (AmountFC: string, code: string, VATCode: string, Notes: string | null): Body => ({
      ...{ AmountFC: { decimal: AmountFC }, GLAccount: accounts?.get(code)?.ID ?? '', VATCode, Notes },
      ...{ Date: '2026-03-02T00:00:00', Description: 'x' },
    });
    const BankEntryLines = [
      line('250.00', '8000', '0', null),
      line('-121.00', '4500', '4', `${REFERENCE} 1/2 x`),
      line('-9.00', '4500', '0', `${REFERENCE} 2/2 x`),
    ];
    await client.post(NL, bankEntries, { JournalCode: '20', BankEntryLines }, undefined);
    const lines = await connector.readBankLines(NL, '20', '2026-03-31', undefined);
    const march = lines?.filter(({ date }) => date >= '2026-03-01').map(({ amount, reference }) => [amount, reference]);
    expect(march).toHaveLength(2);
    expect(march).toContainEqual([money('250.00', 'EUR'), null]);
    expect(march).toContainEqual([money('-130.00', 'EUR'), REFERENCE]);
    const total = lines?.reduce((sum, { amount }) => sum + amount.minor, 0n);
    expect(total).toBe(control.books().accountBalances[`${NL}|1100`]);
    expect(await connector.readBankLines(NL, '20', '2026-03-01', undefined)).toHaveLength((lines?.length ?? 0) - 2);
  });

  test('of an account in another currency are in that currency', async () => {
    const { connector } = await openPracticeExact();
    const lines = await connector.readBankLines(NL, '21', '2026-03-31', undefined);
    expect(lines?.map(({ amount }) => amount)).toEqual([money('500.00', 'USD')]);
  });

  test('are refused for an account that the division does not have', async () => {
    const { connector } = await openPracticeExact();
    await expect(connector.readBankLines(NL, '77', '2026-03-31', undefined)).rejects.toMatchObject({
      code: 'bank_account_invalid',
    });
  });
});

describe('The limits of the site', () => {
  test('are kept without running into them once, however much is read, and what is left is told', async () => {
    const { connector, control, clock, calls, refused } = await openPracticeExact();
    Object.assign(control.settings, { pageSize: 1, syncPageSize: 1 });
    const began = clock.now();
    await connector.readReference(NL, undefined);
    expect(calls.length).toBeGreaterThan(60);
    expect(clock.now() - began).toBeGreaterThanOrEqual(60_000);
    expect(refused).toEqual([]);
    const [minute, day] = connector.callBudgets();
    expect(minute).toMatchObject({ legalEntity: NL, window: 'minute', limit: 60 });
    // One more was spent at the sign-in, on the user's name.
    expect(day).toMatchObject({ legalEntity: NL, window: 'day', limit: 5000, remaining: 4999 - calls.length });
  });

  test('shared with others under the same registration are waited for, and nothing is lost', async () => {
    const { connector, control, refused } = await openPracticeExact();
    control.settings.minuteLimit = 4;
    // The site did not say so before the fifth call.
    expect((await connector.readReference(NL, undefined)).missing).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual(4);
  });

  test('of a day end the reading, with the hour at which it goes on', async () => {
    const { connector, control } = await openPracticeExact();
    control.settings.dayLimit = 3;
    await expect(connector.readReference(NL, undefined)).rejects.toMatchObject({
      code: 'quota_used_up',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
  });
});

describe('Bank accounts', () => {
  const [first] = smallSeed().divisions;
  if (first === undefined) throw new Error('the seed has no division');

  test('a GL account whose code is also a journal’s is told apart from it', async () => {
    const glAccounts = [...first.glAccounts, { code: '21', description: 'Wallet', type: 16 }];
    const { connector } = await openPracticeExact({
      ledger: { ...smallSeed(), divisions: [{ ...first, glAccounts }] },
    });
    const { bankAccounts } = await connector.readReference(NL, undefined);
    expect(bankAccounts.find(({ id }) => id === 'GL 21')).toMatchObject({
      mainAccount: '21',
      journalNames: ['90', '91'],
    });
    expect(bankAccounts.find(({ id }) => id === '21')).toMatchObject({ mainAccount: '1110', journalNames: ['21'] });
    expect(await connector.readBankLines(NL, 'GL 21', '2026-03-31', undefined)).toEqual([]);
  });

  test('two journals on one ledger account: what is booked past them counts for one of them, once', async () => {
    const journals = first.journals.map((one) =>
      one.code === '29' ? { ...one, blocked: false, glAccount: '1100' } : one,
    );
    const { connector, control } = await openPracticeExact({
      ledger: { ...smallSeed(), divisions: [{ ...first, journals }] },
    });
    const line = (amount: string, glAccount: string) => ({ amount: money(amount, 'EUR'), text: 'x', glAccount });
    const at = { division: DIVISION, date: '2026-03-03' };
    control.postByHand({ ...at, journal: '29', lines: [line('7.00', '2000')] });
    // The other journal pays in from the account that both stand on.
    control.postByHand({ ...at, journal: '21', lines: [{ ...line('1.00', '1100'), amount: money('1.00', 'USD') }] });
    const of = async (id: string) => {
      const lines = await connector.readBankLines(NL, id, '2026-03-31', undefined);
      return lines?.filter(({ date }) => date === at.date).map(({ amount }) => amount.minor);
    };
    expect(await of('29')).toEqual([700n]);
    expect(await of('20')).toEqual([-90n]);
    expect(await of('21')).toEqual([100n]);
  });
});
