import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import type { LedgerBankLine } from '../connectors/capabilities.ts';
import { entryHash } from '../core/entry.ts';
import { acceptLedgerVersion, followPostings } from '../posting/follow.ts';
import { postApproved } from '../posting/post.ts';
import { ledgerEntryOf, loadProposal } from '../store/proposals.ts';
import type { OpenItem } from './open-items.ts';
import { reconcileAccounts } from './reconcile.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

async function reconcile(date = '2026-11-19') {
  const [result] = await reconcileAccounts(world.context, [date]);
  if (!result) throw new Error('nothing was reconciled');
  const total = result.openItems.reduce((sum, item) => sum + item.amountMinor, 0n);
  expect(total, 'the open items add up to the difference').toBe(result.difference.minor);
  return result;
}

const kinds = (items: readonly OpenItem[]) => items.map((item) => `${item.kind} ${item.amountMinor}`).sort();

async function postInErp() {
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) held.state = 'posted';
  await followPostings(world.context);
}

function otherLine(amount: bigint, date: string, text: string): LedgerBankLine {
  return {
    providerKey: `other-${text}`,
    bankAccount: 'OPER',
    date,
    amount: { minor: amount, currency: 'USD' },
    voucher: 'X1',
    text,
    reference: null,
  };
}

test('an account whose lines are all in the general ledger has no difference and no open item', async () => {
  await world.approve(1_000);
  await world.approve(-300);
  await postInErp();
  const result = await reconcile();
  expect(result).toMatchObject({
    explained: true,
    openItems: [],
    bankBalance: { minor: 700n },
    difference: { minor: 0n },
  });
});

test('an entry in an unposted journal of the ERP is a named open item', async () => {
  await world.approve(1_000);
  await postApproved(world.context, { actor: 'Ann' });
  expect(kinds((await reconcile()).openItems)).toEqual(['in_open_journal 1000']);
});

test('lines that wait, are excluded or refused are named by their state', async () => {
  const states = ['needs_person', 'approved', 'excluded', 'refused', 'unknown', 'different'];
  for (const [index, state] of states.entries()) {
    const id = await world.approve(2 ** index);
    await world.workspace.store.write((trx) =>
      trx.updateTable('proposal').set({ state }).where('id', '=', id).execute(),
    );
  }
  expect(kinds((await reconcile()).openItems)).toEqual(
    ['to_review 1', 'approved 2', 'excluded 4', 'refused 8', 'unknown_outcome 16', 'different 32'].sort(),
  );
});

test('money in the ledger that the bank does not know is a named open item', async () => {
  await world.approve(1_000);
  await postInErp();
  world.ledger.otherBankLines = [otherLine(-50n, '2026-11-19', 'Cheque by hand')];
  const result = await reconcile();
  expect(kinds(result.openItems)).toEqual(['ledger_only 50']);
  expect(result.difference.minor).toBe(50n);
});

test('an opening balance that differs is said once, by name', async () => {
  await world.approve(1_000);
  await postInErp();
  world.ledger.otherBankLines = [otherLine(40n, '2026-01-01', 'Opening balance')];
  expect(kinds((await reconcile()).openItems)).toEqual(['opening_difference -40']);
});

test('an open gap of the feed is part of the bank balance and named', async () => {
  await world.workspace.store.write((trx) =>
    trx
      .insertInto('gap')
      .values({
        feed_account_id: 'acc_1',
        size_minor: 77,
        currency: 'USD',
        first_date: '2026-11-18',
        opened_at: '',
        pull_id: '',
      })
      .execute(),
  );
  const result = await reconcile();
  expect(result.bankBalance.minor).toBe(77n);
  expect(kinds(result.openItems)).toEqual(['feed_gap 77']);
});

test('a line that is dated after the day does not count on it', async () => {
  await world.approve(1_000, { date: '2026-11-20' });
  expect((await reconcile('2026-11-19')).bankBalance.minor).toBe(0n);
});

test('a ledger that does not show its bank lines is stood in for by confirmed entries, and that is said', async () => {
  world.ledger.otherBankLines = null;
  await world.approve(1_000);
  await world.approve(-300);
  await postApproved(world.context, { actor: 'Ann' });
  expect(await reconcile()).toMatchObject({ ledgerSource: 'postings', difference: { minor: 0n }, explained: true });
});

test('an entry that shares its voucher with another is found by its amount', async () => {
  await world.approve(1_000);
  await world.approve(-300);
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) {
    held.state = 'posted';
    held.voucher = 'ONE';
  }
  await followPostings(world.context);
  expect((await reconcile()).openItems).toEqual([]);
});

test('a line that the bank removed after posting stays an open item until the correction is posted', async () => {
  await world.approve(1_000);
  await postInErp();
  await world.workspace.store.write((trx) => trx.updateTable('statement_line').set({ state: 'removed' }).execute());
  const result = await reconcile();
  expect(result.difference.minor).toBe(-1_000n);
  expect(result.openItems).toHaveLength(1);
});

/** A second bank account, and the entry under way from it to the first: one entry for both lines. */
async function transferFrom(amountMinor: number): Promise<string> {
  const id = await world.approve(amountMinor);
  await world.workspace.store.write(async (trx) => {
    const account = await trx.selectFrom('feed_account').selectAll().executeTakeFirstOrThrow();
    await trx
      .insertInto('feed_account')
      .values({ ...account, id: 'acc_2', provider_account_id: 'p2', name: 'Savings', mask: '0002' })
      .execute();
    const mapping = await trx.selectFrom('mapping').selectAll().executeTakeFirstOrThrow();
    await trx
      .insertInto('mapping')
      .values({ ...mapping, id: 'map_2', feed_account_id: 'acc_2', bank_account: 'SAVE' })
      .execute();
    const line = await trx.selectFrom('statement_line').selectAll().executeTakeFirstOrThrow();
    await trx
      .insertInto('statement_line')
      .values({ ...line, id: 99n, feed_account_id: 'acc_2', provider_line_id: 'out', amount_minor: -line.amount_minor })
      .execute();
    await trx.insertInto('proposal_line').values({ proposal_id: id, line_id: 99n, claim: 1n }).execute();
    await trx.updateTable('proposal').set({ kind: 'transfer' }).where('id', '=', id).execute();
    await trx.updateTable('proposal_offset').set({ account_type: 'bank', account: 'SAVE' }).execute();
    const approved_hash = entryHash(ledgerEntryOf(await loadProposal(trx, id)));
    await trx.updateTable('proposal').set({ approved_hash }).where('id', '=', id).execute();
  });
  return id;
}

test('a transfer counts on both bank accounts, also where confirmed entries stand in for the ledger', async () => {
  world.ledger.otherBankLines = null;
  await transferFrom(1_000);
  await postApproved(world.context, { actor: 'Ann' });
  const results = await reconcileAccounts(world.context, ['2026-11-19']);
  expect(results.map((result) => [result.bankAccount, result.ledgerBalance.minor, result.openItems])).toEqual([
    ['OPER', 1_000n, []],
    ['SAVE', -1_000n, []],
  ]);
});

test('entries from before a start date that was moved are part of the opening, not items of their own', async () => {
  await world.approve(1_000, { date: '2026-11-17' });
  await world.approve(500);
  await postInErp();
  await world.workspace.store.write((trx) => trx.updateTable('mapping').set({ start_date: '2026-11-18' }).execute());
  expect(await reconcile()).toMatchObject({ openItems: [], bankBalance: { minor: 1_500n }, explained: true });
  world.ledger.otherBankLines = null;
  expect(await reconcile()).toMatchObject({ openItems: [], ledgerBalance: { minor: 1_500n }, explained: true });
});

test('an entry that a person dated otherwise than the bank is a difference of days on the days between', async () => {
  const [earlier, later] = [await world.approve(1_000, { date: '2026-11-19' }), await world.approve(200)];
  await world.workspace.store.write(async (trx) => {
    await trx.updateTable('statement_line').set({ date: '2026-11-20' }).where('id', '=', 1n).execute();
    await trx.updateTable('proposal').set({ date: '2026-11-20' }).where('id', '=', later).execute();
    for (const id of [earlier, later]) {
      const approved_hash = entryHash(ledgerEntryOf(await loadProposal(trx, id)));
      await trx.updateTable('proposal').set({ approved_hash }).where('id', '=', id).execute();
    }
  });
  await postInErp();
  expect(kinds((await reconcile('2026-11-19')).openItems)).toEqual(['timing -1000', 'timing 200']);
  expect(kinds((await reconcile('2026-11-20')).openItems)).toEqual([]);
});

test('an entry that the ledger holds with another amount is named as different', async () => {
  const id = await world.approve(1_000);
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) {
    held.state = 'posted';
    held.entry = { ...held.entry, amount: { minor: 990n, currency: 'USD' } };
  }
  await followPostings(world.context);
  await acceptLedgerVersion(world.context, id, 'Ann');
  expect(kinds((await reconcile()).openItems)).toEqual(['different 10']);
});

test('a line that the bank removed after posting is a correction to be made, before and after it is proposed', async () => {
  await world.approve(1_000);
  await postInErp();
  await world.workspace.store.write((trx) => trx.updateTable('statement_line').set({ state: 'removed' }).execute());
  expect(kinds((await reconcile()).openItems)).toEqual(['correction_open -1000']);
});

test('a bank that gave no opening balance is said to have given none', async () => {
  await world.approve(1_000);
  await postInErp();
  world.ledger.otherBankLines = [otherLine(40n, '2026-01-01', 'Opening balance')];
  await world.workspace.store.write((trx) => trx.updateTable('feed_account').set({ opening_minor: null }).execute());
  const { openItems } = await reconcile();
  expect(kinds(openItems)).toEqual(['opening_difference -40']);
  expect(openItems[0]?.text).toContain('no opening balance');
});

test('where the ledger books an open entry at once, it counts; deleted there, it differs and waits nowhere', async () => {
  world.ledger.rules = { openIsBooked: true };
  await world.approve(1_000);
  await postApproved(world.context, { actor: 'Ann' });
  expect(kinds((await reconcile()).openItems)).toEqual([]);
  world.ledger.held.length = 0;
  expect(kinds((await reconcile()).openItems)).toEqual(['different 1000']);
});
