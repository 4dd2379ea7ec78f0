import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace, contentOf, TRUST } from '../../test/support/coding-workspace.ts';
import { propose } from '../coding/propose.ts';
import { entryHash, isBalanced } from '../core/entry.ts';
import { referenceOf } from '../core/reference.ts';
import { ledgerEntryOf, type Proposal } from '../store/proposals.ts';
import { approveAllReady, approveIds, unapprove } from './approve.ts';
import { editEntries, splitEntry } from './edit.ts';
import { excludeIds, includeAgain } from './exclude.ts';
import { queueOrder, type WindowFilter } from './queue-window.ts';
import { reverse } from './reverse.ts';
import { takeApart } from './take-apart.ts';
import { redo, undo } from './undo.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
});
afterEach(() => w.close());

const actor = 'Ada';

/** A line and its proposal; coded by the default unless the mapping has none. */
async function one(offsetAccount: string | null = '605000', sketch: object = {}): Promise<Proposal> {
  await w.map({ offsetAccount });
  const id = await w.line(sketch);
  await propose(w);
  return w.place(id);
}
const now = async ({ id }: Proposal) => {
  const found = (await w.proposals()).find((proposal) => proposal.id === id);
  if (!found) throw new Error('the proposal is gone');
  return found;
};

describe('approve', () => {
  test('freezes the entry by its hash, names who and when, and tells the trail', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id], revisions: { [proposal.id]: 0 } });
    const approved = await now(proposal);
    const hash = entryHash(ledgerEntryOf(proposal));
    expect(approved).toMatchObject({ state: 'approved', approvedBy: 'Ada', approvedHash: hash });
    expect(approved.approvedAt).toBe('2026-11-20T08:00:00.000Z');
    expect(await w.events('proposal.approved')).toEqual([
      { action: 'proposal.approved', actor: 'Ada', subject: `proposal:${proposal.id}`, data: { hash, revision: 0 } },
    ]);
  });

  test('an entry that changed since it was looked at is refused as stale', async () => {
    const proposal = await one();
    await editEntries(w, { actor: 'Bob', ids: [proposal.id] }, { text: 'Other' });
    await expect(approveIds(w, { actor, ids: [proposal.id], revisions: { [proposal.id]: 0 } })).rejects.toMatchObject({
      code: 'stale',
    });
  });

  test('without an account it is refused, and nothing beside it is approved', async () => {
    const incomplete = await one(null);
    await w.map({ offsetAccount: '605000' });
    const complete = await (async () => {
      const id = await w.line();
      await propose(w);
      return w.place(id);
    })();
    await expect(approveIds(w, { actor, ids: [complete.id, incomplete.id] })).rejects.toMatchObject({
      code: 'entry_incomplete',
    });
    expect((await now(complete)).state).toBe('ready');
  });

  test('an unbalanced entry is refused', async () => {
    const proposal = await one();
    await w.store.write((trx) => trx.updateTable('proposal_offset').set({ amount_minor: 1 }).execute());
    await expect(approveIds(w, { actor, ids: [proposal.id] })).rejects.toMatchObject({ code: 'entry_unbalanced' });
  });

  test('approving all that is ready leaves what needs a person, and fits the filter', async () => {
    await one(null);
    await w.map({ feedAccountId: TRUST, offsetAccount: '215000' });
    const [a, b] = await w.lines({ account: TRUST, date: '2026-11-01' }, { account: TRUST, date: '2026-11-09' });
    await propose(w);
    const result = await approveAllReady(w, actor, { from: '2026-11-05' });
    expect(result.changed).toEqual([(await w.place(b ?? 0)).id]);
    expect((await w.place(a ?? 0)).state).toBe('ready');
    expect((await approveAllReady(w, actor)).changed).toHaveLength(1);
  });

  test('many approvals are told in batches that list every id and hash', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.lines(...Array.from({ length: 600 }, () => ({})));
    await propose(w);
    await approveAllReady(w, actor);
    const events = await w.events('proposal.approved');
    expect(events).toHaveLength(2);
    expect(JSON.stringify(events).match(/"hash"/g)).toHaveLength(600);
    await undo(w, actor);
    expect(new Set((await w.proposals()).map((proposal) => proposal.state))).toEqual(new Set(['ready']));
  });

  test.each(['posting', 'unknown', 'different', 'posted'] as const)(
    'nothing can be changed once it is %s',
    async (state) => {
      const proposal = await one();
      await w.setState(proposal.id, state);
      const target = { actor, ids: [proposal.id] };
      await expect(approveIds(w, target)).rejects.toMatchObject({ code: 'stale' });
      await expect(editEntries(w, target, { text: 'x' })).rejects.toMatchObject({ code: 'stale' });
      await expect(excludeIds(w, target, 'no')).rejects.toMatchObject({ code: 'stale' });
      await expect(splitEntry(w, { actor, id: proposal.id }, [])).rejects.toMatchObject({ code: 'stale' });
    },
  );

  test('a withdrawn approval leaves the entry ready', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id] });
    await unapprove(w, { actor, ids: [proposal.id] });
    expect(await now(proposal)).toEqual(proposal);
  });
});

describe('edit', () => {
  test('raises the revision, withdraws the approval and is by the person', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id] });
    await editEntries(
      w,
      { actor, ids: [proposal.id] },
      {
        account: 'C-1',
        accountType: 'customer',
        dimensions: { Property: 'P1' },
        text: 'Rent',
        date: '2026-11-19',
        note: 'asked',
      },
    );
    const edited = await now(proposal);
    expect(edited).toMatchObject({
      state: 'ready',
      codedBy: 'person',
      reason: 'coded by Ada',
      revision: 1,
      approvedHash: null,
      text: 'Rent',
      date: '2026-11-19',
      note: 'asked',
      offsets: [{ accountType: 'customer', account: 'C-1', dimensions: { Property: 'P1' }, text: 'Rent' }],
    });
    expect(referenceOf(edited.stem, edited.revision)).not.toBe(referenceOf(proposal.stem, proposal.revision));
  });

  test('an account makes an uncoded entry ready, on many at once', async () => {
    await w.map();
    await w.lines({}, {}, {});
    await propose(w);
    const ids = (await w.proposals()).map((proposal) => proposal.id);
    expect((await editEntries(w, { actor, ids }, { account: '605000' })).changed).toHaveLength(3);
    expect((await w.proposals()).every((proposal) => proposal.state === 'ready')).toBe(true);
  });

  test('an empty dimension value removes the dimension', async () => {
    await w.map({ offsetAccount: '1', dimensions: { A: '1', B: '2' } });
    const id = await w.line();
    await propose(w);
    await editEntries(w, { actor, ids: [(await w.place(id)).id] }, { dimensions: { A: '' } });
    expect((await w.place(id)).offsets[0]?.dimensions).toEqual({ B: '2' });
  });

  test('a note alone keeps approval and revision, because it is no part of the entry', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id] });
    await editEntries(w, { actor, ids: [proposal.id] }, { note: 'call them' });
    expect(await now(proposal)).toMatchObject({ state: 'approved', revision: 0, note: 'call them' });
  });

  test('a wrong field is named', async () => {
    const proposal = await one();
    const edit = { date: '2026-02-30' };
    await expect(editEntries(w, { actor, ids: [proposal.id] }, edit)).rejects.toMatchObject({
      code: 'usage',
      path: 'date',
    });
  });
});

describe('split', () => {
  test('shares the amount to the cent and keeps the entry balanced', async () => {
    const proposal = await one(null, { amount: '-100.00' });
    await splitEntry(w, { actor, id: proposal.id, revision: 0 }, [
      { share: { kind: 'amount', amount: '12.00' }, account: '1' },
      { share: { kind: 'percent', percent: '33.3' }, account: '2' },
      { share: { kind: 'rest' }, account: '3', dimensions: { Property: 'P1' }, text: 'Rest' },
    ]);
    const split = await now(proposal);
    expect(split.offsets.map((offset) => offset.amount.minor)).toEqual([-1_200n, -2_930n, -5_870n]);
    expect(isBalanced(ledgerEntryOf(split))).toBe(true);
    expect(split).toMatchObject({ state: 'ready', revision: 1, codedBy: 'person' });
  });

  test('parts that leave something over are refused with how much', async () => {
    const proposal = await one(null, { amount: '-100.00' });
    await expect(
      splitEntry(w, { actor, id: proposal.id }, [{ share: { kind: 'amount', amount: '60.00' }, account: '1' }]),
    ).rejects.toMatchObject({ code: 'entry_unbalanced', message: 'The parts of the split leave −40.00 USD over.' });
  });
});

describe('exclude', () => {
  test('needs a reason, keeps the line out of the queue, and can be taken back', async () => {
    const proposal = await one();
    await expect(excludeIds(w, { actor, ids: [proposal.id] }, ' ')).rejects.toMatchObject({ code: 'usage' });
    await excludeIds(w, { actor, ids: [proposal.id] }, 'private');
    expect(await now(proposal)).toMatchObject({ state: 'excluded', excludedBy: 'Ada', excludedWhy: 'private' });
    expect((await propose(w)).made).toBe(0);
    await includeAgain(w, { actor, ids: [proposal.id] });
    expect(await now(proposal)).toEqual(proposal);
  });
});

describe('undo and redo', () => {
  test('every action is one step, also a bulk one, and redo brings it back', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.lines({}, {}, {});
    await propose(w);
    const ids = (await w.proposals()).map((proposal) => proposal.id);
    await editEntries(w, { actor, ids }, { account: '1' });
    await approveIds(w, { actor, ids });
    await undo(w, actor);
    expect((await w.proposals()).map((p) => p.state)).toEqual(['ready', 'ready', 'ready']);
    expect(await undo(w, actor)).toMatchObject({ sentence: 'Edited 3 entries', changed: ids });
    expect((await w.proposals()).map((p) => [p.offsets[0]?.account, p.codedBy, p.revision])).toEqual(
      ids.map(() => ['605000', 'default', 2]),
    );
    await redo(w, actor);
    await redo(w, actor);
    const again = await w.proposals();
    expect(again.map((p) => [p.state, p.offsets[0]?.account])).toEqual(ids.map(() => ['approved', '1']));
    for (const proposal of again) expect(proposal.approvedHash).toBe(entryHash(ledgerEntryOf(proposal)));
    await expect(redo(w, actor)).rejects.toMatchObject({ code: 'nothing_there' });
  });

  test('an approval comes back only with exactly the content that was approved', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id] });
    await editEntries(w, { actor, ids: [proposal.id] }, { account: '1' });
    await undo(w, actor);
    const restored = await now(proposal);
    expect(restored.state).toBe('approved');
    expect(restored.approvedHash).toBe(entryHash(ledgerEntryOf(restored)));
  });

  test('is refused with a sentence once posting has begun for one of its entries', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.lines({}, {});
    await propose(w);
    await approveAllReady(w, actor);
    const [first] = await w.proposals();
    await w.setState(first?.id ?? '', 'posting');
    const before = await contentOf(w);
    await expect(undo(w, actor)).rejects.toThrow(/^Posting has begun for 2026-11-18 CARD PURCHASE/);
    expect(await contentOf(w)).toBe(before);
  });

  test('is refused when somebody else or the bank changed the entry since', async () => {
    const proposal = await one();
    await approveIds(w, { actor, ids: [proposal.id] });
    await w.amend(proposal.lineIds[0] ?? 0, { amount: '-1.00' });
    await propose(w);
    await expect(undo(w, actor)).rejects.toMatchObject({ code: 'stale' });
  });

  test('each person undoes their own steps, and a new action ends what could be redone', async () => {
    const proposal = await one();
    await excludeIds(w, { actor, ids: [proposal.id] }, 'no');
    await expect(undo(w, 'Bob')).rejects.toMatchObject({ code: 'nothing_there' });
    await undo(w, actor);
    await editEntries(w, { actor, ids: [proposal.id] }, { account: '2' });
    await expect(redo(w, actor)).rejects.toMatchObject({ code: 'nothing_there' });
  });
});

describe('reverse', () => {
  test('mirrors the posted entry, links it, and holds no place of the line', async () => {
    const proposal = await one('605000', { amount: '-100.00' });
    await w.setState(proposal.id, 'posted');
    const { ids } = await reverse(w, proposal.id, actor, '2026-11-20');
    const reversal = (await w.proposals()).find(({ id }) => id === ids[0]);
    expect(reversal).toMatchObject({
      kind: 'reversal',
      state: 'ready',
      relatedProposalId: proposal.id,
      date: '2026-11-20',
      account: 'OPER',
      amount: { minor: 10_000n },
      offsets: [{ account: '605000', amount: { minor: 10_000n } }],
      text: 'Reversal: CARD PURCHASE',
    });
    expect((await w.place(proposal.lineIds[0] ?? 0)).id).toBe(proposal.id);
    await expect(reverse(w, proposal.id, actor)).rejects.toMatchObject({ code: 'stale' });
    await approveIds(w, { actor, ids });
  });

  test('takes posted corrections back with it, and withdraws open ones', async () => {
    const proposal = await one('605000', { amount: '-100.00' });
    await w.setState(proposal.id, 'posted');
    await w.amend(proposal.lineIds[0] ?? 0, { amount: '-110.00' });
    await propose(w);
    const correction = (await w.proposals()).find(({ kind }) => kind === 'correction');
    await w.setState(correction?.id ?? '', 'posted');
    await w.amend(proposal.lineIds[0] ?? 0, { amount: '-115.00' });
    await propose(w);
    const { ids } = await reverse(w, proposal.id, actor);
    const all = await w.proposals();
    const amounts = ids.map((id) => all.find((other) => other.id === id)?.amount.minor);
    expect(amounts).toEqual([10_000n, 1_000n]);
    expect(
      all
        .filter(({ kind }) => kind === 'correction')
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['posted', 'superseded']);
  });

  test('only what is posted can be reversed', async () => {
    const proposal = await one();
    await expect(reverse(w, proposal.id, actor)).rejects.toMatchObject({ code: 'stale' });
  });

  test('undo withdraws a reversal that was not posted yet', async () => {
    const proposal = await one();
    await w.setState(proposal.id, 'posted');
    const { ids } = await reverse(w, proposal.id, actor);
    await undo(w, actor);
    expect((await w.proposals()).find(({ id }) => id === ids[0])?.state).toBe('superseded');
    await reverse(w, proposal.id, actor);
  });

  test('an edit of its accounts is refused', async () => {
    const proposal = await one();
    await w.setState(proposal.id, 'posted');
    const { ids } = await reverse(w, proposal.id, actor);
    await expect(editEntries(w, { actor, ids }, { account: '1' })).rejects.toMatchObject({ code: 'usage' });
  });
});

test('a transfer that is none is taken apart into two entries, which are not paired again', async () => {
  await w.knowLedger();
  await w.map({ offsetAccount: '1' });
  await w.map({ feedAccountId: TRUST, offsetAccount: '2' });
  const [a, b] = await w.lines(
    { amount: '-500.00', text: 'transfer to 4029' },
    { amount: '500.00', text: 'transfer from 1207', account: TRUST },
  );
  await propose(w);
  const { ids } = await takeApart(w, (await w.place(a ?? 0)).id, actor);
  expect((await propose(w)).made).toBe(0);
  expect([(await w.place(a ?? 0)).id, (await w.place(b ?? 0)).id].sort()).toEqual([...ids].sort());
  expect((await w.place(a ?? 0)).state).toBe('needs_person');
});

describe('the queue', () => {
  beforeEach(async () => {
    await w.map();
    await w.map({ feedAccountId: TRUST, legalEntity: 'DEMF', offsetAccount: '215000' });
    await w.lines(
      { amount: '-10.00', date: '2026-11-01', text: 'INV-1 ACME' },
      { amount: '25.50', date: '2026-11-02', text: '100%_sure' },
      { amount: '-3', currency: 'JPY', date: '2026-11-03' },
      { amount: '7.00', date: '2026-11-04', account: TRUST, counterparty: 'Blue Harbor', text: 'INV-2' },
    );
    await propose(w);
  });
  const dates = async (filter: Partial<WindowFilter>) => {
    const { ids } = await queueOrder(w.store, { states: ['ready', 'needs_person'], ...filter });
    const entries = new Map((await w.proposals()).map(({ id, date }) => [id, date.slice(-2)]));
    return ids.map((id) => entries.get(id));
  };

  test('stands by date, with totals of each currency over the whole', async () => {
    expect(await dates({})).toEqual(['01', '02', '03', '04']);
    expect((await queueOrder(w.store, { states: ['ready', 'needs_person'] })).totals).toEqual([
      { currency: 'JPY', count: 1, debitMinor: 0n, creditMinor: 3n },
      { currency: 'USD', count: 3, debitMinor: 3250n, creditMinor: 1000n },
    ]);
  });

  test('filters by account, entity, date, currency and state', async () => {
    expect(await dates({ feedAccountIds: [TRUST] })).toEqual(['04']);
    expect(await dates({ legalEntities: ['DEMF'] })).toEqual(['04']);
    expect(await dates({ from: '2026-11-02', to: '2026-11-03' })).toEqual(['02', '03']);
    expect(await dates({ currency: 'JPY' })).toEqual(['03']);
    expect(await dates({ states: ['ready'] })).toEqual(['04']);
    expect(await dates({ states: ['posted'] })).toEqual([]);
  });

  test('searches words in lines and accounts, with alternatives, and takes signs literally', async () => {
    expect(await dates({ search: 'inv-1|inv-2' })).toEqual(['01', '04']);
    expect(await dates({ search: 'harbor blue' })).toEqual(['04']);
    expect(await dates({ search: '215000' })).toEqual(['04']);
    expect(await dates({ search: '0%_s' })).toEqual(['02']);
    expect(await dates({ search: '0x_s' })).toEqual([]);
  });
});
