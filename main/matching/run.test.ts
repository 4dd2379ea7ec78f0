import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import type { LedgerBankLine } from '../connectors/capabilities.ts';
import { followPostings } from '../posting/follow.ts';
import { postApproved } from '../posting/post.ts';
import { candidatesOf, listMatches, openLines } from '../store/match-list.ts';
import { matchedAccounts } from './account.ts';
import { bringUpAndMatch } from './bring-up.ts';
import { makeMatch } from './make.ts';
import { saveRules } from './save-rules.ts';
import { testRules } from './test-rules.ts';
import { undo } from './undo.ts';

const DAY = '2026-11-19';
const ALL = { offset: 0, limit: 100 };

let world: PostingWorld;
beforeEach(async () => {
  world = await postingWorld();
});
afterEach(() => world.workspace.close());

const store = () => world.workspace.store;
const run = (options: { whole?: boolean } = {}) => bringUpAndMatch(world.context, { actor: 'Ann', ...options });
const made = async () => (await listMatches(store().read, { state: 'made' }, ALL)).matches;
const legs = async () => (await made()).map((match) => match.legs.map((leg) => `${leg.side} ${leg.minor}`).sort());
const matchContext = () => ({ store: store(), clock: world.context.clock, random: world.context.random });

let keys = 0;
function inLedger(minor: bigint, details: Partial<LedgerBankLine> = {}): LedgerBankLine {
  keys += 1;
  const line = {
    ...{ providerKey: `key-${keys}`, bankAccount: 'OPER', date: DAY, amount: { minor, currency: 'USD' } },
    ...{ voucher: `V${keys}`, text: 'Payment', reference: null, ...details },
  };
  world.ledger.otherBankLines?.push(line);
  return line;
}

/** A statement line that no entry of ours stands for. @returns its id */
async function atBank(
  minor: number,
  details: { counterparty?: string; text?: string; date?: string } = {},
): Promise<number> {
  const { counterparty = null, text = 'PAYMENT', date = DAY } = details;
  keys += 1;
  const row = await store().write((trx) =>
    trx
      .insertInto('statement_line')
      .values({
        ...{
          feed_account_id: 'acc_1',
          provider_line_id: `b${keys}`,
          state: 'booked',
          amount_minor: minor,
          currency: 'USD',
        },
        ...{
          date,
          text,
          counterparty,
          counterparty_key: '',
          payload: '{}',
          revision: 1,
          first_pull_id: '',
          last_pull_id: '',
        },
      })
      .returning('id')
      .executeTakeFirstOrThrow(),
  );
  return Number(row.id);
}

const open = async (side: 'statement' | 'ledger') => {
  const [account] = await matchedAccounts(store().read);
  if (account === undefined) throw new Error('no account');
  return (await openLines(store().read, account, side, '2026-12-31', ALL)).lines.map(({ minor }) => Number(minor));
};

async function ledgerIds(): Promise<number[]> {
  const rows = await store().read.selectFrom('ledger_bank_line').select('id').orderBy('id').execute();
  return rows.map(({ id }) => Number(id));
}

test('an entry that Daybook posted is matched with its bank line by its own reference', async () => {
  await world.approve(1_000);
  await world.approve(1_000);
  await postApproved(world.context, { actor: 'Ann' });
  for (const held of world.ledger.held) held.state = 'posted';
  await followPostings(world.context);
  world.ledger.otherBankLines = world.ledger.held.map(({ entry }, index) => ({
    ...{ providerKey: `told-${index}`, bankAccount: 'OPER', date: entry.date, amount: entry.amount, voucher: 'V' },
    ...{ text: entry.text, reference: entry.reference },
  }));
  world.ledger.held.length = 0;
  expect(await run()).toMatchObject({ made: 2, byPass: { own_reference: 2 } });
});

test('a line is used once, and a second run over the same lines makes nothing', async () => {
  await atBank(-12_345, { counterparty: 'Acme Supplies Ltd' });
  inLedger(-12_345n, { party: 'ACME SUPPLIES LIMITED' });
  expect(await run()).toMatchObject({ made: 1 });
  expect(await run()).toMatchObject({ made: 0, batchId: null, accounts: [] });
  expect(await run({ whole: true })).toMatchObject({ made: 0 });
  expect(await legs()).toEqual([['ledger -12345', 'statement -12345']]);
});

test('two ledger lines that could both be the partner stay a tie, and both are shown', async () => {
  const line = await atBank(-12_345, { counterparty: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  expect(await run()).toMatchObject({ made: 0, suggested: 1 });
  const candidates = await candidatesOf(store().read, line);
  expect(candidates.map(({ ledger }) => ledger).sort()).toEqual((await ledgerIds()).map((id) => [id]));
  expect(new Set(candidates.map(({ parts_json }) => parts_json)).size).toBe(1);
});

test('a person decides a tie, and no run touches what a person matched', async () => {
  const line = await atBank(-12_345, { counterparty: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  await run();
  const [, second = 0] = await ledgerIds();
  const wanted = {
    feedAccountId: 'acc_1',
    statementLineIds: [line],
    ledgerLineIds: [second],
    corrections: [],
    note: '',
  };
  await makeMatch(matchContext(), wanted, 'Ann');
  await run({ whole: true });
  expect((await made()).map(({ pass, legs: own }) => [pass, own.map(({ lineId }) => lineId).sort()])).toEqual([
    ['person', [line, second].sort()],
  ]);
  await expect(makeMatch(matchContext(), wanted, 'Ben')).rejects.toMatchObject({ code: 'stale' });
});

test('a match by hand must come to exactly zero, a named correction included', async () => {
  const line = await atBank(-10_350);
  inLedger(-10_000n);
  await run();
  const [ledgerLine = 0] = await ledgerIds();
  const wanted = {
    feedAccountId: 'acc_1',
    statementLineIds: [line],
    ledgerLineIds: [ledgerLine],
    corrections: [],
    note: '',
  };
  await expect(makeMatch(matchContext(), wanted, 'Ann')).rejects.toThrow('Bank and ledger differ by -3.50 USD');
  const fee = { rule: 'bank fee', kind: 'fee', account: '6570', minor: -350n };
  await makeMatch(matchContext(), { ...wanted, corrections: [fee] }, 'Ann');
  expect(await made()).toMatchObject([{ corrections: [{ rule: 'bank fee', amount_minor: -350n }] }]);
});

test('what a person took apart is not made again by a run, and stays the first suggestion', async () => {
  const line = await atBank(-12_345, { counterparty: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  await run();
  const [match] = await made();
  const undone = await undo(matchContext(), { matchId: match?.id ?? '' }, 'Ann', 'another one');
  expect(await open('statement')).toEqual([-12_345]);
  expect(await run({ whole: true })).toMatchObject({ made: 0 });
  expect(await candidatesOf(store().read, line)).toMatchObject([{ rank: 1n, ledger: await ledgerIds() }]);
  await undo(matchContext(), { batchId: undone.batchId }, 'Ann', '');
  expect(await legs()).toEqual([['ledger -12345', 'statement -12345']]);
});

test('a whole run is undone at once, and the undoing is undone', async () => {
  for (const amount of [-1_111, -2_222, -3_333]) {
    await atBank(amount, { counterparty: `Party ${amount} Works` });
    inLedger(BigInt(amount), { party: `Party ${amount} Works` });
  }
  const { batchId, made: count } = await run();
  expect(count).toBe(3);
  const undone = await undo(matchContext(), { batchId: batchId ?? '' }, 'Ann', '');
  expect(undone).toMatchObject({ undone: 3, restored: 0 });
  expect(await made()).toEqual([]);
  expect(await undo(matchContext(), { batchId: undone.batchId }, 'Ann', '')).toMatchObject({ restored: 3 });
  expect(await made()).toHaveLength(3);
});

test('one line taken out of a larger match leaves the rest matched where the rest comes to zero', async () => {
  const lines = [await atBank(-1_000), await atBank(-2_500)];
  inLedger(-1_000n, { date: '2026-03-01' });
  inLedger(-2_500n, { date: '2026-03-01' });
  await run();
  const ids = await ledgerIds();
  const wanted = { feedAccountId: 'acc_1', statementLineIds: lines, ledgerLineIds: ids, corrections: [], note: '' };
  const { matchId } = await makeMatch(matchContext(), wanted, 'Ann');
  const out = [
    { side: 'statement' as const, lineId: lines[0] ?? 0 },
    { side: 'ledger' as const, lineId: ids[0] ?? 0 },
  ];
  const { batchId } = await undo(matchContext(), { matchId, lines: out }, 'Ann', '');
  expect(await legs()).toEqual([['ledger -2500', 'statement -2500']]);
  await undo(matchContext(), { batchId }, 'Ann', '');
  expect(await legs()).toEqual([['ledger -1000', 'ledger -2500', 'statement -1000', 'statement -2500']]);
});

test('a match breaks by itself when the ledger loses a line of it, and the bank line is open again', async () => {
  await atBank(-12_345, { counterparty: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  await run();
  world.ledger.otherBankLines = [];
  expect(await run()).toMatchObject({ broken: 1, made: 0 });
  expect(await open('statement')).toEqual([-12_345]);
  const [undone] = (await listMatches(store().read, { state: 'undone' }, ALL)).matches;
  expect(undone?.undone_why).toBe('The ledger no longer has a line of it.');
});

test('a line that comes back keeps its id, and is not doubled', async () => {
  const line = inLedger(-500n);
  await run();
  const before = await ledgerIds();
  world.ledger.otherBankLines = [];
  await run();
  expect(await open('ledger')).toEqual([]);
  world.ledger.otherBankLines = [line, line];
  await run();
  expect([await ledgerIds(), await open('ledger')]).toEqual([before, [-500]]);
});

test('an account that is set to suggest is matched by people alone', async () => {
  const line = await atBank(-12_345, { counterparty: 'Acme Supplies' });
  inLedger(-12_345n, { party: 'Acme Supplies' });
  const [account] = await matchedAccounts(store().read);
  if (account === undefined) throw new Error('no account');
  await saveRules(matchContext(), 'acc_1', { ...account.rules, automatic: false }, 'Ann');
  expect(await run()).toMatchObject({ made: 0, suggested: 1 });
  expect(await candidatesOf(store().read, line)).toHaveLength(1);
  const tried = await testRules(store().read, account, { ...account.rules, automatic: true });
  expect(tried).toMatchObject({ made: 1, fresh: 1, same: 0, matchedStatementLines: 1 });
  expect(await made()).toEqual([]);
});

test('a fee that a rule names is booked as a correction, to the account of the rule', async () => {
  await atBank(-10_350, { counterparty: 'Acme Supplies' });
  inLedger(-10_000n, { party: 'Acme Supplies' });
  expect(await run()).toMatchObject({ made: 0 });
  const [account] = await matchedAccounts(store().read);
  if (account === undefined) throw new Error('no account');
  const fee = { name: 'bank fee', kind: 'fee' as const, account: '6570', upTo: 500, known: [350] };
  await saveRules(matchContext(), 'acc_1', { ...account.rules, corrections: [fee] }, 'Ann');
  expect(await run()).toMatchObject({ made: 1, byPass: { correction: 1 } });
  expect(await made()).toMatchObject([{ corrections: [{ account: '6570', amount_minor: -350n }] }]);
});

test('a ledger that cannot be read is told, and does not keep the others from being matched', async () => {
  world.ledger.onStep = (step) => {
    if (step === 'readBankLines') throw new Error('down');
  };
  const result = await run();
  expect(result.trouble).toMatchObject([{ feedAccountId: 'acc_1', error: { code: 'internal' } }]);
});
