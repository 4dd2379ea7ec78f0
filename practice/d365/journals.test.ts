import { describe, expect, test } from 'vitest';
import { errorText, openPractice, TODAY } from './testing.ts';

const key = (journal: string) => `LedgerJournalHeaders(dataAreaId='hpgm',JournalBatchNumber='${journal}')`;
const lineKey = (journal: string, line: number) =>
  `LedgerJournalLines(dataAreaId='hpgm',JournalBatchNumber='${journal}',LineNumber=${line})?cross-company=true`;

describe('a journal header', () => {
  test('gets its number from the sequence, and every repeat burns another', async () => {
    const { journal, call } = await openPractice();
    expect([await journal(), await journal()]).toEqual(['HPGM-00001', 'HPGM-00002']);
    const answer = await call('GET', `${key('HPGM-00001')}?cross-company=true`);
    expect(answer.json).toMatchObject({
      dataAreaId: 'hpgm',
      JournalName: 'BankFeed',
      IsPosted: 'No',
      JournalTotalDebit: 0,
    });
  });

  test('takes the company from the body, not from the address', async () => {
    const { call } = await openPractice();
    const answer = await call('POST', 'LedgerJournalHeaders', { dataAreaId: 'HPGS', JournalName: 'BankFeed' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toContain("dataAreaId='HPGS',JournalBatchNumber='HPGS-00001'");
    expect(answer.headers.get('etag')).toMatch(/^W\/"Jz/);
  });

  test('refuses a chosen number, drops it silently, or takes it, as the environment is set', async () => {
    const { call, control } = await openPractice();
    const create = () =>
      call('POST', 'LedgerJournalHeaders', {
        dataAreaId: 'hpgm',
        JournalName: 'BankFeed',
        JournalBatchNumber: 'MINE-1',
      });
    expect((await create()).status).toBe(400);
    control.settings.readOnlyFields = 'ignore';
    expect((await create()).json.JournalBatchNumber).toBe('HPGM-00001');
    control.settings.journalNumbers = 'manual';
    expect((await create()).json.JournalBatchNumber).toBe('MINE-1');
    const again = await create();
    expect(again.status).toBe(400);
    expect(errorText(again)).toContain('The record already exists.');
  });

  test('needs a known journal name of type Daily', async () => {
    const { call } = await openPractice();
    const create = (JournalName?: string) =>
      call('POST', 'LedgerJournalHeaders', { dataAreaId: 'hpgm', ...(JournalName && { JournalName }) });
    expect(errorText(await create())).toContain("Field 'Name' must be filled in.");
    expect(errorText(await create('Nope'))).toContain("is not found in the related table 'Journal names'");
    expect(errorText(await create('VendPay'))).toContain('Payment');
  });

  test('cannot be deleted before its lines', async () => {
    const { journal, line, call } = await openPractice();
    const number = await journal();
    await line(number, {});
    expect(errorText(await call('DELETE', `${key(number)}?cross-company=true`))).toContain(
      'Ledger journal table cannot be deleted while dependent Journal lines exist',
    );
    expect((await call('DELETE', lineKey(number, 1))).status).toBe(204);
    expect((await call('DELETE', `${key(number)}?cross-company=true`)).status).toBe(204);
    expect((await call('GET', `${key(number)}?cross-company=true`)).status).toBe(404);
  });

  test('has another etag after each line, and a stale one is refused with 412', async () => {
    const { journal, line, call } = await openPractice();
    const number = await journal();
    const before = (await call('GET', `${key(number)}?cross-company=true`)).headers.get('etag') ?? '';
    await line(number, {});
    const change = (etag: string) =>
      call('PATCH', `${key(number)}?cross-company=true`, { Description: 'New' }, { 'if-match': etag });
    expect((await change(before)).status).toBe(412);
    const now = (await call('GET', `${key(number)}?cross-company=true`)).headers.get('etag') ?? '';
    expect((await change(now)).status).toBe(204);
    expect((await call('PATCH', `${key(number)}?cross-company=true`, { JournalName: 'GenJrn' })).status).toBe(400);
  });
});

describe('a journal line', () => {
  test('comes back whole: number, voucher, defaults, noon dates, the escaped account', async () => {
    const { journal, line } = await openPractice();
    const answer = await line(await journal(), { TransDate: TODAY, DebitAmount: 1234.5 });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      LineNumber: 1,
      TransDate: `${TODAY}T12:00:00Z`,
      DocumentDate: '1900-01-01T12:00:00Z',
      Voucher: 'HPGM00000001',
      AccountDisplayValue: 'HPGM\\-OPER',
      OffsetAccountDisplayValue: '405000--',
      Company: 'HPGM',
      dataAreaId: 'hpgm',
      DebitAmount: 1234.5,
      CreditAmount: 0,
      ExchRate: 100,
    });
  });

  test('is cut in silence where a text is too long', async () => {
    const { journal, line } = await openPractice();
    const answer = await line(await journal(), { Text: 'x'.repeat(70), Document: 'y'.repeat(25) });
    expect(answer.json).toMatchObject({ Text: 'x'.repeat(60), Document: 'y'.repeat(20) });
  });

  test.each([
    ['an unescaped delimiter in a bank account', { AccountDisplayValue: 'HPGM-OPER' }, "'HPGM' in field 'Account'"],
    ['too few segments', { OffsetAccountDisplayValue: '405000' }, 'number of segments'],
    ['too many segments', { OffsetAccountDisplayValue: '405000---' }, 'number of segments'],
    ['an unknown main account', { OffsetAccountDisplayValue: '999999--' }, "related table 'Main accounts'"],
    ['a suspended main account', { OffsetAccountDisplayValue: '690000--' }, 'suspended'],
    ['a total account', { OffsetAccountDisplayValue: '699999--' }, 'Total'],
    ['an account without manual entry', { OffsetAccountDisplayValue: '120100--' }, 'manual entry'],
    ['an unknown dimension value', { OffsetAccountDisplayValue: '405000-777-' }, "related table 'Dimension values'"],
    ['a suspended dimension value', { OffsetAccountDisplayValue: '405000-090-' }, 'suspended'],
    ['a blocked vendor', { OffsetAccountType: 'Vend', OffsetAccountDisplayValue: 'V\\-1999' }, 'on hold'],
    ['an unknown currency', { CurrencyCode: 'XXX' }, "related table 'Currencies'"],
    ['a currency that the bank account does not take', { CurrencyCode: 'EUR' }, 'accepts transactions in USD only'],
    ['no currency', { CurrencyCode: '' }, "Field 'Currency' must be filled in."],
    ['a closed period', { TransDate: '2026-08-31T12:00:00Z' }, 'Fiscal period for 8/31/2026 is not open'],
    [
      'a local midnight that is a day earlier in UTC',
      { TransDate: '2026-09-01T00:00:00+02:00' },
      '8/31/2026 is not open',
    ],
    ['debit and credit at once', { CreditAmount: 1 }, 'both a debit and a credit'],
    ['another company', { OffsetCompany: 'HPGR' }, 'Intercompany'],
    ['an account type that the entity lacks', { AccountType: 'FixedAssets' }, 'not supported by the entity'],
    ['a line number of its own', { LineNumber: 5 }, 'does not allow editing'],
  ])('with %s is refused, in the words of the infolog', async (_, change, text) => {
    const { journal, line, control } = await openPractice();
    const answer = await line(await journal(), change);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: '', message: 'An error has occurred.' } });
    expect(errorText(answer)).toMatch(/^Write failed for table row of type 'LedgerJournalLineEntity'. Infolog: /);
    expect(errorText(answer)).toContain(text);
    expect(answer.text).toContain('stacktrace');
    expect(control.truth().lines.filter((side) => side.document !== '')).toEqual([]);
  });

  test.each([
    ['an unknown field', { TransactionText: 'x' }, "The property 'TransactionText' does not exist"],
    ['a text for a number', { DebitAmount: '100' }, "expected type 'Edm.Decimal'"],
    ['a null for a date', { TransDate: null }, "expected type 'Edm.DateTimeOffset'"],
    ['a day that does not exist', { TransDate: '2026-02-30' }, "expected type 'Edm.DateTimeOffset'"],
    ['an unknown enum member', { AccountType: 'Customer' }, 'LedgerJournalACType'],
  ])('with %s is refused by OData before the ERP sees it', async (_, change, text) => {
    const { journal, line } = await openPractice();
    const answer = await line(await journal(), change);
    expect(answer.status).toBe(400);
    expect(errorText(answer)).toContain(text);
  });

  test('without an offset gets the journal name’s one, unless the offset is sent empty', async () => {
    const { journal, line, control } = await openPractice();
    control.changeRecord('JournalNames', ['HPGM', 'BankFeed'], { OffsetAccountDisplayValue: '111900--' });
    const number = await journal();
    const empty = await line(number, { OffsetAccountDisplayValue: '' });
    expect(empty.json.OffsetAccountDisplayValue).toBe('');
    const without = await line(number, { OffsetAccountDisplayValue: undefined, OffsetAccountType: undefined });
    expect(without.json.OffsetAccountDisplayValue).toBe('111900--');
  });

  test('adds to the header’s totals and leaves them when it goes', async () => {
    const { journal, line, call } = await openPractice();
    const number = await journal();
    await line(number, {});
    await line(number, { DebitAmount: 0, CreditAmount: 30.25 });
    const totals = async () => (await call('GET', `${key(number)}?cross-company=true`)).json;
    expect(await totals()).toMatchObject({ JournalTotalDebit: 130.25, JournalTotalCredit: 130.25 });
    await call('DELETE', lineKey(number, 1));
    expect(await totals()).toMatchObject({ JournalTotalDebit: 30.25, JournalTotalCredit: 30.25 });
    await call('PATCH', lineKey(number, 2), { CreditAmount: 10 });
    expect(await totals()).toMatchObject({ JournalTotalCredit: 10 });
  });
});

describe('vouchers', () => {
  const half = (debit: number, credit: number) => ({
    AccountType: 'Ledger',
    AccountDisplayValue: '405000--',
    OffsetAccountDisplayValue: '',
    DebitAmount: debit,
    CreditAmount: credit,
  });

  test('in connection with balance: one voucher until it balances, then the next', async () => {
    const { journal, line } = await openPractice();
    const number = await journal();
    const vouchers: unknown[] = [];
    for (const body of [half(100, 0), half(0, 60), half(0, 40), half(5, 0), {}])
      vouchers.push((await line(number, body)).json.Voucher);
    const [first, second, third, fourth] = vouchers;
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  test('one voucher only: the whole journal shares it', async () => {
    const { journal, line, control } = await openPractice();
    control.changeRecord('JournalNames', ['HPGM', 'BankFeed'], { NewVoucher: 'OneVoucher' });
    const number = await journal();
    expect((await line(number, {})).json.Voucher).toBe((await line(number, {})).json.Voucher);
  });

  test('manual: the sender must name it', async () => {
    const { journal, line } = await openPractice();
    const number = await journal({ JournalName: 'Manual' });
    expect(errorText(await line(number, {}))).toContain("Field 'Voucher' must be filled in.");
    expect((await line(number, { Voucher: 'V1' })).json.Voucher).toBe('V1');
  });

  test('allocated at posting: the stored one is temporary and changes', async () => {
    const { journal, line, control, rows } = await openPractice();
    control.changeRecord('JournalNames', ['HPGM', 'BankFeed'], { VoucherAllocationAtPosting: 'Yes' });
    const number = await journal();
    const temporary = (await line(number, {})).json.Voucher;
    control.postJournals();
    const [after] = await rows('LedgerJournalLines', { $filter: `JournalBatchNumber eq '${number}'` });
    expect(after?.Voucher).not.toBe(temporary);
    expect(after?.Voucher).toBe('HPGM00000001');
  });
});

test('two writers at one journal at once: the second gets the update conflict, nothing of it is stored', async () => {
  const { journal, line, control } = await openPractice();
  const number = await journal();
  const [a, b] = await Promise.all([line(number, {}), line(number, {})]);
  expect([a.status, b.status].toSorted()).toEqual([201, 400]);
  const refused = a.status === 201 ? b : a;
  expect(errorText(refused)).toContain(
    'Cannot edit a record in Ledger journal table (LedgerJournalTable). An update conflict',
  );
  expect(control.truth().lines.filter((side) => side.journal === number)).toHaveLength(2);
  expect((await line(number, {})).status).toBe(201);
});

test('a journal open in somebody’s form refuses changes until it is closed', async () => {
  const { journal, line, control } = await openPractice();
  const number = await journal();
  control.lockJournal({ company: 'HPGM', journal: number }, 'alicia');
  expect(errorText(await line(number, {}))).toContain('in use by user alicia');
  control.unlockJournal({ company: 'HPGM', journal: number });
  expect((await line(number, {})).status).toBe(201);
});
