import { beforeEach, describe, expect, test } from 'vitest';
import { DIVISION, OFFICE_COSTS, OTHER_DIVISION } from './seed-small.ts';
import { errorText, type Json, openPractice, recordOf, type TestClient, TODAY } from './testing.ts';

const REFERENCE = 'DB0000000000000001AA';
const ALL = { $select: '*' };
let client: TestClient;
let costs: Json;

beforeEach(async () => {
  client = await openPractice();
  client.control.setLanguage('anna', 'en');
  costs = await client.find('financial/GLAccounts', OFFICE_COSTS);
});

const line = (changes: Json = {}): Json => ({
  AmountFC: -12.1,
  GLAccount: costs.ID,
  Date: `${TODAY}T00:00:00`,
  Description: 'Coffee',
  Notes: `${REFERENCE} 1/1 Coffee`,
  VATCode: '0',
  ...changes,
});
const entry = (lines: Json[] = [line()], changes: Json = {}): Json => ({
  JournalCode: '20',
  FinancialYear: 2026,
  FinancialPeriod: 3,
  BankEntryLines: lines,
  ...changes,
});
const post = (lines?: Json[], changes?: Json) =>
  client.call('POST', 'financialtransaction/BankEntries', entry(lines, changes));
const refused = async (lines?: Json[], changes?: Json) => {
  const answer = await post(lines, changes);
  expect(answer.status).toBe(500);
  return errorText(answer);
};

describe('A bank entry', () => {
  test('is booked at once as open, goes on from the last closing and is numbered per year and journal', async () => {
    const first = recordOf(await post());
    const second = recordOf(await post([line({ AmountFC: 100 })]));
    expect(first).toMatchObject({ Status: 20, OpeningBalanceFC: 1000, ClosingBalanceFC: 987.9, EntryNumber: 26200002 });
    expect(second).toMatchObject({ OpeningBalanceFC: 987.9, ClosingBalanceFC: 1087.9, EntryNumber: 26200003 });
    expect(client.control.books().journalBalances[`${DIVISION}|20`]).toBe(108790n);
  });

  test('must begin and end as its lines say', async () => {
    const balances = { OpeningBalanceFC: 1000, ClosingBalanceFC: 990 };
    expect(await refused(undefined, balances)).toBe(
      'Opening balance plus all bank entry lines should result in the closing balance',
    );
    expect((await post(undefined, { ...balances, ClosingBalanceFC: 987.9 })).status).toBe(201);
  });

  test('answers little without Prefer, and stores it all the same', async () => {
    const path = 'financialtransaction/BankEntries';
    const answer = recordOf(await client.call('POST', path, entry(), { prefer: '' }));
    expect(answer).toMatchObject({ JournalCode: null, EntryNumber: null });
    const [stored] = await client.rows(path, { ...ALL, $filter: `EntryID eq guid'${answer.EntryID}'` });
    expect(stored).toMatchObject({ JournalCode: '20', EntryNumber: 26200002 });
  });

  test.each<[string, Json, Json, string]>([
    ['of a journal that is not there', {}, { JournalCode: '77' }, 'Invalid: Journal'],
    ['of a cash journal', {}, { JournalCode: '10' }, 'Invalid journal. The journal must be a bank journal.'],
    ['of a blocked journal', {}, { JournalCode: '29' }, 'Blocked: Journal'],
    ['in a currency that the journal does not take', {}, { Currency: 'USD' }, 'Invalid: Currency'],
    ['in a year that is not there', {}, { FinancialYear: 2031 }, 'Invalid: Period'],
    ['without lines', {}, { BankEntryLines: [] }, 'Mandatory: Lines'],
    ['with a line of another period', { Date: '2026-04-01T00:00:00' }, {}, 'Invalid: Date'],
    ['without an amount', { AmountFC: null }, {}, 'Mandatory: Amount'],
    ['without a GL account', { GLAccount: null }, {}, 'Mandatory: G/L account'],
    ['with a blocked VAT code', { VATCode: '9' }, {}, 'Blocked: VAT code'],
    ['with a VAT code that is not there', { VATCode: '77' }, {}, 'Invalid: VAT code'],
    ['with a cost centre that is not there', { CostCenter: 'XXX' }, {}, 'Invalid: Cost center'],
    ['with a cost centre that has ended', { CostCenter: 'OLD' }, {}, 'Invalid: Cost center'],
  ])('%s is refused with 500', async (_, lineChanges, changes, text) => {
    expect(await refused([line(lineChanges)], changes)).toBe(text);
    expect(client.control.books().entries.filter(({ by }) => by === 'client')).toEqual([]);
  });

  test.each<[string, string, Json, string]>([
    ['its own bank account', '1100', {}, 'Invalid: G/L account'],
    ["another journal's bank account", '1110', {}, 'Invalid: G/L account type'],
    ['a blocked account', '4999', {}, 'Blocked: G/L account'],
    ['an account that demands a cost centre', '4000', {}, 'Mandatory: Cost center'],
    ['an account that demands a cost unit', '4600', {}, 'Mandatory: Cost unit'],
    ['an account that forbids cost centres', '7000', { CostCenter: 'AMS' }, 'Invalid: Cost center'],
    ['receivables without a relation', '1300', {}, 'Mandatory: Account'],
  ])('on %s is refused', async (_, code, changes, text) => {
    const account = await client.find('financial/GLAccounts', code);
    expect(await refused([line({ GLAccount: account.ID, ...changes })])).toBe(text);
  });

  test('takes a customer on receivables, a supplier on payables, and no blocked one', async () => {
    const id = async (resource: string, code: string) => (await client.find(resource, code)).ID;
    const [receivable, payable] = [await id('financial/GLAccounts', '1300'), await id('financial/GLAccounts', '1600')];
    const [customer, supplier, blocked] = [
      await id('crm/Accounts', '25'),
      await id('crm/Accounts', '400'),
      await id('crm/Accounts', '401'),
    ];
    expect((await post([line({ GLAccount: receivable, Account: customer })])).status).toBe(201);
    expect((await post([line({ GLAccount: payable, Account: supplier })])).status).toBe(201);
    expect(await refused([line({ GLAccount: receivable, Account: supplier })])).toBe('Invalid: Account');
    expect(await refused([line({ GLAccount: payable, Account: customer })])).toBe('Invalid: Account');
    expect(await refused([line({ GLAccount: payable, Account: blocked })])).toBe('Blocked: Account');
  });

  test('is refused in the language of the user', async () => {
    client.control.setLanguage('anna', 'nl');
    expect(await refused(undefined, { JournalCode: '77' })).toBe('Ongeldig: Dagboek');
    client.control.setLanguage('anna', 'de');
    expect(await refused([line({ AmountFC: null })])).toBe('Pflichtfeld: Betrag');
  });

  test('is not taken into a closed period', async () => {
    client.control.closePeriod(DIVISION, '20', 2026, 3);
    expect(await refused()).toBe('Closed: Period');
    client.control.closePeriod(DIVISION, '20', 2026, 3, false);
    expect((await post()).status).toBe(201);
  });

  test('loses the ids of another division without a word, and is stored', async () => {
    const path = `${OTHER_DIVISION}/financial/GLAccounts?$select=ID&$filter=Code eq '${OFFICE_COSTS}'`;
    const answer = await client.raw('GET', path);
    const foreign = /"ID":"([^"]+)"/.exec(answer.text)?.[1];
    const supplier = await client.find('crm/Accounts', '400');
    const sent = line({ GLAccount: foreign, Account: supplier.ID });
    expect((await post([sent])).status).toBe(201);
    const [stored] = await client.rows('financialtransaction/BankEntryLines', {
      ...ALL,
      $filter: `substringof('${REFERENCE}',Notes)`,
    });
    expect(stored).toMatchObject({ GLAccount: null, AccountName: 'Houthandel Vos', AmountFC: -12.1 });
  });

  test('gets the VAT code of its account where it names none, which takes VAT out of the amount', async () => {
    await post([line({ VATCode: null })]);
    const balances = client.control.books().accountBalances;
    expect([balances[`${DIVISION}|${OFFICE_COSTS}`], balances[`${DIVISION}|1520`]]).toEqual([1000n, 210n]);
    await post([line({ VATCode: '0' })]);
    expect(client.control.books().accountBalances[`${DIVISION}|${OFFICE_COSTS}`]).toBe(2210n);
  });

  test('in a foreign currency is kept in both, the bank and its counter account balancing in each', async () => {
    await post([line({ AmountFC: -10.05 })], { JournalCode: '21' });
    const [stored] = await client.rows('financialtransaction/BankEntryLines', {
      ...ALL,
      $filter: `substringof('${REFERENCE}',Notes)`,
    });
    expect(stored).toMatchObject({ AmountFC: -10.05, AmountDC: -9.05 });
    const { journalBalances, accountBalances } = client.control.books();
    expect(journalBalances[`${DIVISION}|21`]).toBe(48995n);
    expect(accountBalances[`${DIVISION}|1110`]).toBe(45000n - 905n);
  });

  test('can be deleted as a whole while it is open, and not once it is processed', async () => {
    const path = async () => `financialtransaction/BankEntries(guid'${recordOf(await post()).EntryID}')`;
    const [first, second] = [await path(), await path()];
    expect((await client.call('DELETE', first)).status).toBe(204);
    expect((await client.call('DELETE', first)).status).toBe(404);
    const deleted = await client.rows('sync/Deleted', { ...ALL, $filter: 'Timestamp gt 1L' });
    expect(deleted.map(({ EntityType }) => EntityType)).toEqual([1, 1]);
    client.control.process(DIVISION);
    const answer = await client.call('DELETE', second);
    expect([answer.status, errorText(answer)]).toEqual([500, 'The entry is processed and cannot be deleted.']);
  });

  test('is stored twice when it is sent twice: nothing tells one from the other but what it says', async () => {
    await post();
    await post();
    const lines = await client.rows('financialtransaction/BankEntryLines', {
      ...ALL,
      $filter: `substringof('${REFERENCE}',Notes)`,
    });
    expect(lines).toHaveLength(2);
  });

  test('takes another line while it is open, and its closing follows', async () => {
    const { EntryID } = recordOf(await post());
    const more = { ...line({ AmountFC: 2.1 }), EntryID };
    expect((await client.call('POST', 'financialtransaction/BankEntryLines', more)).status).toBe(201);
    const [stored] = await client.rows('financialtransaction/BankEntries', {
      ...ALL,
      $filter: `EntryID eq guid'${EntryID}'`,
    });
    expect(stored).toMatchObject({ ClosingBalanceFC: 990 });
    client.control.process(DIVISION);
    expect((await client.call('POST', 'financialtransaction/BankEntryLines', more)).status).toBe(500);
  });

  test('cannot be changed: there is no PUT', async () => {
    const { EntryID } = recordOf(await post());
    const answer = await client.call('PUT', `financialtransaction/BankEntries(guid'${EntryID}')`, {
      FinancialPeriod: 2,
    });
    expect(answer.status).toBe(405);
  });

  test('with a name that Exact does not know is a 400 that says nothing', async () => {
    expect((await post([line({ Amount: 1 })])).status).toBe(400);
    expect((await post([line({ Costcenter: 'AMS' })])).status).toBe(400);
  });
});

describe('A general journal entry', () => {
  const send = (lines: Json[], changes: Json = {}) =>
    client.call('POST', 'generaljournalentry/GeneralJournalEntries', {
      JournalCode: '90',
      FinancialYear: 2026,
      FinancialPeriod: 3,
      GeneralJournalEntryLines: lines,
      ...changes,
    });

  test('must balance, and takes no VAT where its journal does not allow it', async () => {
    const card = await client.find('financial/GLAccounts', '1150');
    const sides = (amount: number) => [
      line({ VATCode: null, AmountFC: 12.1 }),
      line({ VATCode: null, AmountFC: amount, GLAccount: card.ID }),
    ];
    expect(errorText(await send(sides(-11.1)))).toBe(
      'This entry is not balanced on: 2026 / 3 (Type: Other) - Difference: EUR 1.00',
    );
    expect((await send(sides(-12.1))).status).toBe(201);
    expect(client.control.books().accountBalances[`${DIVISION}|${OFFICE_COSTS}`]).toBe(1210n);
    expect(errorText(await send([line({ AmountFC: 0 })]))).toBe('Invalid: VAT code');
    expect(errorText(await send(sides(-12.1), { JournalCode: '20' }))).toBe('Invalid: Journal');
  });
});
