import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace, contentOf, TRUST } from '../../test/support/coding-workspace.ts';
import { isBalanced } from '../core/entry.ts';
import { ledgerEntryOf, type Proposal } from '../store/proposals.ts';
import { propose } from './propose.ts';
import { recodeOpen } from './recode-open.ts';
import { saveRule } from './rules.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
});
afterEach(() => w.close());

/** A line with its proposal in this state. */
async function placed(state: Proposal['state'], sketch: object = {}): Promise<{ id: number; proposal: Proposal }> {
  const id = await w.line(sketch);
  await propose(w);
  const proposal = await w.place(id);
  await w.setState(proposal.id, state);
  return { id, proposal: { ...proposal, state } };
}

const related = async (proposal: Proposal) =>
  (await w.proposals()).filter((other) => other.relatedProposalId === proposal.id);

describe('amended before posting', () => {
  test('a new amount withdraws the approval, raises the revision and is told in the trail', async () => {
    await w.map({ offsetAccount: '605000', autoApprove: true });
    const id = await w.line({ amount: '-100.00' });
    await propose(w);
    expect((await w.place(id)).state).toBe('approved');
    await w.store.write((trx) => trx.updateTable('mapping').set({ auto_approve: 0 }).execute());
    await w.amend(id, { amount: '-110.00', date: '2026-11-19' });
    expect(await propose(w)).toMatchObject({ recoded: 1 });
    expect(await w.place(id)).toMatchObject({
      state: 'ready',
      approvedBy: null,
      approvedHash: null,
      revision: 1,
      date: '2026-11-19',
      amount: { minor: -11_000n },
      offsets: [{ amount: { minor: -11_000n } }],
    });
    expect(await w.events('proposal.amended')).toHaveLength(1);
  });

  test('a change that the entry does not show leaves the approval as it was', async () => {
    await w.map({ offsetAccount: '605000', autoApprove: true });
    const id = await w.line();
    await propose(w);
    const before = await w.place(id);
    await w.amend(id, { category: 'OTHER' });
    await propose(w);
    expect(await w.place(id)).toEqual(before);
  });

  test("a person's coding is kept; a split is shared anew and waits for the person", async () => {
    await w.map({ offsetAccount: '605000' });
    const { id, proposal } = await placed('ready', { amount: '-100.00' });
    await w.store.write(async (trx) => {
      await trx.updateTable('proposal').set({ coded_by: 'person' }).execute();
      await trx.updateTable('proposal_offset').set({ account: '1', amount_minor: -7_500 }).execute();
      await trx
        .insertInto('proposal_offset')
        .values({
          proposal_id: proposal.id,
          position: 1,
          account_type: 'ledger',
          account: '2',
          dimensions_json: '{}',
          amount_minor: -2_500,
          text: '',
        })
        .execute();
    });
    await w.amend(id, { amount: '-200.00' });
    await propose(w);
    const after = await w.place(id);
    expect(after.offsets.map((offset) => [offset.account, offset.amount.minor])).toEqual([
      ['1', -15_000n],
      ['2', -5_000n],
    ]);
    expect(after).toMatchObject({
      state: 'needs_person',
      needs: ['The bank changed the amount from −100.00 to −200.00 USD. Check the split.'],
    });
  });

  test('a removed line loses its entry and its place', async () => {
    await w.map({ offsetAccount: '605000' });
    const { id } = await placed('approved');
    await w.amend(id, { state: 'removed' });
    expect(await propose(w)).toMatchObject({ superseded: 1, made: 0 });
    expect((await w.proposals()).map((proposal) => proposal.state)).toEqual(['superseded']);
    await expect(w.place(id)).rejects.toThrow();
  });

  test('a transfer whose one side changed is dissolved, and each line gets its own entry', async () => {
    await w.map({ offsetAccount: '1' });
    await w.map({ feedAccountId: TRUST, offsetAccount: '2' });
    const [a, b] = await w.lines(
      { amount: '-500.00', text: 'transfer to 4029' },
      { amount: '500.00', text: 'transfer from 1207', account: TRUST },
    );
    await propose(w);
    await w.amend(b ?? 0, { amount: '510.00' });
    await propose(w);
    expect([(await w.place(a ?? 0)).kind, (await w.place(b ?? 0)).kind]).toEqual(['entry', 'entry']);
  });

  test('what a person excluded stays excluded while the amount is the same', async () => {
    await w.map({ offsetAccount: '1' });
    const { id } = await placed('excluded');
    await w.store.write((trx) =>
      trx.updateTable('proposal').set({ excluded_by: 'Ada', excluded_why: 'private' }).execute(),
    );
    await w.amend(id, { text: 'other words' });
    await propose(w);
    expect((await w.place(id)).state).toBe('excluded');
    await w.amend(id, { amount: '-1.00' });
    await propose(w);
    expect((await w.place(id)).state).toBe('needs_person');
  });
});

describe('changed after posting', () => {
  beforeEach(() => w.map({ offsetAccount: '605000' }));

  test('an amended amount makes a correction of the difference and leaves the posted entry alone', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00' });
    await w.amend(id, { amount: '-110.00' });
    await propose(w);
    expect(await w.place(id)).toEqual(proposal);
    const [correction] = await related(proposal);
    expect(correction).toMatchObject({
      kind: 'correction',
      state: 'ready',
      reason: 'amended by the bank after posting',
      account: 'OPER',
      amount: { minor: -1_000n },
      offsets: [{ account: '605000', amount: { minor: -1_000n } }],
    });
    expect(correction?.stem).not.toBe(proposal.stem);
  });

  test('a second change before the correction is posted changes the correction, and changing back withdraws it', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00' });
    await w.amend(id, { amount: '-110.00' });
    await propose(w);
    await w.amend(id, { amount: '-130.00' });
    await propose(w);
    expect(await related(proposal)).toMatchObject([{ state: 'ready', revision: 1, amount: { minor: -3_000n } }]);
    await w.amend(id, { amount: '-100.00' });
    await propose(w);
    expect(await related(proposal)).toMatchObject([{ state: 'superseded' }]);
  });

  test('a change after a posted correction makes another one of the remaining difference', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00' });
    await w.amend(id, { amount: '-110.00' });
    await propose(w);
    const [first] = await related(proposal);
    await w.setState(first?.id ?? '', 'posted');
    await w.amend(id, { amount: '-100.00' });
    await propose(w);
    const all = await related(proposal);
    expect(all.map((correction) => correction.amount.minor).sort()).toEqual([-1_000n, 1_000n]);
    expect(new Set(all.map((correction) => correction.stem)).size).toBe(2);
  });

  test('a correction that was deleted in the ledger never takes the reference of a later one', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00' });
    await w.amend(id, { amount: '-110.00' });
    await propose(w);
    const [first] = await related(proposal);
    await w.setState(first?.id ?? '', 'posted');
    await w.amend(id, { amount: '-130.00' });
    await propose(w);
    const second = (await related(proposal)).find((correction) => correction.id !== first?.id);
    await w.setState(second?.id ?? '', 'posted');
    await w.setState(first?.id ?? '', 'needs_person');
    await w.amend(id, { amount: '-150.00' });
    await propose(w);
    const again = (await related(proposal)).find((correction) => correction.id === first?.id);
    expect(again).toMatchObject({ stem: first?.stem, amount: { minor: -3_000n } });
    expect(again?.stem).not.toBe(second?.stem);
  });

  test('a removed line makes the mirrored reversal, once, and an entry that balances', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00' });
    await w.amend(id, { state: 'removed' });
    await propose(w);
    const before = await contentOf(w);
    await propose(w);
    expect(await contentOf(w)).toBe(before);
    const [reversal, ...more] = await related(proposal);
    expect(more).toEqual([]);
    expect(reversal).toMatchObject({
      kind: 'reversal',
      state: 'ready',
      account: 'OPER',
      amount: { minor: 10_000n },
      offsets: [{ account: '605000', amount: { minor: 10_000n } }],
      lineIds: [id],
    });
    expect(reversal && isBalanced(ledgerEntryOf(reversal))).toBe(true);
    const claims = await w.store.read.selectFrom('proposal_line').select(['proposal_id', 'claim']).execute();
    expect(claims.find((link) => link.proposal_id === reversal?.id)?.claim).toBe(0n);
  });

  test('a line that the bank brings back withdraws the reversal that was not posted yet', async () => {
    const { id, proposal } = await placed('posted');
    await w.amend(id, { state: 'removed' });
    await propose(w);
    await w.amend(id, { state: 'booked' });
    await propose(w);
    expect(await related(proposal)).toMatchObject([{ kind: 'reversal', state: 'superseded' }]);
  });

  test.each(['posting', 'unknown', 'different'] as const)(
    'while its entry is %s, an amended line waits; then it is corrected',
    async (state) => {
      const { id, proposal } = await placed(state, { amount: '-100.00' });
      await w.amend(id, { amount: '-110.00' });
      expect(await propose(w)).toMatchObject({ waiting: 1, corrections: 0, recoded: 0 });
      await w.setState(proposal.id, 'posted');
      expect(await propose(w)).toMatchObject({ waiting: 0, corrections: 1 });
    },
  );

  test('an entry reversed for a removed line leaves no line in the queue', async () => {
    const { id, proposal } = await placed('posted');
    await w.amend(id, { state: 'removed' });
    await propose(w);
    await w.setState(proposal.id, 'reversed');
    expect((await propose(w)).made).toBe(0);
  });
});

describe('pending lines through a clearing account', () => {
  beforeEach(() => w.map({ offsetAccount: '605000', pending: 'clearing', clearingAccount: '119000' }));

  test('a pending line is booked on the clearing account, and its settlement moves it to the bank', async () => {
    const { id, proposal } = await placed('posted', { amount: '-100.00', state: 'pending' });
    expect(proposal).toMatchObject({ kind: 'pending', accountType: 'ledger', account: '119000' });
    await w.amend(id, { state: 'booked', amount: '-104.00', providerId: 'booked_1', date: '2026-11-20' });
    await propose(w);
    const settlement = await w.place(id);
    expect(settlement).toMatchObject({
      kind: 'settlement',
      state: 'ready',
      accountType: 'bank',
      account: 'OPER',
      date: '2026-11-20',
      amount: { minor: -10_400n },
      relatedProposalId: proposal.id,
    });
    expect(settlement.offsets.map((offset) => [offset.account, offset.amount.minor])).toEqual([
      ['119000', -10_000n],
      ['605000', -400n],
    ]);
    const before = await contentOf(w);
    await propose(w);
    expect(await contentOf(w)).toBe(before);
  });

  test('a pending entry that was not posted becomes the ordinary entry when the line is booked', async () => {
    const { id } = await placed('approved', { state: 'pending' });
    await w.amend(id, { state: 'booked', providerId: 'booked_1' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      kind: 'entry',
      accountType: 'bank',
      account: 'OPER',
      state: 'ready',
      revision: 1,
    });
    expect(await w.proposals()).toHaveLength(1);
  });

  test('a pending line that vanishes after posting is reversed', async () => {
    const { id, proposal } = await placed('posted', { state: 'pending' });
    await w.amend(id, { state: 'removed' });
    await propose(w);
    expect(await related(proposal)).toMatchObject([{ kind: 'reversal', account: '119000' }]);
  });

  test('a settlement whose line vanishes gives way to the reversal of the pending entry', async () => {
    const { id, proposal } = await placed('posted', { state: 'pending' });
    await w.amend(id, { state: 'booked', providerId: 'booked_1' });
    await propose(w);
    await w.amend(id, { state: 'removed' });
    await propose(w);
    const states = (await related(proposal)).map(({ kind, state }) => `${kind} ${state}`).sort();
    expect(states).toEqual(['reversal ready', 'settlement superseded']);
  });
});

describe('coding anew after rules or mappings changed', () => {
  test('a new rule takes what no person coded or approved, and doing it again changes nothing', async () => {
    await w.map({ offsetAccount: '605000' });
    const [open, byPerson, approved] = await w.lines({ text: 'gas' }, { text: 'gas' }, { text: 'gas' });
    await propose(w);
    const person = await w.place(byPerson ?? 0);
    await w.store.write((trx) =>
      trx.updateTable('proposal').set({ coded_by: 'person' }).where('id', '=', person.id).execute(),
    );
    await w.setState((await w.place(approved ?? 0)).id, 'approved');
    await saveRule(w, { name: 'Gas', when: { field: 'text', is: 'gas' }, then: { account: '605100' } }, 'Ada');
    expect(await recodeOpen(w)).toBe(1);
    expect((await w.place(open ?? 0)).offsets[0]?.account).toBe('605100');
    expect((await w.place(approved ?? 0)).offsets[0]?.account).toBe('605000');
    expect(await recodeOpen(w)).toBe(0);
  });

  test('when the mapping sends entries elsewhere, approvals are withdrawn', async () => {
    await w.map({ offsetAccount: '605000' });
    const { id } = await placed('approved');
    await w.map({ offsetAccount: '605000', journalName: 'GenJrn' });
    expect(await recodeOpen(w)).toBe(1);
    expect(await w.place(id)).toMatchObject({ state: 'ready', journalName: 'GenJrn', revision: 1 });
  });
});
