import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { loadProposal } from '../store/proposals.ts';
import { acceptLedgerVersion, followPostings } from './follow.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const post = () => postApproved(world.context, { actor: 'Ann' });

async function stemOfProposal(id: string): Promise<string> {
  return (await loadProposal(world.workspace.store.read, id)).stem;
}

test('approved entries are in the ledger once, confirmed by reading them back', async () => {
  const ids = [await world.approve(1_000), await world.approve(-2_500)];
  expect(await post()).toMatchObject({ journals: 1, posted: 2, refused: 0, unknown: 0, failures: [] });
  for (const id of ids) {
    expect(await world.stateOf(id)).toBe('posted');
    expect(world.ledger.count(await stemOfProposal(id))).toBe(1);
  }
});

test('posting twice in a hurry makes one entry', async () => {
  const id = await world.approve(1_000);
  const [first, second] = await Promise.all([post(), post()]);
  expect(first.posted + second.posted).toBe(1);
  expect(world.ledger.count(await stemOfProposal(id))).toBe(1);
});

test('one journal holds one account and day; another day makes another journal', async () => {
  await world.approve(1, { date: '2026-11-18' });
  await world.approve(2, { date: '2026-11-18' });
  await world.approve(3, { date: '2026-11-19' });
  expect((await post()).journals).toBe(2);
});

test('what is not approved is not posted', async () => {
  const id = await world.approve(1_000);
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal').set({ state: 'ready' }).where('id', '=', id).execute(),
  );
  expect(await post()).toMatchObject({ journals: 0, posted: 0 });
  expect(world.ledger.held).toHaveLength(0);
});

test('an entry that changed after its approval is not posted', async () => {
  const id = await world.approve(1_000);
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal_offset').set({ account: '999999' }).where('proposal_id', '=', id).execute(),
  );
  const result = await post();
  expect(result.failures).toMatchObject([{ error: { code: 'not_approved' } }]);
  expect(world.ledger.held).toHaveLength(0);
});

test('a lost answer is found out by look-up and never sent again', async () => {
  const id = await world.approve(1_000);
  world.ledger.faults = ['lose_answer'];
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.sends).toEqual([1]);
  expect(world.ledger.count(await stemOfProposal(id))).toBe(1);
});

test('a lost request is sent again only after the time in which the ledger could still store it', async () => {
  await world.approve(1_000);
  world.ledger.faults = ['lose_request'];
  const before = world.workspace.clock.now();
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.sends).toEqual([1, 1]);
  expect(world.workspace.clock.now() - before).toBeGreaterThanOrEqual(10_000);
});

test('a busy ledger is asked again after the time that it named', async () => {
  await world.approve(1_000);
  world.ledger.faults = ['busy'];
  expect(await post()).toMatchObject({ posted: 1 });
});

test('one refused entry does not hold the others back', async () => {
  const good = [await world.approve(1), await world.approve(2), await world.approve(4)];
  const bad = await world.approve(3, { text: 'poison' });
  world.ledger.refusedText = 'poison';
  expect(await post()).toMatchObject({ posted: 3, refused: 1 });
  expect(await world.stateOf(bad)).toBe('refused');
  for (const id of good) expect(await world.stateOf(id)).toBe('posted');
  expect((await loadProposal(world.workspace.store.read, bad)).error?.sentence).toContain('suspended');
});

test('a journal in which everything was refused leaves no empty journal in the ledger', async () => {
  await world.approve(1, { text: 'poison' });
  world.ledger.refusedText = 'poison';
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
  expect(world.ledger.emptyJournals.size).toBe(0);
});

test('a preflight finding refuses before anything is written', async () => {
  const id = await world.approve(1);
  world.ledger.findings = [
    { blocking: true, code: 'period_closed', reference: null, sentence: 'The period is closed.' },
  ];
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
  expect(world.ledger.sends).toEqual([]);
  expect(await world.stateOf(id)).toBe('refused');
});

test('a refused entry can be approved again and is then posted', async () => {
  const id = await world.approve(1, { text: 'poison' });
  world.ledger.refusedText = 'poison';
  await post();
  world.ledger.refusedText = null;
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal').set({ state: 'approved' }).where('id', '=', id).execute(),
  );
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.count(await stemOfProposal(id))).toBe(1);
});

test('an echo that differs from what was approved is an incident, not a posted entry', async () => {
  const id = await world.approve(1_000);
  world.ledger.faults = ['alter'];
  expect(await post()).toMatchObject({ posted: 0, different: 1 });
  expect(await world.stateOf(id)).toBe('different');
  await acceptLedgerVersion(world.context, id, 'Ann');
  expect(await world.stateOf(id)).toBe('posted');
  expect(await followPostings(world.context)).toMatchObject({ different: 0, open: 1 });
});

test('money that a restored copy does not remember posting is adopted, not posted again', async () => {
  const id = await world.approve(1_000);
  await post();
  // The restored backup is of the moment before posting, with one edit fewer than the ledger has seen.
  await world.workspace.store.write(async (trx) => {
    await trx.deleteFrom('posting').execute();
    await trx.deleteFrom('journal').execute();
    await trx.updateTable('proposal').set({ state: 'approved', revision: 0 }).where('id', '=', id).execute();
  });
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.sends).toEqual([1]);
});

test('an entry that the ledger holds twice is shown, not hidden', async () => {
  const id = await world.approve(1_000);
  world.ledger.onStep = (step) => {
    if (step !== 'lines stored') return;
    const [held] = world.ledger.held;
    if (held) world.ledger.held.push({ ...held, journalNumber: 'J77' });
    world.ledger.onStep = () => {};
  };
  expect(await post()).toMatchObject({ different: 1 });
  expect((await loadProposal(world.workspace.store.read, id)).error?.sentence).toContain('twice');
});

test('following an entry finds it posted by the ERP under another journal number', async () => {
  await world.approve(1_000);
  await post();
  for (const held of world.ledger.held) {
    held.state = 'posted';
    held.journalNumber = 'SPLIT-2';
  }
  expect(await followPostings(world.context)).toMatchObject({ inLedger: 1, moved: 1 });
  expect(await followPostings(world.context)).toMatchObject({ inLedger: 0, open: 0 });
});

test('an open entry that somebody deleted in the ERP goes back to a person', async () => {
  const id = await world.approve(1_000);
  await post();
  world.ledger.held.length = 0;
  expect(await followPostings(world.context)).toMatchObject({ gone: 1 });
  expect(await world.stateOf(id)).toBe('needs_person');
});
