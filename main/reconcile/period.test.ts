import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { entryHash } from '../core/entry.ts';
import { followPostings } from '../posting/follow.ts';
import { postApproved } from '../posting/post.ts';
import { ledgerEntryOf, loadProposal } from '../store/proposals.ts';
import { periodOf } from './sign-off.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const MONTH = { from: '2026-10-01', to: '2026-10-31' };
const show = (period = MONTH) => periodOf(world.context, 'acc_1', period, 'now');

async function postInErp() {
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) held.state = 'posted';
  await followPostings(world.context);
}

test('each side begins with its opening balance and comes to its closing balance by its movements', async () => {
  await world.approve(5_000, { date: '2026-09-30' });
  await world.approve(1_000, { date: '2026-10-01' });
  await world.approve(-300, { date: '2026-10-31' });
  await world.approve(7, { date: '2026-11-01' });
  await postInErp();
  const side = { openingMinor: 5_000n, inMinor: 1_000n, outMinor: -300n, closingMinor: 5_700n, lines: 2 };
  expect(await show()).toMatchObject({ bank: side, ledger: side, differenceMinor: 0n, items: [], tiesOut: true });
});

test('open items have an age, and say whether the period before left them', async () => {
  await world.approve(1_000, { date: '2026-09-20', text: 'Rent of September' });
  await world.approve(-300, { date: '2026-10-21', text: 'Fee' });
  const { items, roll, tiesOut } = await show();
  expect(items.map(({ text, ageDays, broughtForward }) => [text, ageDays, broughtForward])).toEqual([
    ['Rent of September', 41, true],
    ['Fee', 10, false],
  ]);
  expect(roll).toEqual({
    broughtForwardMinor: 1_000n,
    arisenMinor: -300n,
    clearedMinor: 0n,
    carriedForwardMinor: 700n,
  });
  expect(tiesOut, 'open items explain the difference').toBe(true);
});

test('an item of the period before that the ledger took in since is cleared', async () => {
  await world.approve(1_000, { date: '2026-09-20', text: 'Late entry' });
  await world.workspace.store.write((trx) => trx.updateTable('proposal').set({ date: '2026-10-05' }).execute());
  await world.workspace.store.write(async (trx) => {
    const approved_hash = entryHash(ledgerEntryOf(await loadProposal(trx, 'prop_0001')));
    await trx.updateTable('proposal').set({ approved_hash }).execute();
  });
  await postInErp();
  const { items, cleared, roll } = await show();
  expect(items).toEqual([]);
  expect(cleared.map(({ text, amountMinor }) => [text, amountMinor])).toEqual([['Late entry', 1_000n]]);
  expect(roll).toMatchObject({ broughtForwardMinor: 1_000n, clearedMinor: -1_000n, carriedForwardMinor: 0n });
});

test('what the bank only announced stands apart and in no balance', async () => {
  await world.approve(1_000, { date: '2026-10-30' });
  await world.workspace.store.write((trx) => trx.updateTable('statement_line').set({ state: 'pending' }).execute());
  const { bank, pending } = await show();
  expect(bank).toMatchObject({ closingMinor: 0n, lines: 0 });
  expect(pending).toEqual({ lines: 1, minor: 1_000n });
});

test('money that the bank shows and its lines do not is told as a movement of its own', async () => {
  await world.workspace.store.write((trx) =>
    trx
      .insertInto('gap')
      .values({
        ...{ feed_account_id: 'acc_1', size_minor: 77, currency: 'USD', first_date: '2026-10-18' },
        ...{ opened_at: '', pull_id: '' },
      })
      .execute(),
  );
  const { bank, items, tiesOut } = await show();
  expect(bank).toMatchObject({ openingMinor: 0n, gapMinor: 77n, closingMinor: 77n });
  expect(items.map(({ key }) => key)).toEqual(['feed_gap']);
  expect(tiesOut).toBe(true);
});

test('a period that ends before it begins, or of an account that is not mapped, is refused', async () => {
  await expect(show({ from: '2026-10-31', to: '2026-10-01' })).rejects.toMatchObject({ code: 'usage' });
  await expect(periodOf(world.context, 'nobody', MONTH, 'stored')).rejects.toMatchObject({ code: 'not_found' });
});
