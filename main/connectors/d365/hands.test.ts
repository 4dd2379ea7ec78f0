/** What people and jobs in the ERP do with our journals, and how their hands and its habits change what we read back. */
import { expect, test } from 'vitest';
import { BANK, d365World, ENTITY, entry, journal, notes, offset } from '../../../test/support/practice-d365.ts';
import type { LedgerJournal } from '../../core/entry.ts';
import { differences } from '../../posting/compare.ts';

test('a number that the ERP gave to somebody else meanwhile is not taken for our journal', async () => {
  const world = d365World();
  const sent = journal([entry('receipt', 123_45)]);
  const memory = notes();
  world.faults.add({ kind: 'drop_before', path: 'batch', times: 1 });
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  const number = memory.journalNumber ?? '';
  // Somebody deletes the empty journal, and a continuous number sequence hands its number out again.
  world.erp.deleteJournal({ company: ENTITY, journal: number });
  const theirs = { dataAreaId: ENTITY, JournalBatchNumber: number, JournalName: 'BankFeed', Description: 'Payroll' };
  world.erp.addRecord('LedgerJournalHeaders', { ...theirs, IsPosted: 'No' });
  const { journalNumber } = await world.connector.send(sent, memory, undefined);
  expect(journalNumber).not.toBe(number);
  const found = await world.connector.lookUp(ENTITY, [entry('receipt', 0).reference], undefined);
  expect(found.map((item) => item.journalNumber)).toEqual([journalNumber]);
});

test('a reference that somebody typed anew in small letters is still the same reference', async () => {
  const world = d365World();
  const receipt = entry('receipt', 123_45);
  const { journalNumber } = await world.connector.send(journal([receipt]), notes(), undefined);
  const Document = ` ${receipt.reference.toLowerCase()}`.trim();
  world.erp.editLine({ company: ENTITY, journal: journalNumber, lineNumber: 1 }, { Document });
  const [found] = await world.connector.lookUp(ENTITY, [receipt.reference], undefined);
  expect(found?.entry.reference).toBe(receipt.reference);
  world.erp.postJournals();
  world.erp.deletePostedLines({ company: ENTITY, journal: journalNumber });
  const [posted] = await world.connector.lookUp(ENTITY, [receipt.reference], undefined);
  expect(posted?.entry.reference).toBe(receipt.reference);
});

test.each([1, -1])('a split whose parts come to the whole before the last one is one entry, sign %i', async (sign) => {
  const world = d365World();
  // An invoice of 100, and a fee with its refund: after the first part the voucher is balanced already.
  const parts = [100_00, -5_00, 5_00].map((minor) => offset('405000', sign * minor));
  const split = entry('split', sign * 100_00, { offsets: parts });
  await world.connector.send(journal([entry('before', 1_00), split, entry('after', 2_00)]), notes(), undefined);
  const found = await world.connector.lookUp(ENTITY, [split.reference], undefined);
  expect(found).toHaveLength(1);
  expect(found[0] && differences(split, found[0])).toEqual([]);
  world.erp.postJournals();
  expect(await world.connector.lookUp(ENTITY, [split.reference], undefined)).toMatchObject([{ state: 'posted' }]);
});

test('a text that the ERP would cut is refused beforehand, counted as the ERP counts', async () => {
  const world = d365World();
  // 60 signs to a reader, and 61 units in the ERP's column.
  const text = `${'x'.repeat(59)}🏠`;
  const long = entry('long', 1_00, { text, offsets: [offset('405000', 1_00, { text })] });
  expect(await world.connector.preflight(journal([long]), undefined)).toMatchObject([{ code: 'text_too_long' }]);
});

test('an amount that no currency can have is a difference of its entry, not a failure of everybody else', async () => {
  const world = d365World();
  const [odd, fine] = [entry('odd', 10_00), entry('fine', 20_00)];
  const { journalNumber } = await world.connector.send(journal([odd, fine]), notes(), undefined);
  const rows = await world.connector.lookUp(ENTITY, [odd.reference], undefined);
  const lineNumber = Number(rows[0]?.lineIds[0]);
  world.erp.editLine({ company: ENTITY, journal: journalNumber, lineNumber }, { DebitAmount: '10.005' });
  const found = await world.connector.lookUp(ENTITY, [odd.reference, fine.reference], undefined);
  const of = (reference: string) => found.find((item) => item.entry.reference === reference);
  const [oddly, well] = [of(odd.reference), of(fine.reference)];
  expect(well && differences(fine, well)).toEqual([]);
  const list = (oddly && differences(odd, oddly)) ?? [];
  expect(list.find((difference) => difference.field === 'amount')?.inLedger).toContain('10.005');
});

test('an account that was written in small letters is the same account when the ERP writes it large', async () => {
  const world = d365World();
  const receipt = entry('receipt', 5_00);
  const { journalNumber } = await world.connector.send(journal([receipt]), notes(), undefined);
  const line = { company: ENTITY, journal: journalNumber, lineNumber: 1 };
  world.erp.editLine(line, { AccountDisplayValue: BANK.toLowerCase().replaceAll('-', '\\-') });
  const [found] = await world.connector.lookUp(ENTITY, [receipt.reference], undefined);
  expect(found?.entry.account).toBe(BANK.toLowerCase());
  expect(found && differences(receipt, found)).toEqual([]);
});

test.each([1, -1])('the offsets of a split may come back in another case and order, sign %i', async (sign) => {
  const world = d365World();
  const offsets = [offset('405000', sign * 60), offset('602000', sign * 40, { dimensions: { CostCenter: '010' } })];
  const split = entry('split', sign * 100, { offsets });
  await world.connector.send(journal([split]), notes(), undefined);
  const [found] = await world.connector.lookUp(ENTITY, [split.reference], undefined);
  const held = found?.entry.offsets.map((item) => ({ ...item, account: item.account.toLowerCase() })).reverse() ?? [];
  expect(found && differences(split, { ...found, entry: { ...found.entry, offsets: held } })).toEqual([]);
  const texts = held.map((item) => ({ ...item, text: item.text.toLowerCase() }));
  const fields = found && differences(split, { ...found, entry: { ...found.entry, offsets: texts } });
  expect(fields?.map((difference) => difference.field)).toEqual(['offset 1', 'offset 2']);
});

test.each([
  ['puts all entries of a journal into one voucher', { NewVoucher: 'OneVoucher' }, false],
  ['lets Daybook not read the posted ledger', {}, true],
])(
  'a journal name that deletes its lines and %s is refused: nobody could tell what is posted',
  async (_what, changes, denied) => {
    const world = d365World();
    world.erp.changeRecord('JournalNames', [ENTITY, 'BankFeed'], { DeleteLinesAfterPosting: 'Yes', ...changes });
    if (denied) world.erp.denySet('GeneralJournalEntryBiEntities', 'forbidden');
    const findings = await world.connector.preflight(journal([entry('receipt', 5_00)]), undefined);
    expect(findings.filter((finding) => finding.blocking)).toMatchObject([
      { code: 'journal_invalid', reference: null },
    ]);
  },
);

test('one voucher takes one day: a journal of several days is refused beforehand, one of a single day is not', async () => {
  const world = d365World();
  world.erp.changeRecord('JournalNames', [ENTITY, 'BankFeed'], { NewVoucher: 'OneVoucher' });
  const today = entry('a', 1_00);
  const check = (sent: LedgerJournal) => world.connector.preflight(sent, undefined);
  const blocking = (await check(journal([today, entry('b', 2_00, { date: '2026-11-19' })]))).filter((f) => f.blocking);
  expect(blocking).toMatchObject([{ code: 'journal_invalid', reference: null }]);
  expect(await check(journal([today, entry('c', 3_00)]))).toEqual([]);
});

test('a posted journal whose lines are all gone is told apart from one that lost a line before', async () => {
  const world = d365World();
  const numbers: string[] = [];
  for (const name of ['emptied', 'kept', 'open']) {
    const sent = journal([entry(`${name} 1`, 1_00), entry(`${name} 2`, 2_00)]);
    numbers.push((await world.connector.send(sent, notes(), undefined)).journalNumber);
  }
  const [emptied = '', kept = '', open = ''] = numbers;
  for (const journalNumber of [emptied, kept]) world.erp.postJournals({ journal: journalNumber });
  world.erp.deletePostedLines({ company: ENTITY, journal: emptied });
  world.erp.deleteLine({ company: ENTITY, journal: kept, lineNumber: 2 });
  for (const lineNumber of [1, 2]) world.erp.deleteLine({ company: ENTITY, journal: open, lineNumber });
  expect(await world.connector.emptiedJournals(ENTITY, numbers, undefined)).toEqual(new Set([emptied]));
});

test('an equal line that a person adds to our voucher is not taken for ours as well', async () => {
  const world = d365World();
  world.erp.changeRecord('JournalNames', [ENTITY, 'BankFeed'], { NewVoucher: 'OneVoucher' });
  const receipt = entry('receipt', 5_00);
  const { journalNumber } = await world.connector.send(journal([receipt]), notes(), undefined);
  const [found] = await world.connector.lookUp(ENTITY, [receipt.reference], undefined);
  const theirs = {
    ...{ dataAreaId: ENTITY, JournalBatchNumber: journalNumber, LineNumber: '2', Voucher: found?.voucher ?? '' },
    ...{ TransDate: `${receipt.date}T12:00:00Z`, CurrencyCode: 'USD', DebitAmount: '5', ExchRate: '100' },
    ...{ AccountType: 'Bank', AccountDisplayValue: BANK.replaceAll('-', '\\-'), Text: 'Petty cash' },
    ...{ OffsetAccountType: 'Ledger', OffsetAccountDisplayValue: '405000--' },
  };
  world.erp.addRecord('LedgerJournalLines', theirs);
  world.erp.postJournals();
  const lines = await world.connector.readBankLines(ENTITY, BANK, receipt.date, undefined);
  const own = lines?.filter((line) => line.voucher === found?.voucher && line.date === receipt.date) ?? [];
  expect(own).toHaveLength(2);
  expect(own.filter((line) => line.reference === receipt.reference)).toHaveLength(1);
});
