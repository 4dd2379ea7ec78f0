import { expect, test } from 'vitest';
import { BANK, d365World, ENTITY, entry, journal, offset } from '../../../test/support/practice-d365.ts';
import type { LedgerEntry, LedgerJournal } from '../../core/entry.ts';

type World = ReturnType<typeof d365World>;

async function findings(world: World, entries: readonly LedgerEntry[], more: Partial<LedgerJournal> = {}) {
  return world.connector.preflight(journal(entries, more), undefined);
}

const to = (account: string, more: Parameters<typeof offset>[2] = {}) =>
  entry('x', 5_00, { offsets: [offset(account, 5_00, more)] });

test.each([
  ['period_closed', entry('x', 5_00, { date: '2026-05-04' }), 'not open'],
  ['period_closed', entry('x', 5_00, { date: '2031-05-04' }), 'no period'],
  ['account_invalid', to('999999'), 'no main account 999999'],
  ['account_blocked', to('690000'), 'suspended'],
  ['account_blocked', to('699999'), 'Total'],
  ['account_blocked', to('120100'), 'manual'],
  ['account_invalid', to('405000-010-'), 'several segments'],
  ['account_blocked', to('V-1999', { accountType: 'vendor' }), 'on hold'],
  ['account_invalid', to('V-0000', { accountType: 'vendor' }), 'no vendor'],
  ['account_invalid', to('C-0000', { accountType: 'customer' }), 'no customer'],
  ['dimension_invalid', to('405000', { dimensions: { CostCenter: '777' } }), 'no value 777'],
  ['dimension_invalid', to('405000', { dimensions: { CostCenter: '090' } }), 'may not be used'],
  ['dimension_invalid', to('405000', { dimensions: { Colour: 'red' } }), 'no place'],
  ['dimension_invalid', to('405000', { dimensions: { CostCenter: '010\\' } }), 'cannot be written'],
  ['bank_account_invalid', entry('x', 5_00, { account: 'NO-BANK' }), 'no bank account'],
  ['text_too_long', entry('x', 5_00, { text: 'a'.repeat(61) }), '61 characters'],
  ['text_too_long', to('405000', { text: 'ö'.repeat(61) }), '61 characters'],
  ['entry_unbalanced', entry('x', 5_00, { offsets: [offset('405000', 4_99)] }), 'add up'],
  ['entry_incomplete', entry('x', 0), 'zero'],
] as const)('it refuses with %s before anything is written (%#)', async (code, bad, words) => {
  const world = d365World();
  const found = await findings(world, [bad]);
  expect(found).toMatchObject([{ blocking: true, code, reference: bad.reference }]);
  expect(found[0]?.sentence).toContain(words);
  expect(world.taken().every((request) => request.startsWith('GET'))).toBe(true);
});

test('it refuses a currency that the bank account does not take, and one that the ERP does not have', async () => {
  const world = d365World();
  const in_ = (currency: string) =>
    entry('x', 0, {
      amount: { minor: 500n, currency },
      offsets: [offset('405000', 0, { amount: { minor: 500n, currency } })],
    });
  expect(await findings(world, [in_('EUR')])).toMatchObject(
    expect.arrayContaining([expect.objectContaining({ blocking: true, code: 'currency_not_allowed' })]),
  );
  expect((await findings(world, [in_('JPY')])).map((finding) => finding.sentence).join()).toContain('no currency JPY');
});

test('it refuses an inactive bank account', async () => {
  const world = d365World();
  world.erp.changeRecord('BankAccounts', [ENTITY, BANK], { BankAccountStatus: 'InactiveForNewTransactions' });
  expect(await findings(world, [entry('x', 1)])).toMatchObject([{ blocking: true, code: 'bank_account_invalid' }]);
});

test('it refuses a journal name that is unknown or of another type, for the journal as a whole', async () => {
  const world = d365World();
  for (const journalName of ['Nope', 'VendPay'])
    expect(await findings(world, [entry('x', 1)], { journalName })).toMatchObject([
      { blocking: true, code: 'journal_invalid', reference: null },
    ]);
});

test('it refuses a journal name whose fixed offset account is another one', async () => {
  const world = d365World();
  const fixed = { IsFixedOffsetAccount: 'Yes', OffsetAccountType: 'Ledger', OffsetAccountDisplayValue: '405000--' };
  world.erp.changeRecord('JournalNames', [ENTITY, 'BankFeed'], fixed);
  expect(await findings(world, [to('602000')])).toMatchObject([{ blocking: true, code: 'journal_invalid' }]);
  expect(await findings(world, [to('405000')])).toEqual([]);
});

test('it warns of workflow, vouchers by hand and lines that are deleted on posting, and lets them pass', async () => {
  const world = d365World();
  world.erp.changeRecord('JournalNames', [ENTITY, 'GenJrn'], { DeleteLinesAfterPosting: 'Yes' });
  const warned = [
    ...(await findings(world, [entry('x', 1)], { journalName: 'GenJrn' })),
    ...(await findings(world, [entry('x', 1)], { journalName: 'Manual' })),
  ];
  expect(warned.map((finding) => finding.blocking)).toEqual([false, false, false]);
});

test('it refuses when a module has no access to the period, and warns when one user group has', async () => {
  const world = d365World();
  const key = [ENTITY, 'Fiscal', '2026', 'Period 11'];
  world.erp.changeRecord('LedgerFiscalPeriods', key, { BankAccessLevel: 'User' });
  expect(await findings(world, [entry('x', 1)])).toMatchObject([{ blocking: false, code: 'period_closed' }]);
  world.erp.changeRecord('LedgerFiscalPeriods', key, { BankAccessLevel: 'None' });
  world.clock.advance(10 * 60_000);
  expect(await findings(world, [entry('x', 1)])).toMatchObject([{ blocking: true, code: 'period_closed' }]);
});

test('what was mended in the ERP a moment ago is not refused any more', async () => {
  const world = d365World();
  const closed = entry('x', 1, { date: '2026-05-04' });
  expect(await findings(world, [closed])).toMatchObject([{ blocking: true, code: 'period_closed' }]);
  world.erp.setPeriod(ENTITY, '2026-05-04', 'Open');
  expect(await findings(world, [closed])).toEqual([]);
});

test('it asks for the dimensions that the connection names as required', async () => {
  const world = d365World({
    dimensions: { required: [{ from: '600000', to: '629999', dimensions: ['CostCenter'] }] },
  });
  expect(await findings(world, [to('602000')])).toMatchObject([{ blocking: true, code: 'dimension_missing' }]);
  expect(await findings(world, [to('602000', { dimensions: { CostCenter: '030' } })])).toEqual([]);
});

test('the set-up is read once for many journals, and again after some minutes', async () => {
  const world = d365World();
  await findings(world, [entry('x', 1)]);
  world.taken();
  await findings(world, [entry('y', 2), entry('z', 3)]);
  expect(world.taken()).toEqual([]);
  world.clock.advance(6 * 60_000);
  await findings(world, [entry('y', 2)]);
  expect(world.taken()).toContain('GET MainAccounts');
});

test('one broken entry leaves the others of its journal without a finding', async () => {
  const world = d365World();
  const bad = to('999999');
  const found = await findings(world, [entry('good', 7), bad]);
  expect(found.map((finding) => finding.reference)).toEqual([bad.reference]);
});
