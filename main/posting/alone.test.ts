/** One entry's or journal's trouble stays its own: the others go on, and what is reported is what happened. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import { DaybookError } from '../core/errors.ts';
import { stemIn } from '../core/reference.ts';
import { loadProposal } from '../store/proposals.ts';
import { acceptLedgerVersion, followPostings } from './follow.ts';
import { postApproved } from './post.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const post = () => postApproved(world.context, { actor: 'Ann' });
const proposalOf = (id: string) => loadProposal(world.workspace.store.read, id);

async function change(id: string, values: Record<string, string>): Promise<void> {
  await world.workspace.store.write((trx) => trx.updateTable('proposal').set(values).where('id', '=', id).execute());
}

/** From now on the ledger fails whenever it is asked about this entry, in a way that trying again does not mend. */
async function poison(id: string): Promise<void> {
  const { stem } = await proposalOf(id);
  const { lookUp } = world.ledger.connector;
  Object.assign(world.ledger.connector, {
    lookUp: (legalEntity: string, references: readonly string[]) => {
      if (references.some((reference) => stemIn(reference) === stem))
        throw new DaybookError('answer_unexpected', 'The ledger answered in a form that Daybook does not understand.');
      return lookUp(legalEntity, references, undefined);
    },
  });
}

test('a journal that fails for good does not keep the others from being posted, in this run or the next', async () => {
  const bad = await world.approve(1, { date: '2026-11-17' });
  const first = await world.approve(2, { date: '2026-11-18' });
  await poison(bad);
  expect(await post()).toMatchObject({ posted: 1, failures: [{ error: { code: 'answer_unexpected' } }] });
  const later = await world.approve(4, { date: '2026-11-19' });
  expect(await post()).toMatchObject({ posted: 1, failures: [{ error: { code: 'answer_unexpected' } }] });
  expect([await world.stateOf(first), await world.stateOf(later)]).toEqual(['posted', 'posted']);
});

test('keys that the ledger does not take end the run at once', async () => {
  for (let day = 10; day < 20; day++) await world.approve(day, { date: `2026-11-${day}` });
  let asked = 0;
  world.ledger.onStep = (step) => {
    if (step !== 'lookUp') return;
    asked += 1;
    throw new DaybookError('wrong_keys', 'The ledger does not take the keys.');
  };
  expect(await post()).toMatchObject({ posted: 0, failures: [{ error: { code: 'wrong_keys' } }] });
  expect(asked).toBeLessThanOrEqual(4);
});

test('an entry that changed after its approval is named, and the others are posted', async () => {
  const changed = await world.approve(1);
  const other = await world.approve(2);
  await world.workspace.store.write((trx) =>
    trx.updateTable('proposal_offset').set({ account: '999999' }).where('proposal_id', '=', changed).execute(),
  );
  expect(await post()).toMatchObject({ posted: 1, failures: [{ error: { code: 'not_approved', path: changed } }] });
  expect(await world.stateOf(other)).toBe('posted');
});

test('an entry whose money is in the ledger already under the same reference is refused by name', async () => {
  const first = await world.approve(1_000);
  await post();
  const second = await world.approve(1_000);
  const { stem } = await proposalOf(first);
  await change(second, { stem });
  const other = await world.approve(3);
  expect(await post()).toMatchObject({ posted: 1, refused: 1, failures: [] });
  expect(await world.stateOf(second)).toBe('refused');
  expect(await world.stateOf(other)).toBe('posted');
  expect(world.ledger.count(stem)).toBe(1);
});

test('what a person decided during the preflight is not overwritten by its refusal', async () => {
  const id = await world.approve(1);
  world.ledger.findings = [{ blocking: true, code: 'period_closed', reference: null, sentence: 'Closed.' }];
  world.ledger.onStep = (step) => (step === 'preflight' ? change(id, { state: 'excluded' }) : undefined);
  expect(await post()).toMatchObject({ refused: 0 });
  expect(await world.stateOf(id)).toBe('excluded');
});

test.each([
  ['legal entity', { legal_entity: 'USRT' }],
  ['journal name', { journal_name: 'Other' }],
])('an entry that moved to another %s while it was checked does not go to the former one', async (_what, values) => {
  const id = await world.approve(1);
  world.ledger.onStep = (step) => (step === 'preflight' ? change(id, values) : undefined);
  await post();
  expect(world.ledger.held).toHaveLength(0);
  expect(await world.stateOf(id)).toBe('approved');
});

test('a journal whose outcome stays unknown is tried and counted once a run', async () => {
  await world.approve(1_000);
  world.ledger.faults = Array.from({ length: 20 }, () => 'lose_request');
  expect(await post()).toMatchObject({ journals: 1, unknown: 1 });
  expect(world.ledger.sends).toHaveLength(5);
  expect(await post()).toMatchObject({ journals: 1, unknown: 1 });
  expect(world.ledger.sends).toHaveLength(10);
});

test('an earlier refusal of an entry is not counted again when it is posted', async () => {
  const id = await world.approve(1, { text: 'poison' });
  world.ledger.refusedText = 'poison';
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
  await change(id, { state: 'approved' });
  expect(await post()).toMatchObject({ posted: 0, refused: 1 });
  world.ledger.refusedText = null;
  await change(id, { state: 'approved' });
  expect(await post()).toMatchObject({ posted: 1, refused: 0 });
});

test('a ledger that asks for a long pause is not asked before, and not waited for', async () => {
  await world.approve(1_000);
  let asked = 0;
  world.ledger.onStep = (step) => {
    if (step !== 'lookUp') return;
    asked += 1;
    if (asked === 1) throw new DaybookError('rate_limited', 'Slow down.', { retryAfterMs: 300_000 });
  };
  const start = world.workspace.clock.now();
  expect(await post()).toMatchObject({ unknown: 1 });
  expect(await post()).toMatchObject({ unknown: 1 });
  expect(asked).toBe(1);
  expect(world.workspace.clock.now() - start).toBeLessThan(60_000);
  world.workspace.clock.advance(300_000);
  expect(await post()).toMatchObject({ posted: 1 });
});

test('a clock that was set back does not hold a journal', async () => {
  await world.approve(1_000);
  world.ledger.faults = ['lose_request', 'lose_request', 'lose_request', 'lose_request', 'lose_request'];
  await post();
  world.workspace.clock.set(world.workspace.clock.now() - 30 * 24 * 3_600_000);
  expect(await post()).toMatchObject({ posted: 1 });
});

test('an entry of unknown outcome is not sent again when its journal was posted and emptied meanwhile', async () => {
  const id = await world.approve(1_000);
  world.ledger.faults = ['lose_answer'];
  world.ledger.onStep = (step) => {
    if (step !== 'lines stored') return;
    // Posted at once under a journal name that deletes its lines, in one voucher with others.
    for (const { journalNumber } of world.ledger.held.splice(0)) world.ledger.emptied.add(journalNumber);
  };
  expect(await post()).toMatchObject({ posted: 0, different: 1 });
  expect(world.ledger.sends).toHaveLength(1);
  expect((await proposalOf(id)).error?.sentence).toContain('general ledger');
  await acceptLedgerVersion(world.context, id, 'Ann');
  expect(await followPostings(world.context)).toMatchObject({ inLedger: 1, gone: 0 });
});

test('an entry that the ledger accepted and does not show under its reference is never sent a second time', async () => {
  const id = await world.approve(1_000);
  const other = await world.approve(2_000, { date: '2026-11-18' });
  world.ledger.faults = ['drop_reference', 'drop_reference'];
  // The look-up after the first send fails as well: that must not make us forget that the send was accepted.
  let stored = false;
  world.ledger.onStep = (step) => {
    if (step === 'lines stored') stored = true;
    if (step !== 'lookUp' || !stored) return;
    stored = false;
    throw new DaybookError('network_lost', 'The connection was lost.');
  };
  expect(await post()).toMatchObject({ posted: 0, different: 2, unknown: 0 });
  expect(await post()).toMatchObject({ journals: 0 });
  expect(world.ledger.sends).toEqual([1, 1]);
  expect([await world.stateOf(id), await world.stateOf(other)]).toEqual(['different', 'different']);
  expect((await proposalOf(id)).error?.sentence).toContain('accepted');
});
