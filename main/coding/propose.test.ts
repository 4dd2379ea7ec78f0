import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace, contentOf, TRUST } from '../../test/support/coding-workspace.ts';
import { entryHash } from '../core/entry.ts';
import { ledgerEntryOf } from '../store/proposals.ts';
import { propose, proposeAgain } from './propose.ts';
import { saveRule } from './rules.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
});
afterEach(() => w.close());

const rule = (name: string, contains: string, then: object, more: object = {}) =>
  saveRule(w, { name, when: { field: 'text', contains }, then, ...more }, 'Ada');

describe('layers of coding', () => {
  test('a line of an account without a mapping is left alone', async () => {
    await w.line();
    expect((await propose(w)).made).toBe(0);
    expect(await w.proposals()).toEqual([]);
  });

  test('the mapping gives bank account, journal, default offset and dimensions', async () => {
    await w.map({ offsetAccount: '605000', dimensions: { CostCenter: '010' } });
    const id = await w.line({ amount: '-12.34', bankText: 'ACME  ORIG\u202e 1\u0000', date: '2026-11-17' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      kind: 'entry',
      state: 'ready',
      codedBy: 'default',
      accountType: 'bank',
      account: 'OPER',
      legalEntity: 'USMF',
      journalName: 'BankFeed',
      date: '2026-11-17',
      amount: { minor: -1234n, currency: 'USD' },
      text: 'ACME ORIG 1',
      reason: 'default of the account',
      offsets: [{ account: '605000', dimensions: { CostCenter: '010' }, amount: { minor: -1234n } }],
    });
  });

  test('without any coding a person is needed', async () => {
    await w.map();
    const id = await w.line();
    await propose(w);
    expect(await w.place(id)).toMatchObject({ state: 'needs_person', needs: ['No account yet.'], codedBy: 'none' });
  });

  test('the first rule that matches overrides the default, merges dimensions and is counted', async () => {
    await w.map({ offsetAccount: '605000', dimensions: { CostCenter: '010', Property: 'P1' } });
    await rule('Gas', 'gas', {
      account: 'V-1',
      accountType: 'vendor',
      dimensions: { CostCenter: '020' },
      text: 'Gas bill',
    });
    await rule('All gas', 'gas', { account: '999' });
    const id = await w.line({ text: 'Tidewater GAS co' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      state: 'ready',
      codedBy: 'rule',
      reason: 'rule: Gas',
      text: 'Gas bill',
      offsets: [{ accountType: 'vendor', account: 'V-1', dimensions: { CostCenter: '020', Property: 'P1' } }],
    });
    const hits = await w.store.read.selectFrom('rule').select(['name', 'hits']).orderBy('position').execute();
    expect(hits).toEqual([
      { name: 'Gas', hits: 1n },
      { name: 'All gas', hits: 0n },
    ]);
  });

  test('a rule that gives only a text leaves the account to the default', async () => {
    await w.map({ offsetAccount: '605000' });
    await rule('Wording', 'fee', { text: 'Bank fee' });
    const id = await w.line({ text: 'monthly fee' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({ state: 'ready', text: 'Bank fee', offsets: [{ account: '605000' }] });
  });

  test('a rule that splits gives parts that add up to the cent', async () => {
    await w.map();
    await rule('Phone', 'phone', {
      split: [
        { percent: '33.33', account: '606000' },
        { percent: '33.33', account: '606001' },
        { rest: true, account: '606002' },
      ],
    });
    const id = await w.line({ text: 'phone', amount: '-100.01' });
    await propose(w);
    const { offsets, state } = await w.place(id);
    expect(state).toBe('ready');
    expect(offsets.map((offset) => offset.amount.minor)).toEqual([-3333n, -3333n, -3335n]);
  });

  test('a split that does not fit the amount needs a person and says why', async () => {
    await w.map();
    await rule('Fixed', 'phone', {
      split: [
        { amount: '120.00', account: '1' },
        { rest: true, account: '2' },
      ],
    });
    const id = await w.line({ text: 'phone', amount: '-100.00' });
    await propose(w);
    const { state, needs } = await w.place(id);
    expect(state).toBe('needs_person');
    expect(needs).toContain('The fixed amounts of the split are more than the amount.');
  });

  test('a rule excludes with its reason, and a zero amount is excluded by the app', async () => {
    await w.map({ offsetAccount: '605000' });
    await rule('Memo', 'memo', { exclude: 'only a notice' });
    const [memo, zero] = await w.lines({ text: 'MEMO' }, { amount: '0.00' });
    await propose(w);
    expect(await w.place(memo ?? 0)).toMatchObject({
      state: 'excluded',
      excludedBy: 'rule:Memo',
      excludedWhy: 'only a notice',
    });
    expect(await w.place(zero ?? 0)).toMatchObject({
      state: 'excluded',
      codedBy: 'system',
      excludedBy: 'daybook',
      excludedWhy: 'zero amount, nothing to book',
    });
  });

  test('lines before the start date and pending lines under the policy wait are not proposed', async () => {
    await w.map({ startDate: '2026-11-01', offsetAccount: '1' });
    await w.lines({ date: '2026-10-31' }, { state: 'pending' }, { date: '2026-11-01' });
    expect((await propose(w)).made).toBe(1);
  });

  test('nobody approves by default; a switched-on rule or mapping does, by name, with the hash of the entry', async () => {
    await w.map({ offsetAccount: '605000' });
    await rule('Fees', 'fee', { account: '618160' }, { autoApprove: true });
    const [fee, other] = await w.lines({ text: 'fee' }, { text: 'other' });
    await propose(w);
    const approved = await w.place(fee ?? 0);
    expect(approved).toMatchObject({ state: 'approved', approvedBy: 'rule:Fees' });
    expect(approved.approvedHash).toBe(entryHash(ledgerEntryOf(approved)));
    expect((await w.place(other ?? 0)).state).toBe('ready');
    const [event] = await w.events('proposals.auto_approved');
    expect(event?.data).toEqual({ approvals: [{ id: approved.id, by: 'rule:Fees', hash: approved.approvedHash }] });
  });

  test('an account that the ledger does not know needs a person, with a sentence', async () => {
    await w.map({ offsetAccount: '605000' });
    await w.knowLedger({ accounts: [{ account: '618160', name: 'Fees', usable: true }] });
    const id = await w.line();
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      state: 'needs_person',
      needs: ['Account 605000 does not exist in USMF. Choose another.'],
    });
  });
});

describe('suggestions', () => {
  const teach = async () => {
    const days = ['2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05'];
    await w.lines(...days.map((date) => ({ date, counterparty: 'Tidewater Gas', text: 'gas' })));
    await propose(w);
    await w.store.write((trx) => trx.updateTable('proposal').set({ state: 'posted', coded_by: 'person' }).execute());
    await w.store.write((trx) => trx.updateTable('proposal_offset').set({ account: '605100' }).execute());
  };

  test('a suggestion alone is complete but must be looked at', async () => {
    await w.map();
    await teach();
    const id = await w.line({ counterparty: 'Tidewater Gas', text: 'gas' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      state: 'needs_person',
      needs: ['Suggested: look at it and approve.'],
      codedBy: 'suggestion',
      reason: 'same counterparty, 4 times, always 605100',
      confidence: 83,
      offsets: [{ account: '605100' }],
    });
  });

  test('beside a default it stands as the alternative, and the default stays in force', async () => {
    await w.map({ offsetAccount: '699000' });
    await teach();
    const id = await w.line({ counterparty: 'Tidewater Gas', text: 'gas' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      state: 'ready',
      codedBy: 'default',
      offsets: [{ account: '699000' }],
      alternative: { codedBy: 'suggestion', account: '605100', confidence: 83 },
    });
  });

  test('where the mapping puts suggestions first, the default is the alternative', async () => {
    await w.map({ offsetAccount: '699000', suggestions: 'first', autoApprove: true });
    await teach();
    const id = await w.line({ counterparty: 'Tidewater Gas', text: 'gas' });
    await propose(w);
    expect(await w.place(id)).toMatchObject({
      state: 'needs_person',
      offsets: [{ account: '605100' }],
      alternative: { codedBy: 'default', account: '699000' },
    });
  });
});

describe('own transfers', () => {
  beforeEach(() => w.knowLedger());

  const both = async (change: object = {}) => {
    await w.map({ offsetAccount: '699000', ...change });
    await w.map({ feedAccountId: TRUST, offsetAccount: '215000', ...change });
  };
  const out = { amount: '-500.00', text: 'ONLINE TRANSFER TO XXXX4029', date: '2026-11-17' };
  const into = { amount: '500.00', text: 'ONLINE TRANSFER FROM XXXX1207', date: '2026-11-17', account: TRUST };

  test('two sides of one day become one entry between the banks, and both lines have their place in it', async () => {
    await both();
    const [a, b] = await w.lines(out, into);
    expect((await propose(w)).made).toBe(1);
    const transfer = await w.place(a ?? 0);
    expect(transfer).toMatchObject({
      kind: 'transfer',
      state: 'ready',
      codedBy: 'transfer',
      account: 'TRUST',
      amount: { minor: 50_000n },
      offsets: [{ accountType: 'bank', account: 'OPER', amount: { minor: 50_000n } }],
    });
    expect((await w.place(b ?? 0)).id).toBe(transfer.id);
  });

  test('while nothing is known of the ledger, two sides of one day are an entry each, which every ledger takes', async () => {
    await w.store.write((trx) => trx.deleteFrom('ledger_reference').execute());
    await both({ transferAccount: '111900' });
    const [a, b] = await w.lines(out, into);
    await propose(w);
    expect([await w.place(a ?? 0), await w.place(b ?? 0)]).toMatchObject([
      { kind: 'entry', state: 'ready', account: 'OPER' },
      { kind: 'entry', state: 'ready', account: 'TRUST' },
    ]);
  });

  test('sides of different days go against the transfer account, each naming the other', async () => {
    await both({ transferAccount: '111900' });
    const [a, b] = await w.lines(out, { ...into, date: '2026-11-19' });
    await propose(w);
    const [first, second] = [await w.place(a ?? 0), await w.place(b ?? 0)];
    expect(first).toMatchObject({
      kind: 'entry',
      state: 'ready',
      reason: 'transfer to TRUST, there 2026-11-19',
      offsets: [{ account: '111900' }],
    });
    expect(second).toMatchObject({
      state: 'ready',
      reason: 'transfer from OPER, there 2026-11-17',
      offsets: [{ account: '111900' }],
    });
    expect([first.relatedProposalId, second.relatedProposalId]).toEqual([second.id, first.id]);
  });

  test('without a transfer account, sides of different days need a person', async () => {
    await both();
    const [a] = await w.lines(out, { ...into, date: '2026-11-19' });
    await propose(w);
    expect((await w.place(a ?? 0)).state).toBe('needs_person');
  });

  describe('where the ledger keeps a statement of each side', () => {
    beforeEach(() => w.knowLedger({ postingRules: { transfers: 'each_side' } }));

    test('two sides of one day become an entry on each side, each naming the other', async () => {
      await both({ transferAccount: '111900' });
      const [a, b] = await w.lines(out, into);
      await propose(w);
      const [first, second] = [await w.place(a ?? 0), await w.place(b ?? 0)];
      expect(first).toMatchObject({
        ...{ kind: 'entry', state: 'ready', account: 'OPER', amount: { minor: -50_000n } },
        ...{ reason: 'transfer to TRUST, there 2026-11-17', offsets: [{ accountType: 'ledger', account: '111900' }] },
      });
      expect(second).toMatchObject({ kind: 'entry', state: 'ready', account: 'TRUST', amount: { minor: 50_000n } });
      expect([first.relatedProposalId, second.relatedProposalId]).toEqual([second.id, first.id]);
    });

    test('a default that says nothing of moved money, such as a VAT code, is left out of own transfers alone', async () => {
      const values = ['0', '4', 'AMS'];
      await w.knowLedger({
        postingRules: { transfers: 'each_side' },
        dimensions: [
          { name: 'VATCode', values, notOfMovedMoney: true },
          { name: 'CostCenter', values },
        ],
      });
      const dimensions = { VATCode: '4', CostCenter: 'AMS' };
      await both({ transferAccount: '111900', dimensions, offsetAccount: '605100' });
      const [a, b, other] = await w.lines(out, into, { text: 'Paper' });
      await propose(w);
      const offsets = async (id = 0) =>
        (await w.place(id)).offsets.map((offset) => [offset.account, offset.dimensions]);
      expect(await offsets(a)).toEqual([['111900', { CostCenter: 'AMS' }]]);
      expect(await offsets(b)).toEqual([['111900', { CostCenter: 'AMS' }]]);
      expect(await offsets(other)).toEqual([['605100', dimensions]]);
      // One side alone, which waits for the other, goes the same way.
      const waiting = await w.line({ ...out, date: '2026-11-25', amount: '-77.00' });
      await propose(w);
      expect(await offsets(waiting)).toEqual([['111900', { CostCenter: 'AMS' }]]);
    });

    test('without a transfer account both sides wait, with a sentence that says what to do', async () => {
      await both();
      const [a, b] = await w.lines(out, into);
      await propose(w);
      const [first, second] = [await w.place(a ?? 0), await w.place(b ?? 0)];
      expect([first.state, second.state]).toEqual(['needs_person', 'needs_person']);
      expect(first.needs.join(' ')).toContain('Give both mappings one transfer account');
    });
  });

  test('the side that comes a sync later is paired with the one that waited, and nothing else was booked', async () => {
    await both({ transferAccount: '111900' });
    const a = await w.line(out);
    await propose(w);
    expect(await w.place(a)).toMatchObject({
      state: 'needs_person',
      needs: ['A transfer with Tenant Deposits 4029; the other side has not arrived yet.'],
    });
    const b = await w.line(into);
    await propose(w);
    expect((await w.place(a)).kind).toBe('transfer');
    expect((await w.place(b)).id).toBe((await w.place(a)).id);
    const states = (await w.proposals()).map((proposal) => proposal.state).sort();
    expect(states).toEqual(['ready', 'superseded']);
  });

  test('two possible other sides are a tie and are left to a person', async () => {
    await both();
    const plain = { ...out, text: 'ONLINE TRANSFER' };
    const [a, b] = await w.lines(plain, plain, { ...into, text: 'TRANSFER IN' });
    await propose(w);
    expect((await w.place(a ?? 0)).state).toBe('needs_person');
    expect((await w.place(b ?? 0)).state).toBe('needs_person');
    expect((await w.proposals()).every((proposal) => proposal.kind === 'entry')).toBe(true);
  });

  test('an equal amount without words of a transfer is no transfer', async () => {
    await both();
    await w.lines({ amount: '-500.00', text: 'ACME' }, { amount: '500.00', text: 'RENT', account: TRUST });
    await propose(w);
    expect((await w.proposals()).map((proposal) => proposal.codedBy)).toEqual(['default', 'default']);
  });

  test('accounts of two legal entities never make one transfer', async () => {
    await w.map();
    await w.map({ feedAccountId: TRUST, legalEntity: 'DEMF' });
    await w.lines(out, into);
    await propose(w);
    expect((await w.proposals()).every((proposal) => proposal.kind === 'entry')).toBe(true);
  });

  test('a weekly transfer of the same amount pairs by its day', async () => {
    await both();
    await w.lines(out, into, { ...out, date: '2026-11-19' }, { ...into, date: '2026-11-19' });
    await propose(w);
    const transfers = await w.proposals();
    expect(transfers.map(({ kind, date }) => [kind, date])).toEqual([
      ['transfer', '2026-11-17'],
      ['transfer', '2026-11-19'],
    ]);
  });
});

describe('again and again', () => {
  test('proposing twice changes nothing at all', async () => {
    await w.map({ offsetAccount: '1', transferAccount: '111900' });
    await w.map({ feedAccountId: TRUST });
    await rule('Memo', 'memo', { exclude: 'only a notice' });
    await w.lines(
      {},
      { text: 'memo' },
      { amount: '0.00' },
      { amount: '-5.00', text: 'transfer to 4029' },
      { amount: '5.00', text: 'transfer from 1207', account: TRUST },
      { amount: '-7.00', text: 'transfer to 4029' },
    );
    await propose(w);
    const before = await contentOf(w);
    expect(await propose(w)).toMatchObject({ made: 0, recoded: 0, superseded: 0, corrections: 0 });
    expect(await contentOf(w)).toBe(before);
  });

  test('the same line has the same reference in another copy of the workspace', async () => {
    await w.map({ offsetAccount: '1' });
    const id = await w.line();
    await propose(w);
    const first = (await w.place(id)).stem;
    await w.store.write(async (trx) => {
      await trx.deleteFrom('proposal_line').execute();
      await trx.deleteFrom('proposal_offset').execute();
      await trx.deleteFrom('proposal').execute();
    });
    await propose(w);
    expect((await w.place(id)).stem).toBe(first);
  });

  test('2,500 lines are proposed in pages with one event each', async () => {
    await w.map({ offsetAccount: '605000' });
    await rule('Gas', 'gas', { account: '1' });
    await w.lines(
      ...Array.from({ length: 2_500 }, (_, n) => ({ text: n % 3 ? 'gas' : 'other', amount: `-${n + 1}.00` })),
    );
    const result = await propose(w);
    expect(result).toMatchObject({ made: 2_500, ready: 2_500 });
    expect(await w.events('proposals.made')).toHaveLength(3);
  });

  test('a reversed entry puts its line back in the queue, one generation up, for a person to look at', async () => {
    await w.map({ offsetAccount: '1' });
    const id = await w.line();
    await propose(w);
    const first = await w.place(id);
    await w.setState(first.id, 'reversed');
    const again = await proposeAgain(w, id);
    const second = await w.place(id);
    expect(second).toMatchObject({
      id: again,
      generation: 1,
      state: 'needs_person',
      needs: ['Posted and reversed before: look at it and approve.'],
    });
    expect(second.stem).not.toBe(first.stem);
    expect(await proposeAgain(w, id)).toBeNull();
  });
});
