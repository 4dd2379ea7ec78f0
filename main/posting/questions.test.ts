import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import type { BankChain, JournalQuestion } from '../connectors/balance-chain.ts';
import { listQuestions } from '../store/journal-questions.ts';
import { postApproved } from './post.ts';
import { answerQuestion } from './questions.ts';

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
  world.ledger.rules = { grouping: 'account_day', inOrder: true, refusesWhole: true };
});
afterEach(() => world.workspace.close());

const post = () => postApproved(world.context, { actor: 'Ann' });
const answer = (id: bigint, choice = 'continue') =>
  answerQuestion(world.context, id, choice, 'Ann', 'The accountant of last year booked it by hand.');
const questions = (open?: boolean) =>
  listQuestions(world.workspace.store.read, { limit: 50, ...(open === undefined ? {} : { open }) });

/** A ledger that stands `size` away from the bank, and asks about it until somebody says to go on. */
function broken(size: bigint) {
  return (_journal: unknown, chain: BankChain): JournalQuestion[] => {
    const key = `break ${size}`;
    if (size === 0n || chain.decisions.some((one) => one.key === key && one.choice === 'continue')) return [];
    return [
      {
        kind: 'break',
        key,
        size: { minor: size, currency: 'USD' },
        sentence: `The ledger stands ${size} away from the bank.`,
        choices: [{ choice: 'continue', label: 'Go on', consequence: 'The difference stays.' }],
      },
    ];
  };
}

async function events(): Promise<string[]> {
  const rows = await world.workspace.store.read.selectFrom('audit_event').select('action').orderBy('seq').execute();
  return rows.map((row) => row.action).filter((action) => action.startsWith('journal.'));
}

test('a journal with an open question sends nothing, and its entries stay approved', async () => {
  const id = await world.approve(1_000);
  world.ledger.asks = broken(500n);
  const { failures, journals } = await post();
  expect(failures).toMatchObject([{ error: { code: 'journal_question', repair: 'answer_question' } }]);
  const [row] = await questions(true);
  expect(failures[0]?.error.path).toBe(`con_erp/USMF/GenJrn/${row?.id}`);
  expect(row).toMatchObject({ kind: 'break', size_minor: 500n, currency: 'USD', choice: null });
  expect(journals).toBe(0);
  expect(world.ledger.sends).toEqual([]);
  expect(await world.stateOf(id)).toBe('approved');
});

test('an answer lets the journal go, with name and note in the trail', async () => {
  await world.approve(1_000);
  world.ledger.asks = broken(500n);
  await post();
  const [row] = await questions(true);
  await answer(row?.id ?? 0n);
  expect(await post()).toMatchObject({ posted: 1, failures: [] });
  expect(await questions()).toMatchObject([{ choice: 'continue', decided_by: 'Ann' }]);
  expect(await events()).toEqual(['journal.question_asked', 'journal.question_answered']);
});

test('a question is asked once, however often posting is tried', async () => {
  await world.approve(1_000);
  world.ledger.asks = broken(500n);
  await post();
  await post();
  expect(await questions()).toHaveLength(1);
  expect(await events()).toEqual(['journal.question_asked']);
});

test('a question that the ledger no longer asks is taken back', async () => {
  await world.approve(1_000);
  world.ledger.asks = broken(500n);
  await post();
  world.ledger.asks = broken(0n);
  expect(await post()).toMatchObject({ posted: 1 });
  expect(await questions()).toEqual([]);
  expect(await events()).toEqual(['journal.question_asked', 'journal.question_withdrawn']);
});

test('only a choice of the question is an answer, and only once', async () => {
  await world.approve(1_000);
  world.ledger.asks = broken(500n);
  await post();
  const [row] = await questions(true);
  await expect(answer(row?.id ?? 0n, 'whatever')).rejects.toMatchObject({ code: 'usage' });
  await answer(row?.id ?? 0n);
  await expect(answer(row?.id ?? 0n)).rejects.toMatchObject({ code: 'stale' });
  await expect(answer(999n)).rejects.toMatchObject({ code: 'not_found' });
});

test('a question that comes up directly before sending keeps the intent and burns no attempt', async () => {
  const id = await world.approve(1_000);
  let asked = 0;
  world.ledger.asks = (journal, chain) => (asked++ === 0 ? [] : broken(500n)(journal, chain));
  expect((await post()).failures).toMatchObject([{ error: { code: 'journal_question' } }]);
  expect(world.ledger.held).toEqual([]);
  expect(await world.stateOf(id)).toBe('posting');
  for (let run = 0; run < 3; run++) await post();
  const [row] = await questions(true);
  await answer(row?.id ?? 0n);
  expect(await post()).toMatchObject({ posted: 1, failures: [] });
  expect(world.ledger.held).toHaveLength(1);
});

test('a question holds back later days of the same journal name and no other journal', async () => {
  await world.approve(1, { date: '2026-11-17' });
  await world.approve(2, { date: '2026-11-18' });
  await world.approve(3, { date: '2026-11-18', journalName: 'Other' });
  world.ledger.asks = (journal, chain) => (journal.journalName === 'GenJrn' ? broken(5n)(journal, chain) : []);
  expect(await post()).toMatchObject({ posted: 1 });
  expect(world.ledger.sent).toEqual(['Other 2026-11-18']);
});

test('the bank side is the balance at the start and what was posted since', async () => {
  const { store } = world.workspace;
  await world.approve(700, { date: '2026-11-10' });
  await store.write(async (trx) => {
    // A line of before the mapping's start is part of the balance and is not booked.
    await trx.deleteFrom('proposal_offset').execute();
    await trx.deleteFrom('proposal_line').execute();
    await trx.deleteFrom('proposal').execute();
    await trx.updateTable('mapping').set({ start_date: '2026-11-15' }).execute();
    await trx.updateTable('feed_account').set({ opening_minor: 10_000 }).execute();
  });
  await world.approve(1_000, { date: '2026-11-18' });
  await world.approve(-300, { date: '2026-11-19' });
  const seen: unknown[] = [];
  world.ledger.asks = (journal, chain) => {
    seen.push([journal.entries[0]?.date, chain.expected?.minor]);
    return [];
  };
  expect(await post()).toMatchObject({ posted: 2 });
  // Both before their intents, then each as it is sent.
  expect(seen).toEqual([
    ['2026-11-18', 10_700n],
    ['2026-11-19', 10_700n],
    ['2026-11-18', 10_700n],
    ['2026-11-19', 11_700n],
  ]);
});

test('without a proven opening balance nothing is expected', async () => {
  await world.workspace.store.write((trx) => trx.updateTable('feed_account').set({ opening_minor: null }).execute());
  await world.approve(1_000);
  let expected: unknown;
  world.ledger.asks = (_, chain) => {
    expected = chain.expected;
    return [];
  };
  await post();
  expect(expected).toBeNull();
});
