import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { DIVISION, OTHER_DIVISION } from '../../../practice/exact/seed-small.ts';
import { openPracticeExact } from '../../../test/support/practice-exact.ts';
import type { AccountType, EntryOffset, LedgerEntry, LedgerJournal } from '../../core/entry.ts';
import { money } from '../../core/money.ts';
import { referenceOf, stemOf } from '../../core/reference.ts';
import { differenceSentence, differences } from '../../posting/compare.ts';
import type { BankChain, JournalDecision } from '../balance-chain.ts';
import type { SendNotes } from '../capabilities.ts';

type World = Awaited<ReturnType<typeof openPracticeExact>>;
let world: World;
/** What was sent, as it left. */
let bodies: string[];
beforeEach(async () => {
  bodies = [];
  world = await openPracticeExact({
    wrap: (handler) => async (request) => {
      if (request.method === 'POST') bodies.push(await request.clone().text());
      return handler(request);
    },
  });
});

const division = String(DIVISION);
const OTHER = String(OTHER_DIVISION);
const DAY = '2026-03-09';
const reference = (name: string) =>
  referenceOf(stemOf({ workspaceId: 'w', kind: 'entry', members: [name], generation: 0 }), 0);

function offset(
  account: string,
  amount: string,
  more: { type?: AccountType; dimensions?: Record<string, string>; text?: string; currency?: string } = {},
): EntryOffset {
  const { type = 'ledger', dimensions = {}, text = `to ${account}`, currency = 'EUR' } = more;
  return { accountType: type, account, dimensions, amount: money(amount, currency), text };
}

function entry(name: string, offsets: EntryOffset[], more: Partial<LedgerEntry> = {}): LedgerEntry {
  const [first] = offsets;
  const currency = first?.amount.currency ?? 'EUR';
  return {
    reference: reference(name),
    ...{ accountType: 'bank', account: '20', dimensions: {}, date: DAY, text: `Entry ${name}` },
    amount: { minor: offsets.reduce((sum, { amount }) => sum + amount.minor, 0n), currency },
    offsets,
    ...more,
  };
}

function journal(entries: LedgerEntry[], journalName = '20'): LedgerJournal {
  return { reference: reference('journal'), legalEntity: division, journalName, description: 'x', entries };
}

const OFFICE = { VATCode: '4' };
const MIXED = () => [
  entry('office', [offset('4500', '-121.00', { dimensions: OFFICE })]),
  entry('customer', [offset('25', '250.10', { type: 'customer' })]),
  entry('split', [
    offset('400', '-60.00', { type: 'vendor', text: 'part one' }),
    offset('4000', '-40.00', { dimensions: { CostCenter: 'AMS', VATCode: '0' }, text: 'part two' }),
  ]),
];

function notes(chain: Partial<BankChain> = {}): SendNotes {
  return {
    journalNumber: null,
    remember: async () => {},
    beforeWrite: async () => {},
    bankChain: async () => ({ expected: null, since: '2026-03-01', decisions: [], ...chain }),
  };
}

const send = (what: LedgerJournal, chain: Partial<BankChain> = {}) =>
  world.connector.send(what, notes(chain), undefined);
const lookUp = (...names: string[]) => world.connector.lookUp(division, names.map(reference), undefined);
const findings = async (...entries: LedgerEntry[]) =>
  (await world.connector.preflight(journal(entries), undefined)).map(({ code, reference: about, sentence }) => ({
    code,
    whole: about === null,
    sentence,
  }));
const ourEntries = () => world.control.books().entries.filter(({ by }) => by === 'client');
const eur = (amount: string) => money(amount, 'EUR');

test('a day is one bank entry whose balances follow the chain, and every field comes back as approved', async () => {
  const approved = MIXED();
  expect(await world.connector.preflight(journal(approved), undefined)).toEqual([]);
  const { journalNumber } = await send(journal(approved), { expected: eur('1000.00') });
  const found = await lookUp('office', 'customer', 'split');
  expect(found).toHaveLength(3);
  for (const one of approved) {
    const there = found.find((candidate) => candidate.entry.reference === one.reference);
    expect(there && differences(one, there)).toEqual([]);
    expect(there).toMatchObject({ journalNumber, state: 'open', legalEntity: division });
  }
  const [stored] = ourEntries();
  expect(stored).toMatchObject({ journal: '20', kind: 'bank', year: 2026, period: 3, openingMinor: 100_000n });
  expect(stored?.closingMinor).toBe(100_000n + 2_910n);
  expect(ourEntries()).toHaveLength(1);
});

test('money in is positive on the lines, and debits the bank in the ledger', async () => {
  await send(journal([entry('in', [offset('2000', '10.00')])]));
  const [stored] = ourEntries();
  const side = (role: string) => stored?.lines.find((line) => line.role === role)?.minor;
  expect(side('bank')).toBe(1_000n);
  expect(side('line')).toBe(-1_000n);
});

test('a card without a bank journal goes the general way, balanced, and comes back as approved', async () => {
  const card = entry('card', [offset('2000', '-30.00')], { account: '1150' });
  const approved = journal([card], '90');
  expect(await world.connector.preflight(approved, undefined)).toEqual([]);
  expect(await world.connector.chainQuestions(approved, await chainOf(), undefined)).toEqual([]);
  await send(approved);
  const [found] = await lookUp('card');
  expect(found && differences(card, found)).toEqual([]);
  expect(ourEntries()).toMatchObject([{ kind: 'general', journal: '90' }]);
});

test('an entry is found by its stem under another revision, and wherever its notes were moved to', async () => {
  await send(journal([entry('a', [offset('2000', '10.00')])]));
  const other = referenceOf(stemOf({ workspaceId: 'w', kind: 'entry', members: ['a'], generation: 0 }), 7);
  expect(await world.connector.lookUp(division, [other], undefined)).toHaveLength(1);
  expect(await lookUp('b')).toEqual([]);
});

test.each([true, false])('a line that matching split still counts as one, notes kept: %s', async (splitKeepsNotes) => {
  world.control.settings.splitKeepsNotes = splitKeepsNotes;
  const approved = entry('customer', [offset('25', '250.00', { type: 'customer' })]);
  const { journalNumber } = await send(journal([approved]));
  const line = ourEntries()[0]?.lines.find(({ role }) => role === 'line');
  world.control.matchSplit({ division: DIVISION, entryId: journalNumber, lineId: line?.lineId ?? '' }, [
    { minor: 10_000n, ourRef: 1 },
    { minor: 15_000n, ourRef: 2 },
  ]);
  const [found] = await lookUp('customer');
  expect(found && differences(approved, found)).toEqual([]);
  expect(found?.lineIds).toHaveLength(2);
});

test('what somebody changed in a line of ours in Exact is seen when it is looked up', async () => {
  const approved = entry('a', [offset('2000', '10.00')]);
  const { journalNumber } = await send(journal([approved]));
  const line = ourEntries()[0]?.lines.find(({ role }) => role === 'line');
  world.control.editLine(
    { division: DIVISION, entryId: journalNumber, lineId: line?.lineId ?? '' },
    { costCenter: 'AMS', minor: 999n },
  );
  const [found] = await lookUp('a');
  expect(found && differences(approved, found).map(({ field }) => field)).toEqual(['amount', 'offset 1']);
});

/** As if the ids had been remembered from another division: what is kept of this one has that one's ids. */
async function remembersIdsOfOther(list: 'accounts' | 'relations', code: string): Promise<string> {
  const tables = world.tables();
  await tables.of(division, undefined);
  const foreign = (await tables.of(OTHER, undefined))[list]?.get(code)?.ID ?? '';
  const kept = keptRows.parse(await world.keep.read(`masters:${division}`));
  const rows = kept[list].rows.map((row) => (row.Code.trim() === code ? { ...row, ID: foreign } : row));
  expect(rows).not.toEqual(kept[list].rows);
  await world.keep.write(`masters:${division}`, { ...kept, [list]: { ...kept[list], rows } });
  return foreign;
}
const rowsOf = z.looseObject({ rows: z.array(z.looseObject({ ID: z.string(), Code: z.string() })) });
const keptRows = z.looseObject({ accounts: rowsOf, relations: rowsOf });

test.each<['accounts' | 'relations', string, EntryOffset, RegExp]>([
  ['relations', '25', offset('25', '250.00', { type: 'customer' }), /ledger 1300 .* instead of customer 25 /],
  ['accounts', '2000', offset('2000', '10.00'), /ledger {2}· .* instead of ledger 2000 /],
])(
  'an id of another division (%s) is sent, dropped by Exact without a word, and caught when the entry is read back',
  async (list, code, side, sentence) => {
    const foreign = await remembersIdsOfOther(list, code);
    const approved = entry('a', [side]);
    // The code is known, so nothing speaks against it before.
    expect(await world.connector.preflight(journal([approved]), undefined)).toEqual([]);
    await send(journal([approved]));
    expect(bodies.some((body) => body.includes(foreign))).toBe(true);
    const [found] = await lookUp('a');
    const different = found === undefined ? [] : differences(approved, found);
    expect(different.map(({ field }) => field)).toEqual(['offset 1']);
    expect(differenceSentence(different)).toMatch(sentence);
  },
);

test('a processed entry is told as posted', async () => {
  await send(journal([entry('a', [offset('2000', '10.00')])]));
  await lookUp('a');
  world.control.process(DIVISION);
  expect(await lookUp('a')).toMatchObject([{ state: 'posted' }]);
});

// ------------------------------------------------------------------------------------------ preflight

test.each<[string, EntryOffset, string]>([
  ['an account that Exact does not have', offset('9999', '-1.00'), 'account_invalid'],
  ['a blocked account', offset('4999', '-1.00'), 'account_blocked'],
  ['the journal’s own account', offset('1100', '-1.00'), 'account_invalid'],
  ['the account of another bank journal', offset('1110', '-1.00'), 'account_invalid'],
  ['receivables without a customer', offset('1300', '1.00'), 'entry_incomplete'],
  ['a supplier that is no customer', offset('400', '1.00', { type: 'customer' }), 'account_invalid'],
  ['a relation that is not there', offset('77', '1.00', { type: 'vendor' }), 'account_invalid'],
  ['a blocked supplier', offset('401', '-1.00', { type: 'vendor' }), 'account_blocked'],
  ['a mandatory cost centre left out', offset('4000', '-1.00', { dimensions: { VATCode: '0' } }), 'dimension_missing'],
  [
    'a mandatory cost unit left out',
    offset('4600', '-1.00', { dimensions: { CostCenter: 'AMS' } }),
    'dimension_missing',
  ],
  [
    'a cost centre where none may be',
    offset('7000', '-1.00', { dimensions: { CostCenter: 'AMS' } }),
    'dimension_invalid',
  ],
  ['a cost centre that ended', offset('2000', '-1.00', { dimensions: { CostCenter: 'OLD' } }), 'dimension_invalid'],
  [
    'a cost centre that is not there',
    offset('2000', '-1.00', { dimensions: { CostCenter: 'NO' } }),
    'dimension_invalid',
  ],
  ['a VAT code that Exact would fill in by itself', offset('4500', '-1.00'), 'dimension_missing'],
  [
    'a cost centre that Exact would fill in',
    offset('4600', '-1.00', { dimensions: { CostUnit: 'P1' } }),
    'dimension_missing',
  ],
  ['a blocked VAT code', offset('2000', '-1.00', { dimensions: { VATCode: '9' } }), 'dimension_invalid'],
  ['a VAT code that is not there', offset('2000', '-1.00', { dimensions: { VATCode: 'Z' } }), 'dimension_invalid'],
  ['another dimension', offset('2000', '-1.00', { dimensions: { Department: 'X' } }), 'dimension_invalid'],
  ['a transfer to another bank in one entry', offset('21', '-1.00', { type: 'bank' }), 'account_invalid'],
  ['a text that Exact would cut', offset('2000', '-1.00', { text: 'x'.repeat(61) }), 'text_too_long'],
])('%s is refused before anything is sent, in a sentence', async (_, bad, code) => {
  const found = await findings(entry('good', [offset('2000', '-1.00')]), entry('bad', [bad]));
  expect(found.map((finding) => finding.code)).toEqual([code]);
  expect(found[0]?.whole).toBe(false);
  expect(found[0]?.sentence).toMatch(/[.]$/);
  expect(ourEntries()).toEqual([]);
});

test.each<[string, Partial<LedgerEntry>, string, string]>([
  ['a journal that is not there', {}, '77', 'journal_invalid'],
  ['a cash journal', {}, '10', 'journal_invalid'],
  ['a blocked journal', { account: '29' }, '29', 'journal_invalid'],
  ['another currency than the journal’s', { account: '21' }, '21', 'currency_not_allowed'],
  ['a closed period', { date: '2025-12-30' }, '20', 'period_closed'],
  ['a day without a period', { date: '2027-06-01' }, '20', 'period_closed'],
  ['a bank account of another journal', { account: '21' }, '20', 'bank_account_invalid'],
  ['a pending line on a bank journal', { accountType: 'ledger', account: '2000' }, '20', 'journal_invalid'],
])('%s is refused', async (_, change, name, code) => {
  const bad = journal([entry('a', [offset('2000', '-1.00')], change)], name);
  expect((await world.connector.preflight(bad, undefined)).map((finding) => finding.code)).toEqual([code]);
});

test('what a person mended in Exact a moment ago is not refused by what was remembered', async () => {
  world.control.blockGlAccount(DIVISION, '2000');
  expect(await findings(entry('a', [offset('2000', '-1.00')]))).toHaveLength(1);
  world.control.blockGlAccount(DIVISION, '2000', false);
  expect(await findings(entry('a', [offset('2000', '-1.00')]))).toEqual([]);
});

// ------------------------------------------------------------------------------------------ the chain

const some = () => journal([entry('a', [offset('2000', '10.00')])]);
const chainOf = async (more: Partial<BankChain> = {}): Promise<BankChain> => ({
  ...{ expected: null, since: '2026-03-01', decisions: [] },
  ...more,
});
const ask = async (chain: Partial<BankChain>) =>
  world.connector.chainQuestions(some(), await chainOf(chain), undefined);
const decided = (question: { key: string; kind: JournalDecision['kind'] } | undefined, choice: string) =>
  question === undefined ? [] : [{ key: question.key, kind: question.kind, choice }];
const bankLink = (amount: string, date = '2026-03-05') =>
  world.control.bankLinkImports({
    division: DIVISION,
    journal: '20',
    date,
    lines: [{ amount: eur(amount), text: 'From the bank link', glAccount: '2000' }],
  });

test('a chain that stands where the bank does raises no question', async () => {
  expect(await ask({ expected: eur('1000.00') })).toEqual([]);
});

test('a break is told with its size; going on from Exact’s balance holds until it is another one', async () => {
  const expected = eur('900.00');
  const [question, ...more] = await ask({ expected });
  expect(more).toEqual([]);
  expect(question).toMatchObject({ kind: 'break', size: eur('100.00') });
  await expect(send(some(), { expected })).rejects.toMatchObject({ code: 'journal_question' });
  expect(ourEntries()).toEqual([]);
  const decisions = decided(question, 'continue');
  await send(some(), { expected, decisions });
  expect(ourEntries()).toMatchObject([{ openingMinor: 100_000n, closingMinor: 101_000n }]);
  // The bank has moved as well: the same difference is not asked about again, another one is.
  expect(await ask({ expected: eur('910.00'), decisions })).toEqual([]);
  expect(await ask({ expected: eur('911.00'), decisions })).toMatchObject([{ kind: 'break', size: eur('99.00') }]);
});

test('opening with the bank’s balance mends the chain from there on', async () => {
  const expected = eur('900.00');
  const [question] = await ask({ expected });
  await send(some(), { expected, decisions: decided(question, 'bank') });
  expect(ourEntries()).toMatchObject([{ openingMinor: 90_000n, closingMinor: 91_000n }]);
  expect(await ask({ expected: eur('910.00'), decisions: decided(question, 'bank') })).toEqual([]);
});

test('entries of a bank link are told with their sum, and no break beside them; accepted, they count', async () => {
  bankLink('55.00');
  const expected = eur('1000.00');
  const [question, ...more] = await ask({ expected });
  expect(more).toEqual([]);
  expect(question).toMatchObject({ kind: 'others', size: eur('55.00') });
  const decisions = decided(question, 'accept');
  expect(await ask({ expected, decisions })).toEqual([]);
  bankLink('7.00', '2026-03-06');
  world.clock.advance(5 * 60_000);
  const next = await ask({ expected, decisions });
  expect(next).toMatchObject([{ kind: 'others', size: eur('7.00') }]);
  await expect(send(some(), { expected, decisions })).rejects.toMatchObject({ code: 'journal_question' });
  expect(ourEntries()).toEqual([]);
});

test('what stood in the journal before Daybook’s first day is nobody’s question', async () => {
  expect(await ask({ expected: eur('1000.00'), since: '2026-01-02' })).toEqual([]);
});

test('an entry that appears between the question and the send is found directly before it', async () => {
  const expected = eur('1000.00');
  expect(await ask({ expected })).toEqual([]);
  world.clock.advance(10_000);
  bankLink('55.00');
  await expect(send(some(), { expected })).rejects.toMatchObject({ code: 'journal_question' });
  expect(ourEntries()).toEqual([]);
});

test('an entry of an earlier period than the last one is asked about, and opens where its period closed', async () => {
  await send(some(), { expected: eur('1000.00') });
  const late = journal([entry('late', [offset('2000', '1.00')], { date: '2026-02-27' })]);
  const expected = eur('1010.00');
  const [question, ...more] = await world.connector.chainQuestions(late, await chainOf({ expected }), undefined);
  expect(more).toEqual([]);
  expect(question).toMatchObject({ kind: 'backdated', size: null });
  await send(late, { expected, decisions: decided(question, 'post') });
  expect(ourEntries().find(({ period }) => period === 2)).toMatchObject({
    openingMinor: 100_000n,
    closingMinor: 100_100n,
  });
});

test('money that a copy of the workspace posted a moment ago is not sent again', async () => {
  await send(some());
  await expect(send(some())).rejects.toMatchObject({ code: 'record_conflict', retryable: true });
  expect(ourEntries()).toHaveLength(1);
});

// ------------------------------------------------------------------------------------------ taking back

const takeBack = async (journalNumber: string, names: string[], journalName = '20') => {
  const what = { legalEntity: division, journalName, journalNumber, references: names.map(reference) };
  const why = await world.connector.whyNotTakenBack(what, undefined);
  const done = await world.connector.takeBack(what, { beforeWrite: async () => {} }, undefined).then(
    () => 'taken back',
    (thrown: unknown) => thrown,
  );
  return { why, done };
};
const two = () => journal([entry('a', [offset('2000', '10.00')]), entry('b', [offset('2000', '-4.00')])]);

test('the last open entry of a bank journal is deleted whole, and nobody finds it any more', async () => {
  const { journalNumber } = await send(two());
  expect(await lookUp('a', 'b')).toHaveLength(2);
  expect(await takeBack(journalNumber, ['a', 'b'])).toEqual({ why: null, done: 'taken back' });
  expect(ourEntries()).toEqual([]);
  expect(await lookUp('a', 'b')).toEqual([]);
  // The chain goes on as if it had never been there.
  await send(some(), { expected: eur('1000.00') });
  expect(ourEntries()).toMatchObject([{ openingMinor: 100_000n, closingMinor: 101_000n }]);
});

test('a general journal entry is deleted too', async () => {
  const card = entry('card', [offset('2000', '-30.00')], { account: '1150' });
  const { journalNumber } = await send(journal([card], '90'));
  expect(await takeBack(journalNumber, ['card'], '90')).toEqual({ why: null, done: 'taken back' });
  expect(await lookUp('card')).toEqual([]);
});

test.each<[string, RegExp, (journalNumber: string) => unknown]>([
  ['was processed', /has processed entry \d+ and deletes it no more/, () => world.control.process(DIVISION)],
  ['is followed by another entry', /is not the last of journal 20/, () => bankLink('55.00')],
  [
    'holds lines that a person matched',
    /Somebody has matched lines/,
    (entryId) => {
      const line = ourEntries()[0]?.lines.find(({ role, minor }) => role === 'line' && minor === -1_000n);
      world.control.matchSplit({ division: DIVISION, entryId, lineId: line?.lineId ?? '' }, [
        { minor: 400n, ourRef: 1 },
        { minor: 600n, ourRef: 2 },
      ]);
    },
  ],
])('an entry that %s stays, and a sentence says why', async (_, sentence, happens) => {
  const { journalNumber } = await send(two());
  happens(journalNumber);
  const { why, done } = await takeBack(journalNumber, ['a', 'b']);
  expect(why).toMatch(sentence);
  expect(done).toMatchObject({ code: 'stale', message: expect.stringMatching(sentence) });
  expect(await lookUp('a', 'b')).toHaveLength(2);
});

test('lines that Daybook does not know of are not deleted with the others', async () => {
  const { journalNumber } = await send(two());
  expect((await takeBack(journalNumber, ['a'])).why).toMatch(/holds lines in Exact Online that Daybook did not post/);
  expect(await lookUp('a', 'b')).toHaveLength(2);
});

// ------------------------------------------------------------------------------------------ calls

test('a later run of the day, and the next day’s, read three lists anew and not ten', async () => {
  await world.connector.preflight(some(), undefined);
  for (const hours of [3, 20]) {
    world.clock.advance(hours * 3_600_000);
    world.calls.length = 0;
    expect(await world.connector.preflight(some(), undefined)).toEqual([]);
    expect(world.calls.map((call) => call.split('/').at(-1)).sort()).toEqual([
      'Divisions',
      'GLAccounts',
      'JournalStatusList',
    ]);
  }
});

test('a period that was closed since yesterday’s run is seen in time', async () => {
  await world.connector.preflight(some(), undefined);
  world.clock.advance(20 * 3_600_000);
  world.control.closePeriod(DIVISION, '20', 2026, 3);
  expect((await world.connector.preflight(some(), undefined)).map(({ code }) => code)).toEqual(['period_closed']);
});

test('a relation that was blocked since yesterday’s run is named when Exact refuses the whole entry', async () => {
  const both = journal([
    entry('good', [offset('2000', '10.00')]),
    entry('blocked', [offset('25', '5.00', { type: 'customer' })]),
  ]);
  expect(await world.connector.preflight(both, undefined)).toEqual([]);
  world.clock.advance(3 * 3_600_000);
  world.control.blockRelation(DIVISION, '25');
  expect(await world.connector.preflight(both, undefined)).toEqual([]);
  await expect(send(both)).rejects.toMatchObject({ code: 'account_blocked', path: reference('blocked') });
  expect(ourEntries()).toEqual([]);
});

test('a day costs two calls beside the look-ups, of which one asks for 29 entries', async () => {
  const days = ['02', '03', '04', '05', '06', '09'].map((day) => `2026-03-${day}`);
  const journals = days.map((date) =>
    journal(Array.from({ length: 4 }, (_, index) => entry(`${date}-${index}`, [offset('2000', '1.00')], { date }))),
  );
  const references = journals.flatMap(({ entries }) => entries.map((one) => one.reference));
  for (const one of journals) await world.connector.preflight(one, undefined);
  world.calls.length = 0;
  world.connector.expectLookUps?.(division, references);
  let expected = 100_000n;
  for (const one of journals) {
    const asked = one.entries.map((each) => each.reference);
    expect(await world.connector.lookUp(division, asked, undefined)).toEqual([]);
    await send(one, { expected: { minor: expected, currency: 'EUR' } });
    expected += 400n;
    expect(await world.connector.lookUp(division, asked, undefined)).toHaveLength(4);
  }
  // One search, one read of the chain before the first, then for each a POST and a read that confirms it.
  expect(world.calls).toHaveLength(1 + 1 + 2 * journals.length);
});
