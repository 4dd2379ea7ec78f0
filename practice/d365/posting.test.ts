import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../main/core/entry.ts';
import { money } from '../../main/core/money.ts';
import { isReference } from '../../main/core/reference.ts';
import { judge } from './index.ts';
import { errorText, openPractice, TODAY } from './testing.ts';

const REFERENCE = 'DB0000000000000001AA';
const ours = (rows: ReadonlyArray<Record<string, unknown>>) => rows.filter((row) => row.Txt !== 'Opening balance');

test('opening balances stand as posted bank transactions on the day before the first', async () => {
  const { rows, control } = await openPractice();
  const opening = await rows('BankAccountTransBiEntities', { $filter: "AccountId eq 'HPGM-OPER'" });
  expect(opening).toMatchObject([{ dataAreaId: 'HPGM', AmountCur: 1000, TransDate: '2026-08-31T12:00:00Z' }]);
  expect(control.truth().bankBalances['HPGM|HPGM-OPER']).toBe(100_000n);
});

test('a posted journal is marked, refuses changes, and its money appears in the bank and ledger sets', async () => {
  const { journal, line, control, rows, call } = await openPractice();
  const number = await journal();
  const voucher = (await line(number, { DebitAmount: 250.75 })).json.Voucher;
  expect(control.postJournals()).toEqual({ posted: [number], refused: [], created: [] });

  const [header] = await rows('LedgerJournalHeaders', {
    $filter: "IsPosted eq Microsoft.Dynamics.DataEntities.NoYes'Yes'",
  });
  expect(header).toMatchObject({ JournalBatchNumber: number });
  expect(errorText(await line(number, {}))).toContain('is posted and cannot be changed');
  const key = `LedgerJournalLines(dataAreaId='hpgm',JournalBatchNumber='${number}',LineNumber=1)?cross-company=true`;
  expect((await call('DELETE', key)).status).toBe(400);

  const bank = ours(await rows('BankAccountTransBiEntities'));
  expect(bank).toMatchObject([{ AccountId: 'HPGM-OPER', AmountCur: 250.75, Voucher: voucher, BankTransType: '' }]);
  const [entry] = await rows('GeneralJournalEntryBiEntities', { $filter: `DocumentNumber eq '${REFERENCE}'` });
  expect(entry).toMatchObject({ SubledgerVoucher: voucher, LedgerPostingJournal: number });
  const accounts = await rows('GeneralJournalAccountEntryBiEntities', {
    $filter: `GeneralJournalEntry eq ${entry?.SourceKey}`,
    $orderby: 'IsCredit',
  });
  expect(accounts).toMatchObject([
    { LedgerAccount: '110110--', TransactionCurrencyAmount: 250.75, IsCredit: 'No' },
    { LedgerAccount: '405000--', TransactionCurrencyAmount: -250.75, IsCredit: 'Yes' },
  ]);
});

describe('posting refuses', () => {
  test('a voucher that does not balance', async () => {
    const { journal, line, control } = await openPractice();
    const number = await journal();
    await line(number, { OffsetAccountDisplayValue: '' });
    expect(control.postJournals().refused).toMatchObject([
      {
        journal: number,
        reason: expect.stringContaining("don't balance as of a certain date (accounting currency: 100"),
      },
    ]);
  });

  test('an amount with a third decimal, which was stored without complaint', async () => {
    const { journal, line, control } = await openPractice();
    const number = await journal();
    expect((await line(number, { DebitAmount: 10.005 })).json.DebitAmount).toBe(10.005);
    expect(control.postJournals().refused).toHaveLength(1);
  });

  test('a period that closed since the line was written', async () => {
    const { journal, line, control } = await openPractice();
    const number = await journal();
    await line(number, {});
    control.setPeriod('HPGM', TODAY, 'Closed');
    expect(control.postJournals().refused[0]?.reason).toContain('is not open');
    control.setPeriod('HPGM', TODAY, 'Open');
    expect(control.postJournals().posted).toEqual([number]);
  });

  test('a main account without the dimension that its structure demands', async () => {
    const { journal, line, control } = await openPractice();
    await line(await journal(), { OffsetAccountDisplayValue: '618160--' });
    expect(control.postJournals().refused[0]?.reason).toContain('dimension CostCenter must have a value');
  });

  test('two dates in one voucher', async () => {
    const { journal, line, control } = await openPractice();
    const number = await journal();
    await line(number, { Voucher: 'V1' });
    await line(number, { Voucher: 'V1', TransDate: '2026-09-16T12:00:00Z' });
    expect(control.postJournals().refused[0]?.reason).toContain('same transaction date');
  });

  test('a journal that waits for approval, and leaves an empty one alone', async () => {
    const { journal, line, control } = await openPractice();
    await journal();
    await line(await journal({ JournalName: 'GenJrn' }), {});
    const report = control.postJournals();
    expect(report.posted).toEqual([]);
    expect(report.refused).toHaveLength(1);
  });
});

test('a journal over the limit is split into new journal numbers, whole vouchers together', async () => {
  const { journal, line, control, rows } = await openPractice({ settings: { linesPerPostedJournal: 2 } });
  const number = await journal({ IntegrationKey: 'DBJOURNAL' });
  for (let at = 0; at < 5; at++) await line(number, { Document: `DOC${at}` });
  const report = control.postJournals();
  expect(report.created.map(({ why }) => why)).toEqual(['split', 'split']);
  expect(report.posted).toHaveLength(3);
  const moved = await rows('LedgerJournalLines', { $filter: "Document eq 'DOC4'" });
  expect(moved[0]?.JournalBatchNumber).not.toBe(number);
  const headers = await rows('LedgerJournalHeaders');
  expect(headers.map((row) => row.IntegrationKey)).toEqual(['DBJOURNAL', '', '']);
  expect(headers.map((row) => row.JournalTotalDebit)).toEqual([200, 200, 100]);
});

test('with transfer errors, a bad voucher moves to a new journal and the rest is posted', async () => {
  const { journal, line, control, rows } = await openPractice();
  const number = await journal();
  await line(number, { Document: 'GOOD' });
  await line(number, { Document: 'BAD', OffsetAccountDisplayValue: '' });
  const report = control.postJournals({ transferErrors: true });
  expect(report.posted).toEqual([number]);
  const [bad] = await rows('LedgerJournalLines', { $filter: "Document eq 'BAD'" });
  expect(bad?.JournalBatchNumber).toBe(report.created[0]?.journal);
  const [header] = await rows('LedgerJournalHeaders', {
    $filter: `JournalBatchNumber eq '${report.created[0]?.journal}'`,
  });
  expect(header?.IsPosted).toBe('No');
});

test('lines may vanish after posting while the ledger keeps the reference', async () => {
  const { journal, line, control, rows } = await openPractice();
  control.changeRecord('JournalNames', ['HPGM', 'BankFeed'], { DeleteLinesAfterPosting: 'Yes' });
  await line(await journal(), {});
  control.postJournals();
  expect(await rows('LedgerJournalLines', { $filter: `Document eq '${REFERENCE}'` })).toEqual([]);
  expect(await rows('GeneralJournalEntryBiEntities', { $filter: `DocumentNumber eq '${REFERENCE}'` })).toHaveLength(1);
  expect(control.truth().postedEntries).toHaveLength(2);
});

test('users edit, renumber and delete lines, and a bank link posts the same money', async () => {
  const { journal, line, control, rows } = await openPractice();
  const number = await journal();
  const ref = { company: 'HPGM', journal: number };
  for (const Document of ['A', 'B', 'C']) await line(number, { Document });
  control.renumberLines(ref, 2);
  control.editLine({ ...ref, lineNumber: 3 }, { DebitAmount: '99' });
  control.deleteLine({ ...ref, lineNumber: 1 });
  const left = await rows('LedgerJournalLines', {
    $filter: `JournalBatchNumber eq '${number}'`,
    $orderby: 'LineNumber',
  });
  expect(left).toMatchObject([
    { LineNumber: 3, Document: 'B', DebitAmount: 99 },
    { LineNumber: 4, Document: 'C' },
  ]);
  expect((await line(number, { Document: 'D' })).json.LineNumber).toBe(5);
  const { voucher } = control.bankLinkPosts({
    company: 'HPGM',
    bankAccount: 'HPGM-OPER',
    date: TODAY,
    amount: money('100.00', 'USD'),
    text: 'Bank link',
    offsetMainAccount: '111900',
  });
  expect(await rows('BankAccountTransBiEntities', { $filter: `Voucher eq '${voucher}'` })).toMatchObject([
    { AmountCur: 100, Txt: 'Bank link' },
  ]);
});

test('a payment journal’s line is among the lines although no header lists its journal', async () => {
  const { rows } = await openPractice();
  const [foreign] = await rows('LedgerJournalLines', { $filter: "dataAreaId eq 'hpgm'" });
  expect(foreign).toMatchObject({ AccountType: 'Vend', JournalBatchNumber: 'HPGM-P0001' });
  expect(await rows('LedgerJournalHeaders')).toEqual([]);
});

describe('the judge', () => {
  const entry: LedgerEntry = {
    reference: REFERENCE,
    accountType: 'bank',
    account: 'HPGM-OPER',
    dimensions: {},
    date: TODAY,
    amount: money('100.00', 'USD'),
    text: 'Receipt',
    offsets: [
      { accountType: 'ledger', account: '405000', dimensions: {}, amount: money('100.00', 'USD'), text: 'Receipt' },
    ],
  };
  const expected = [{ legalEntity: 'HPGM', entry }];

  test('finds an entry once, before and after posting, and when its lines are gone', async () => {
    const { journal, line, control } = await openPractice();
    expect(judge(control.truth(), expected, isReference).missing).toEqual([REFERENCE]);
    const number = await journal();
    await line(number, {});
    const clean = { missing: [], duplicated: [], altered: [], unexpected: [] };
    expect(judge(control.truth(), expected, isReference)).toMatchObject({ ...clean, journals: 1, lines: 1 });
    control.postJournals();
    expect(judge(control.truth(), expected, isReference)).toMatchObject(clean);
    control.deletePostedLines({ company: 'HPGM', journal: number });
    expect(judge(control.truth(), expected, isReference)).toMatchObject({ ...clean, lines: 0 });
  });

  test('tells a duplicate from an alteration, and names what nobody expected', async () => {
    const { journal, line, control } = await openPractice();
    await line(await journal(), {});
    const second = await journal();
    await line(second, {});
    expect(judge(control.truth(), expected, isReference)).toMatchObject({ duplicated: [REFERENCE], altered: [] });
    control.editLine({ company: 'HPGM', journal: second, lineNumber: 1 }, { DebitAmount: '100.01' });
    expect(judge(control.truth(), expected, isReference)).toMatchObject({ duplicated: [], altered: [REFERENCE] });
    control.deleteJournal({ company: 'HPGM', journal: second });
    await line(await journal(), { Document: 'DB0000000000000002AA' });
    expect(judge(control.truth(), expected, isReference)).toMatchObject({
      altered: [],
      unexpected: ['DB0000000000000002AA'],
    });
  });
});

test('the door lets a person post and look at the books over HTTP', async () => {
  const { journal, line, fetch } = await openPractice();
  const number = await journal();
  await line(number, {});
  const call = (method: string, name: string, body?: object) =>
    fetch(
      new Request(`https://harbor.operations.dynamics.example/practice/${name}`, {
        method,
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
  expect(await (await call('POST', 'post-journals')).json()).toMatchObject({ posted: [number] });
  expect(await (await call('GET', 'truth')).json()).toMatchObject({
    bankBalances: { 'HPGM|HPGM-OPER': '110000' },
  });
  expect((await call('POST', 'set-period', { company: 'HPGM', day: 'soon', status: 'Closed' })).status).toBe(400);
  expect((await call('POST', 'delete-line', { company: 'HPGM', journal: 'x', lineNumber: 1 })).status).toBe(400);
});
