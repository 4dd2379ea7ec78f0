import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { entryHash } from '../core/entry.ts';
import { referenceOf, stemOf } from '../core/reference.ts';
import { ledgerEntryOf, loadProposal } from '../store/proposals.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const AT = '2026-11-20T08:00:00.000Z';
const post = () => postApproved(world.context, { actor: 'Ann' });
const stem = (kind: string, members: string[]) =>
  stemOf({ workspaceId: world.workspace.store.workspaceId, kind, members, generation: 0 });

/** A second account of the same ledger, with one booked line. */
async function otherAccount(amountMinor: number, date: string): Promise<void> {
  await world.workspace.store.write(async (trx) => {
    const account = await trx.selectFrom('feed_account').selectAll().executeTakeFirstOrThrow();
    await trx
      .insertInto('feed_account')
      .values({ ...account, id: 'acc_2', provider_account_id: 'p2', mask: '0002' })
      .execute();
    const mapping = await trx.selectFrom('mapping').selectAll().executeTakeFirstOrThrow();
    await trx
      .insertInto('mapping')
      .values({ ...mapping, id: 'map_2', feed_account_id: 'acc_2', bank_account: 'TRUST' })
      .execute();
    await trx
      .insertInto('statement_line')
      .values({
        id: 900,
        feed_account_id: 'acc_2',
        provider_line_id: 't900',
        state: 'booked',
        amount_minor: amountMinor,
        currency: 'USD',
        date,
        text: 'Transfer',
        counterparty_key: '',
        payload: '{}',
        revision: 1,
        first_pull_id: 'x',
        last_pull_id: 'x',
      })
      .execute();
  });
}

/** The ledger holds an entry of ours that this copy of the workspace does not remember. */
async function forgotten(inLedgerStem: string, like: string): Promise<void> {
  const entry = ledgerEntryOf(await loadProposal(world.workspace.store.read, like));
  const reference = referenceOf(inLedgerStem, 3);
  world.ledger.held.push({
    entry: { ...entry, reference },
    journalNumber: 'J7',
    lineId: '1',
    state: 'posted',
    voucher: 'V',
  });
}

test('a line that the ledger holds as part of a transfer is not posted a second time as a single entry', async () => {
  const id = await world.approve(1_000);
  await otherAccount(-1_000, '2026-11-17');
  await forgotten(stem('transfer', ['p1/t1', 'p2/t900']), id);
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
  expect((await loadProposal(world.workspace.store.read, id)).error).toMatchObject({ code: 'entry_differs' });
  expect(world.ledger.sends).toEqual([]);
});

test('a transfer is not posted when the ledger holds one of its sides as a single entry', async () => {
  const id = await world.approve(1_000);
  await otherAccount(-1_000, '2026-11-19');
  await world.workspace.store.write(async (trx) => {
    await trx
      .insertInto('proposal_line')
      .values({ proposal_id: id, line_id: 900, claim: 1, line_revision: 1 })
      .execute();
    await trx
      .updateTable('proposal')
      .set({ kind: 'transfer', stem: stem('transfer', ['p1/t1', 'p2/t900']) })
      .where('id', '=', id)
      .execute();
    const approved_hash = entryHash(ledgerEntryOf(await loadProposal(trx, id)));
    await trx.updateTable('proposal').set({ approved_hash, updated_at: AT }).where('id', '=', id).execute();
  });
  await forgotten(stem('entry', ['p2/t900']), id);
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
});

test('an equal opposite amount elsewhere alone holds nothing back', async () => {
  await world.approve(1_000);
  await otherAccount(-1_000, '2026-11-19');
  expect(await post()).toMatchObject({ posted: 1, refused: 0 });
});
