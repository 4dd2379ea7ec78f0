/** What people and jobs in the ERP do with our journals, and how their hands and its habits change what we read back. */
import { expect, test } from 'vitest';
import { d365World, ENTITY, entry, journal, notes } from '../../../test/support/practice-d365.ts';

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
