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
