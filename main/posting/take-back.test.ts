import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { killAt } from '../../test/support/kill-at.ts';
import { type PostingWorld, postingContext, postingWorld } from '../../test/support/posting-world.ts';
import type { LedgerFault, ScriptedLedger } from '../../test/support/scripted-ledger.ts';
import { referenceOf, stemIn } from '../core/reference.ts';
import { loadProposal } from '../store/proposals.ts';
import { openStore } from '../store/store.ts';
import { postApproved } from './post.ts';
import { previewTakeBack, takeBackEntry } from './take-back.ts';

let world: PostingWorld;
let ids: string[];
let ledger: ScriptedLedger;

beforeEach(async () => {
  world = await postingWorld();
  ledger = world.ledger;
  ids = [await world.approve(1_000), await world.approve(-2_500), await world.approve(400)];
  await postApproved(world.context, { actor: 'Ann' });
});
afterEach(() => world.workspace.close());

const [wrong, ...rest] = [0, 1, 2];
const id = (index = wrong) => ids[index ?? 0] ?? '';
const takeBack = (index = wrong) => takeBackEntry(world.context, id(index), { actor: 'Ben' });
const proposal = (index = wrong) => loadProposal(world.workspace.store.read, id(index));
const states = async () => Promise.all(ids.map((one) => world.stateOf(one)));
const postings = () => world.workspace.store.read.selectFrom('posting').selectAll().orderBy('intended_at').execute();
const actions = async () =>
  (await world.workspace.store.read.selectFrom('audit_event').select('action').orderBy('seq').execute()).map(
    (event) => event.action,
  );

test('the journal goes, the entry is in the queue, and the others are posted again under their references', async () => {
  const before = ledger.held.map(({ entry }) => entry);
  const { outcome, again } = await takeBack();
  expect(outcome).toBe('taken_back');
  expect(again).toMatchObject({ posted: 2, refused: 0, different: 0, unknown: 0, failures: [] });
  expect(await states()).toEqual(['needs_person', 'posted', 'posted']);
  const { stem, revision, needs } = await proposal();
  expect(ledger.held.map(({ entry }) => entry)).toEqual(
    before.filter(({ reference }) => reference !== referenceOf(stem, revision)),
  );
  expect(new Set(ledger.held.map(({ journalNumber }) => journalNumber))).toEqual(new Set(['J2']));
  expect(needs[0]).toBe('Ben took this entry back from the ledger. Change it, approve it again, or exclude it.');
  expect(ledger.removals).toEqual(['J1']);
});

test('the intent with the journal, its entries and the approver is on disk before the removal, and the trail tells it all', async () => {
  let found: unknown;
  ledger.onStep = async (step) => {
    if (step !== 'before removal') return;
    found = await world.workspace.store.read.selectFrom('take_back').selectAll().executeTakeFirst();
  };
  await takeBack();
  expect(found).toMatchObject({ state: 'sending', journal_number: 'J1', proposal_id: id(), requested_by: 'Ben' });
  expect((await postings()).filter(({ take_back_id }) => take_back_id !== null)).toHaveLength(3);
  const after = await actions();
  expect(after.filter((action) => action === 'posting.take_back_intended')).toHaveLength(1);
  expect(after.filter((action) => action === 'posting.taken_back')).toHaveLength(3);
  expect(after.filter((action) => action === 'posting.intended')).toHaveLength(2);
});

test('what was taken back can be approved and posted again, alone, under the same reference', async () => {
  await takeBack();
  const { store } = world.workspace;
  const { approvedHash } = await proposal();
  expect(approvedHash).not.toBeNull();
  await store.write((trx) => trx.updateTable('proposal').set({ state: 'approved' }).where('id', '=', id()).execute());
  await postApproved(world.context, { actor: 'Ann' });
  expect(await states()).toEqual(['posted', 'posted', 'posted']);
  expect(ledger.held).toHaveLength(3);
  // And again: the journal of the same single entry is taken up anew.
  await takeBack();
  expect(ledger.held).toHaveLength(2);
  await store.write((trx) => trx.updateTable('proposal').set({ state: 'approved' }).where('id', '=', id()).execute());
  await postApproved(world.context, { actor: 'Ann' });
  expect(await states()).toEqual(['posted', 'posted', 'posted']);
  expect(ledger.count((await proposal()).stem)).toBe(1);
});

test('an entry whose line the bank took back is nobody’s any more', async () => {
  const { store } = world.workspace;
  await store.write((trx) =>
    trx.updateTable('statement_line').set({ state: 'removed' }).where('id', '=', 1n).execute(),
  );
  await takeBack();
  expect(await states()).toEqual(['superseded', 'posted', 'posted']);
  const places = await store.read.selectFrom('proposal_line').selectAll().where('proposal_id', '=', id()).execute();
  expect(places.map(({ claim }) => claim)).toEqual([0n]);
});

test('a reversal that waited for approval is withdrawn: there is nothing to reverse', async () => {
  const { store } = world.workspace;
  const { id: _, ...row } = await store.read
    .selectFrom('proposal')
    .selectAll()
    .where('id', '=', id())
    .executeTakeFirstOrThrow();
  const reversal = { ...row, id: 'reversal', kind: 'reversal', state: 'approved', related_proposal_id: id() };
  await store.write((trx) => trx.insertInto('proposal').values(reversal).execute());
  await takeBack();
  expect(await world.stateOf('reversal')).toBe('superseded');
  expect(ledger.held).toHaveLength(2);
});

describe('nothing is changed, and a sentence says why', () => {
  afterEach(async () => {
    expect(await states()).toEqual(['posted', 'posted', 'posted']);
    expect(ledger.removals).toEqual([]);
    expect((await postings()).map(({ state }) => state)).toEqual(['posted', 'posted', 'posted']);
  });

  test('when the ledger has processed the journal meanwhile', async () => {
    for (const held of ledger.held) held.state = 'posted';
    await expect(takeBack()).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringContaining('Nothing was taken back. The ledger has processed'),
    });
  });

  test('when others’ entries follow', async () => {
    ledger.whyNot = 'Entries of others follow it.';
    await expect(takeBack()).rejects.toThrow('Nothing was taken back. Entries of others follow it.');
    expect(await previewTakeBack(world.context, id(), undefined)).toEqual({
      ...{ possible: false, sentence: 'Nothing was taken back. Entries of others follow it.' },
      ...{ journalNumber: null, others: 0 },
    });
  });

  test('when it is found out only directly before the removal', async () => {
    ledger.onStep = (step) => {
      if (step === 'before removal') ledger.whyNot = 'Entries of others follow it.';
    };
    await expect(takeBack()).rejects.toThrow('Entries of others follow it.');
    expect(await actions()).toContain('posting.take_back_refused');
  });

  test('when the ledger refuses the removal', async () => {
    ledger.faults = ['refuse'];
    await expect(takeBack()).rejects.toMatchObject({ code: 'entry_refused' });
  });

  test('when somebody edited another entry of the journal in the ledger', async () => {
    const held = ledger.held[1];
    if (held) held.entry = { ...held.entry, text: 'Edited there' };
    await expect(takeBack()).rejects.toThrow(/Of 2026-11-19 .*Edited there/);
  });

  test('when another entry of the journal would not pass the ledger’s checks now', async () => {
    ledger.findings = [{ blocking: true, code: 'period_closed', reference: null, sentence: 'The period is closed.' }];
    await expect(takeBack()).rejects.toMatchObject({ code: 'period_closed' });
  });
});

test('a journal of the same name that is not through yet goes first', async () => {
  await world.approve(50);
  ledger.faults = Array.from({ length: 9 }, (): LedgerFault => 'lose_request');
  await postApproved(world.context, { actor: 'Ann' });
  ledger.faults = [];
  await expect(takeBack()).rejects.toThrow('Posting to GenJrn is not through yet');
  expect(ledger.removals).toEqual([]);
});

test('while the outcome is unknown, no journal of that name gets an intent; the next run goes on and posts', async () => {
  ledger.faults = Array.from({ length: 10 }, (): LedgerFault => 'lose_request');
  expect(await takeBack()).toEqual({ outcome: 'unfinished', again: null });
  const later = await world.approve(70);
  await postApproved(world.context, { actor: 'Ann' });
  expect(await world.stateOf(later)).toBe('approved');
  ledger.faults = [];
  await postApproved(world.context, { actor: 'Ann' });
  expect(await states()).toEqual(['needs_person', 'posted', 'posted']);
  expect(await world.stateOf(later)).toBe('posted');
  expect(ledger.held).toHaveLength(3);
});

test('what somebody moved to another journal before the removal stays posted there', async () => {
  ledger.faults = ['lose_request'];
  const { stem } = await proposal();
  ledger.onStep = (step) => {
    const moved = ledger.held.find(({ entry }) => stemIn(entry.reference) !== stem);
    if (step === 'before removal' && moved) moved.journalNumber = 'J9';
  };
  await takeBack();
  expect(await states()).toEqual(['needs_person', 'posted', 'posted']);
  expect(ledger.held.map(({ journalNumber }) => journalNumber).sort()).toEqual(['J2', 'J9']);
});

const weathers: Array<[string, LedgerFault[]]> = [
  ['on a good day', []],
  ['when an answer is lost', ['lose_answer']],
  ['when a request is lost', ['lose_request']],
  ['when the ledger is busy', ['busy', 'lose_answer']],
];

function reopened() {
  const { folder, clock, random } = world.workspace;
  return openStore({ path: join(folder, 'daybook.db'), clock, random });
}

/** @returns whether it was killed before it had ended */
async function killThenRestart(step: number, faults: readonly LedgerFault[]): Promise<boolean> {
  const kill = killAt(step);
  ledger.onStep = () => kill.pass();
  ledger.faults = [...faults];
  const doomed = postingContext(kill.store(world.workspace.store), world.workspace, ledger);
  await takeBackEntry(doomed, id(), { actor: 'Ben' }).catch(() => {});

  ledger.onStep = () => {};
  ledger.faults = [];
  const store = await reopened();
  const restarted = postingContext(store, world.workspace, ledger);
  for (let run = 0; run < 3; run++) await postApproved(restarted, { actor: 'Ann' });
  const after = `after a kill at step ${step}`;
  for (const index of rest) {
    const other = await loadProposal(store.read, id(index));
    expect(other.state, after).toBe('posted');
    expect(ledger.count(other.stem), after).toBe(1);
  }
  const target = await loadProposal(store.read, id());
  expect(['posted', 'needs_person'], after).toContain(target.state);
  expect(ledger.count(target.stem), after).toBe(target.state === 'posted' ? 1 : 0);
  expect(ledger.held, after).toHaveLength(target.state === 'posted' ? 3 : 2);
  await store.close();
  return kill.isDead();
}

test.each(weathers)(
  'a kill at any await takes the entry back or leaves it, and leaves each other entry exactly once %s',
  async (_name, faults) => {
    let step = 1;
    while (await killThenRestart(step, faults)) {
      step += 1;
      await world.workspace.close();
      world = await postingWorld();
      ledger = world.ledger;
      ids = [await world.approve(1_000), await world.approve(-2_500), await world.approve(400)];
      await postApproved(world.context, { actor: 'Ann' });
    }
    // Look-ups, intent, note of sending, removal, its record, and the journal of the others.
    expect(step).toBeGreaterThan(25);
  },
  180_000,
);
