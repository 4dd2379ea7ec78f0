import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { stemIn } from '../core/reference.ts';
import type { PostingContext } from '../posting/context.ts';
import { followPostings } from '../posting/follow.ts';
import { postApproved } from '../posting/post.ts';
import { loadProposals } from '../store/proposals.ts';

let world: PostingWorld;
let context: PostingContext;
let lookUps: number;
beforeEach(async () => {
  world = await postingWorld();
  context = { ...world.context, connectorFor: async () => world.ledger.tellingChanges() };
});
afterEach(() => world.workspace.close());

/** Posts three entries. @returns the one that the ledger holds first */
async function postThree(): Promise<string> {
  const ids = [await world.approve(1_000), await world.approve(-2_000), await world.approve(3_000)];
  await postApproved(world.context, { actor: 'Ann' });
  lookUps = 0;
  world.ledger.onStep = (step) => {
    if (step === 'lookUp') lookUps += 1;
  };
  const proposals = await loadProposals(world.workspace.store.read, ids);
  return proposals.find(({ stem }) => stem === stemIn(held(0).entry.reference))?.id ?? '';
}

const follow = () => followPostings(context);
const held = (index: number) => {
  const found = world.ledger.held[index];
  if (!found) throw new Error(`the ledger does not hold entry ${index}`);
  return found;
};

test('entries of which the ledger tells nothing new are followed without looking one up', async () => {
  await postThree();
  world.ledger.tell();
  expect(await follow()).toMatchObject({ open: 3, gone: 0 });
  expect(await follow()).toMatchObject({ open: 3, gone: 0 });
  expect(lookUps).toBe(0);
});

test('entries that the ledger has not told of yet are looked up', async () => {
  await postThree();
  world.ledger.tell(world.ledger.held.slice(0, 2));
  expect(await follow()).toMatchObject({ open: 3 });
  expect(lookUps).toBe(1);
});

test('a deleted entry is noticed by its deleted lines and goes back to a person', async () => {
  const id = await postThree();
  world.ledger.tell();
  await follow();
  const { lineId } = held(0);
  world.ledger.held.shift();
  world.ledger.changes.log.push({ deleted: `${lineId}/0` }, { deleted: `${lineId}/bank` });
  expect(await follow()).toMatchObject({ open: 2, gone: 1 });
  expect(await world.stateOf(id)).toBe('needs_person');
  expect(lookUps).toBe(1);
});

test('a change of a told line is looked up, also one that the line does not show', async () => {
  const id = await postThree();
  world.ledger.tell();
  await follow();
  const first = held(0);
  first.entry = { ...first.entry, dimensions: { CostCenter: 'X' } };
  world.ledger.tell([first]);
  expect(await follow()).toMatchObject({ different: 1 });
  expect(await world.stateOf(id)).toBe('different');
});

test('a change between posting and the first telling is noticed', async () => {
  const id = await postThree();
  const first = held(0);
  const [offset] = first.entry.offsets;
  if (offset) first.entry = { ...first.entry, offsets: [{ ...offset, amount: { minor: 999n, currency: 'USD' } }] };
  world.ledger.tell();
  expect(await follow()).toMatchObject({ different: 1, open: 2 });
  expect(await world.stateOf(id)).toBe('different');
});

test('an entry that the ledger processed is seen there once and not followed any more', async () => {
  await postThree();
  world.ledger.tell();
  await follow();
  for (const one of world.ledger.held) one.state = 'posted';
  world.ledger.tell();
  expect(await follow()).toMatchObject({ inLedger: 3, open: 0 });
  expect(await follow()).toMatchObject({ inLedger: 0, open: 0 });
});

test('when the ledger begins to tell anew, what it no longer tells of is looked up', async () => {
  const id = await postThree();
  world.ledger.tell();
  await follow();
  world.ledger.held.shift();
  world.ledger.changes.log.length = 0;
  world.ledger.changes.startOver = true;
  world.ledger.tell();
  expect(await follow()).toMatchObject({ open: 2, gone: 1 });
  expect(await world.stateOf(id)).toBe('needs_person');
});

test('a process that dies after it stored a change looks the posting up the next time', async () => {
  const id = await postThree();
  world.ledger.tell();
  await follow();
  const { lineId } = held(0);
  world.ledger.held.shift();
  world.ledger.changes.log.push({ deleted: `${lineId}/0` });
  world.ledger.onStep = (step) => {
    if (step === 'lookUp') throw new Error('killed');
  };
  await expect(follow()).rejects.toThrow('killed');
  world.ledger.onStep = () => {};
  expect(await follow()).toMatchObject({ gone: 1 });
  expect(await world.stateOf(id)).toBe('needs_person');
});
