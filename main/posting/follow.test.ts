/** What becomes of entries after they were confirmed: people in the ERP delete, change and double them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { DaybookError } from '../core/errors.ts';
import { loadProposal } from '../store/proposals.ts';
import { acceptLedgerVersion, declareMissing, followPostings } from './follow.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const post = () => postApproved(world.context, { actor: 'Ann' });
const follow = () => followPostings(world.context);
const stemOf = async (id: string) => (await loadProposal(world.workspace.store.read, id)).stem;
const errorOf = async (id: string) => (await loadProposal(world.workspace.store.read, id)).error;

/** An approved entry that takes another one back. */
async function approveReversal(original: string, amountMinor: number): Promise<string> {
  const id = await world.approve(amountMinor);
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal').set({ kind: 'reversal', related_proposal_id: original }).where('id', '=', id).execute(),
  );
  return id;
}

async function deleteInErp(id: string): Promise<void> {
  const stem = await stemOf(id);
  const at = world.ledger.held.findIndex((held) => held.entry.reference.startsWith(stem));
  world.ledger.held.splice(at, 1);
}

async function postedPair(): Promise<{ original: string; reversal: string }> {
  const original = await world.approve(1_000);
  await post();
  const reversal = await approveReversal(original, -1_000);
  await post();
  expect(await world.stateOf(original)).toBe('reversed');
  return { original, reversal };
}

test('a reversed entry that somebody deletes in the ERP does not come back to be posted a second time', async () => {
  const { original, reversal } = await postedPair();
  await deleteInErp(original);
  await deleteInErp(reversal);
  expect(await follow()).toMatchObject({ gone: 2 });
  expect(await world.stateOf(original)).toBe('reversed');
  expect(await world.stateOf(reversal)).toBe('needs_person');
  expect((await follow()).gone).toBe(0);
});

test('a reversed entry that somebody changes in the ERP stays reversed, also when the change is accepted', async () => {
  const { original } = await postedPair();
  const stem = await stemOf(original);
  for (const held of world.ledger.held)
    if (held.entry.reference.startsWith(stem)) held.entry = { ...held.entry, text: 'Changed by hand' };
  expect(await follow()).toMatchObject({ different: 1 });
  expect(await world.stateOf(original)).toBe('reversed');
  expect((await errorOf(original))?.sentence).toContain('Changed by hand');
  await acceptLedgerVersion(world.context, original, 'Ann');
  expect(await world.stateOf(original)).toBe('reversed');
  expect((await follow()).different).toBe(0);
});

test('a reversal that was accepted as the ledger holds it reverses its entry', async () => {
  const original = await world.approve(1_000);
  await post();
  const reversal = await approveReversal(original, -1_000);
  world.ledger.faults = ['alter'];
  await post();
  expect(await world.stateOf(reversal)).toBe('different');
  expect(await world.stateOf(original)).toBe('posted');
  await acceptLedgerVersion(world.context, reversal, 'Ann');
  expect(await world.stateOf(original)).toBe('reversed');
  const claims = await world.workspace.store.read
    .selectFrom('proposal_line')
    .select('claim')
    .where('proposal_id', '=', original)
    .execute();
  expect(claims).toEqual([{ claim: 0n }]);
});

test('an entry that is accepted as the ledger holds it is known by the reference that it has there', async () => {
  const id = await world.approve(1_000);
  await post();
  const there = `${await stemOf(id)}777`;
  const [held] = world.ledger.held;
  if (held) held.entry = { ...held.entry, reference: there, text: 'Of another revision' };
  expect(await follow()).toMatchObject({ different: 1 });
  await acceptLedgerVersion(world.context, id, 'Ann');
  const postings = await world.workspace.store.read.selectFrom('posting').select(['state', 'reference']).execute();
  expect(postings).toEqual([{ state: 'posted', reference: there }]);
});

test('a journal whose differences are all accepted is posted', async () => {
  const id = await world.approve(1_000);
  world.ledger.faults = ['alter'];
  await post();
  await acceptLedgerVersion(world.context, id, 'Ann');
  const journals = await world.workspace.store.read.selectFrom('journal').select('state').execute();
  expect(journals).toEqual([{ state: 'posted' }]);
});

test('an entry that appears a second time after it was confirmed is shown, once', async () => {
  const id = await world.approve(1_000);
  await post();
  // A request that had been given up arrived after all, or a copy of the workspace posted in the same moment.
  const [held] = world.ledger.held;
  if (held) world.ledger.held.push({ ...held, journalNumber: 'J99' });
  expect(await follow()).toMatchObject({ different: 1, open: 0 });
  expect((await errorOf(id))?.sentence).toContain('twice');
  await acceptLedgerVersion(world.context, id, 'Ann');
  expect(await follow()).toMatchObject({ different: 0, open: 1 });
});

test('an entry that differed and was put right or deleted in the ERP is seen so', async () => {
  const [right, deleted] = [await world.approve(1_000), await world.approve(2_000)];
  world.ledger.faults = ['alter'];
  await post();
  expect([await world.stateOf(right), await world.stateOf(deleted)]).toEqual(['different', 'different']);
  expect(await follow()).toMatchObject({ different: 0, open: 0 });
  const stem = await stemOf(right);
  for (const held of world.ledger.held)
    if (held.entry.reference.startsWith(stem)) held.entry = { ...held.entry, text: 'Line 1' };
  await deleteInErp(deleted);
  expect(await follow()).toMatchObject({ open: 1, gone: 1 });
  expect([await world.stateOf(right), await world.stateOf(deleted)]).toEqual(['posted', 'needs_person']);
  expect(await errorOf(right)).toBeNull();
});

test('a ledger that cannot be asked does not keep the others from being followed', async () => {
  await world.approve(1_000);
  const other = await world.approve(2_000);
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal').set({ legal_entity: 'ZZZZ' }).where('id', '=', other).execute(),
  );
  await post();
  for (const held of world.ledger.held) held.state = 'posted';
  let asked = 0;
  world.ledger.onStep = () => {
    asked += 1;
    if (asked === 1) throw new DaybookError('network_lost', 'The ledger cannot be reached.');
  };
  await expect(follow()).rejects.toMatchObject({ code: 'network_lost' });
  const seen = await world.workspace.store.read.selectFrom('posting').select('ledger_state').execute();
  expect(seen.map((row) => row.ledger_state).sort()).toEqual(['open', 'posted']);
});

test('an entry whose journal was posted and then emptied is a question for a person, never "deleted, post it again"', async () => {
  const id = await world.approve(1_000);
  await post();
  const [held] = world.ledger.held;
  world.ledger.emptied.add(held?.journalNumber ?? '');
  await deleteInErp(id);
  expect(await follow()).toMatchObject({ gone: 0, different: 1 });
  expect(await world.stateOf(id)).toBe('different');
  expect((await errorOf(id))?.sentence).toContain('general ledger');
  await acceptLedgerVersion(world.context, id, 'Ann');
  expect(await follow()).toMatchObject({ gone: 0, different: 0, inLedger: 1 });
  expect(await follow()).toMatchObject({ gone: 0, different: 0, inLedger: 0 });
  expect(await world.stateOf(id)).toBe('posted');
});

test('a person who finds that the ledger does not hold an entry may have it posted anew, unless the ledger shows it', async () => {
  const id = await world.approve(1_000);
  await post();
  const [held] = world.ledger.held;
  world.ledger.emptied.add(held?.journalNumber ?? '');
  await deleteInErp(id);
  await follow();
  if (held) world.ledger.held.push(held);
  await expect(declareMissing(world.context, id, 'Ann')).rejects.toMatchObject({ code: 'entry_differs' });
  await deleteInErp(id);
  await declareMissing(world.context, id, 'Ann');
  expect(await world.stateOf(id)).toBe('needs_person');
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal').set({ state: 'approved' }).where('id', '=', id).execute(),
  );
  world.ledger.emptied.clear();
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.count(await stemOf(id))).toBe(1);
  await expect(declareMissing(world.context, id, 'Ann')).rejects.toMatchObject({ code: 'not_found' });
});
