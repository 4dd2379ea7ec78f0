import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace, LEDGER, TRUST } from '../../test/support/coding-workspace.ts';
import { deleteMapping, listMappings } from './mappings.ts';
import { propose } from './propose.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
});
afterEach(() => w.close());

const reference = (data: object) =>
  w.store.write((trx) =>
    trx
      .insertInto('ledger_reference')
      .values({
        connection_id: LEDGER,
        legal_entity: 'USMF',
        fetched_at: '',
        data_json: JSON.stringify({
          legalEntity: 'USMF',
          accounts: [],
          bankAccounts: [],
          journalNames: [],
          parties: [],
          dimensions: [],
          missing: [],
          ...data,
        }),
      })
      .execute(),
  );

test('a mapping is created, changed, and left alone when nothing changed', async () => {
  const id = await w.map();
  expect(await w.map({ offsetAccount: '1' })).toBe(id);
  await w.map({ offsetAccount: '1' });
  expect((await w.events()).map(({ action }) => action)).toEqual(['mapping.created', 'mapping.changed']);
  expect(await listMappings(w.store.read)).toMatchObject([{ id, offsetAccount: '1', pending: 'wait' }]);
});

test('sandbox money never goes to production books, nor the other way', async () => {
  await w.store.write((trx) =>
    trx.updateTable('connection').set({ environment: 'production' }).where('id', '=', LEDGER).execute(),
  );
  await expect(w.map()).rejects.toMatchObject({ code: 'wrong_environment' });
  await w.store.write((trx) =>
    trx
      .updateTable('connection')
      .set((connection) => ({
        environment: connection.case().when('id', '=', LEDGER).then('sandbox').else('production').end(),
      }))
      .execute(),
  );
  await expect(w.map()).rejects.toMatchObject({ code: 'wrong_environment' });
});

test.each([
  [{ feedAccountId: 'facc_nobody' }, 'feedAccount'],
  [{ ledgerConnectionId: 'conn_nobody' }, 'ledger.connection'],
  [{ ledgerConnectionId: 'conn_bank' }, 'ledger.connection'],
  [{ pending: 'clearing' as const }, 'clearingAccount'],
  [{ startDate: '2026-02-30' }, 'startDate'],
  [{ bankAccount: ' ' }, 'bankAccount'],
])('%j is refused at its field', async (change, path) => {
  await expect(w.map(change)).rejects.toMatchObject({ code: 'setup_invalid', path });
});

test('two feed accounts cannot book into one bank account', async () => {
  await w.map();
  await expect(w.map({ feedAccountId: TRUST, bankAccount: 'OPER' })).rejects.toMatchObject({ path: 'bankAccount' });
});

test('what the ledger knows is checked: bank account and journal name', async () => {
  await reference({
    bankAccounts: [{ id: 'oper', currency: 'USD', usable: true }],
    journalNames: [{ name: 'BankFeed', usable: false }],
  });
  await expect(w.map({ bankAccount: 'OTHER' })).rejects.toMatchObject({ code: 'bank_account_invalid' });
  await expect(w.map()).rejects.toMatchObject({ code: 'journal_invalid' });
});

test('a part that the ledger would not give is not checked', async () => {
  await reference({ missing: ['bankAccounts', 'journalNames'] });
  await w.map();
});

test('a mapping stays while entries are being posted, and as their record afterwards', async () => {
  const id = await w.map({ offsetAccount: '1' });
  const line = await w.line();
  await propose(w);
  await w.setState((await w.place(line)).id, 'posting');
  await expect(w.map({ bankAccount: 'OTHER' })).rejects.toMatchObject({ code: 'setup_invalid' });
  await expect(deleteMapping(w, id, 'Ada')).rejects.toMatchObject({ code: 'setup_invalid' });
});

test('a mapping that made nothing can be deleted', async () => {
  await deleteMapping(w, await w.map(), 'Ada');
  expect(await listMappings(w.store.read)).toEqual([]);
});
