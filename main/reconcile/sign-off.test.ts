import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { blockersOf } from '../coding/check.ts';
import { loadLedgerBook } from '../coding/ledger-reference.ts';
import { followPostings } from '../posting/follow.ts';
import { postApproved } from '../posting/post.ts';
import { loadProposal } from '../store/proposals.ts';
import { writeSetting } from '../store/settings.ts';
import { listSignOffs, saveOpenItemNote } from '../store/sign-offs.ts';
import { breakMovedSignOffs } from './broken-sign-offs.ts';
import { reconcileAccounts } from './reconcile.ts';
import { prepareSignOff, reopenPeriod, reviewSignOff, SIGN_OFF_POLICY } from './sign-off.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const SEPTEMBER = { from: '2026-09-01', to: '2026-09-30' };
const OCTOBER = { from: '2026-10-01', to: '2026-10-31' };
const ann = { by: 'Ann', actor: 'ann', note: '' };
const ben = { by: 'Ben', actor: 'ann', note: '' };

const context = () => ({ ...world.context, random: world.workspace.random });
const prepare = (period = OCTOBER) => prepareSignOff(context(), 'acc_1', period, ann);
const signOffs = () => listSignOffs(world.workspace.store.read, 'acc_1');
const states = async () => (await signOffs()).map(({ to_date, state }) => `${to_date} ${state}`);
const check = () => breakMovedSignOffs(context());

async function postInErp() {
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) held.state = 'posted';
  await followPostings(world.context);
}

test('a period that ties out is signed by a preparer and then by another as its reviewer', async () => {
  await world.approve(1_000, { date: '2026-10-05' });
  await postInErp();
  const id = await prepare();
  expect(await states()).toEqual(['2026-10-31 prepared']);
  await expect(reviewSignOff(context(), id, { ...ann, by: ' ann ' })).rejects.toMatchObject({ code: 'not_permitted' });
  await reviewSignOff(context(), id, ben);
  expect((await signOffs())[0]).toMatchObject({ state: 'reviewed', prepared_by: 'Ann', reviewed_by: 'Ben' });
  await expect(reviewSignOff(context(), id, ben)).rejects.toMatchObject({ code: 'stale' });
});

test('one person may sign both where the policy allows it', async () => {
  await world.workspace.store.write((trx) =>
    writeSetting(trx, world.workspace.clock, SIGN_OFF_POLICY, { twoNames: false, notes: false }),
  );
  await reviewSignOff(context(), await prepare(), ann);
  expect(await states()).toEqual(['2026-10-31 reviewed']);
});

test('a period that is not over, overlaps a signed one or leaves days out cannot be signed', async () => {
  await expect(prepare({ from: '2026-11-01', to: '2026-11-20' })).rejects.toThrow('not over yet');
  await prepare(SEPTEMBER);
  await expect(prepare(SEPTEMBER)).rejects.toMatchObject({ code: 'period_signed_off' });
  await expect(prepare({ from: '2026-10-02', to: '2026-10-31' })).rejects.toThrow('must begin on 2026-10-01');
  await prepare();
});

test('an approved entry that is not in the ledger yet stands in the way', async () => {
  await world.approve(1_000, { date: '2026-10-05' });
  await expect(prepare()).rejects.toThrow('One approved entry of this period is not in the ledger yet');
});

test('where the policy asks for notes, each open item needs one', async () => {
  const { store, clock } = world.workspace;
  await world.approve(1_000, { date: '2026-10-05' });
  await store.write((trx) => trx.updateTable('proposal').set({ state: 'needs_person' }).execute());
  await store.write((trx) => writeSetting(trx, clock, SIGN_OFF_POLICY, { twoNames: true, notes: true }));
  await expect(prepare()).rejects.toThrow('1 of 1 open items have no note');
  await store.write((trx) =>
    saveOpenItemNote(trx, { feedAccountId: 'acc_1', key: 'lines:1' }, { note: 'asked the bank', by: 'Ann', at: '' }),
  );
  await prepare();
});

test('an entry within a signed period cannot be approved until it is dated later or the period is opened', async () => {
  const id = await prepare();
  const { store } = world.workspace;
  await store.write((trx) =>
    trx
      .insertInto('ledger_reference')
      .values({
        ...{ connection_id: 'con_erp', legal_entity: 'USMF', fetched_at: '' },
        data_json: JSON.stringify({
          ...{ legalEntity: 'USMF', accounts: [], bankAccounts: [], journalNames: [], parties: [], dimensions: [] },
          missing: [],
        }),
      })
      .execute(),
  );
  const blockers = async (proposalId: string) =>
    blockersOf(await loadProposal(store.read, proposalId), await loadLedgerBook(store.read, 'con_erp', 'USMF'));
  const [inside, after] = [
    await world.approve(1, { date: '2026-10-31' }),
    await world.approve(2, { date: '2026-11-01' }),
  ];
  expect(await blockers(inside)).toEqual([
    'OPER is signed off up to 2026-10-31. Date the entry later, or open the period again.',
  ]);
  expect(await blockers(after)).toEqual([]);
  await reopenPeriod(context(), id, { by: 'Ann', actor: 'ann', reason: 'late invoice' });
  expect(await blockers(inside)).toEqual([]);
});

test('a sign-off stands while nothing beneath it moves, whatever happens later', async () => {
  await world.approve(1_000, { date: '2026-10-05' });
  await postInErp();
  await prepare();
  await world.approve(500, { date: '2026-11-03' });
  await postInErp();
  expect(await check()).toEqual([]);
  expect(await states()).toEqual(['2026-10-31 prepared']);
});

test('a bank line that changes its amount breaks the sign-off, and it says which figures moved', async () => {
  await world.approve(1_000, { date: '2026-10-05' });
  await postInErp();
  await prepare();
  await world.workspace.store.write((trx) => trx.updateTable('statement_line').set({ amount_minor: 1_200 }).execute());
  const [broken] = await check();
  expect(broken?.why).toEqual([
    'The bank’s closing balance was 10.00 USD and is 12.00 USD.',
    'The bank had 1 line of 10.00 USD together on 2026-10-05 and has 1 line of 12.00 USD together.',
    'A new open item of 2026-10-05 over 2.00 USD: Line 1.',
  ]);
  expect(await states()).toEqual(['2026-10-31 broken']);
  expect(await check(), 'a broken one is told once').toEqual([]);
});

test('lines that are swapped for others of the same sum are noticed', async () => {
  await world.approve(1_000, { date: '2026-10-05' });
  await world.approve(1_000, { date: '2026-10-05' });
  await postInErp();
  await prepare();
  await world.workspace.store.write(async (trx) => {
    await trx.updateTable('statement_line').set({ amount_minor: 400 }).where('id', '=', 1n).execute();
    await trx.updateTable('statement_line').set({ amount_minor: 1_600 }).where('id', '=', 2n).execute();
  });
  const [broken] = await check();
  expect(broken?.why).toContain('The bank’s lines of 2026-10-05 were replaced by others of the same sum.');
});

test('an entry in the ledger dated back into a signed period breaks it and the later ones', async () => {
  await prepare(SEPTEMBER);
  await prepare();
  world.ledger.otherBankLines = [
    {
      ...{ providerKey: 'late', bankAccount: 'OPER', date: '2026-09-30', voucher: 'X1', text: 'Late', reference: null },
      amount: { minor: -50n, currency: 'USD' },
    },
  ];
  await reconcileAccounts(world.context, ['2026-11-19']);
  const broken = await check();
  expect(broken.map(({ to }) => to)).toEqual(['2026-09-30', '2026-10-31']);
  expect(broken[1]?.why).toContain('The period to 2026-09-30 before it broke.');
});

test('opening a period again opens the later ones of its account, for a reason', async () => {
  const september = await prepare(SEPTEMBER);
  await prepare();
  const reopen = (reason: string) => reopenPeriod(context(), september, { by: 'Ann', actor: 'ann', reason });
  await expect(reopen('  ')).rejects.toMatchObject({ code: 'usage' });
  await reopen('late invoice');
  expect(await states()).toEqual(['2026-10-31 reopened', '2026-09-30 reopened']);
  expect((await signOffs())[1]?.endedWhy).toEqual(['late invoice']);
});
