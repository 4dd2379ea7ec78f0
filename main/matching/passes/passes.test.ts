import { expect, test } from 'vitest';
import { findMatches } from '../engine.ts';
import type { MatchAccount, MatchLine } from '../line.ts';
import { DEFAULT_RULES, type MatchRules } from '../rules.ts';

const DAY = 20_777;
const BLANK = { party: null, text: '', stem: null, references: [], documents: [], group: null };
type Sketch = Partial<MatchLine> & Pick<MatchLine, 'amount'>;

const side = (from: number, sketches: readonly Sketch[]): MatchLine[] =>
  sketches.map((sketch, index) => ({ ...BLANK, id: from + index, day: DAY, ...sketch }));

/** Statement lines are 1, 2, …, ledger lines 101, 102, … */
function account(
  statement: readonly Sketch[],
  ledger: readonly Sketch[],
  rules: Partial<MatchRules> = {},
): MatchAccount {
  return {
    ...{ account: 'a', currency: 'EUR', rules: { ...DEFAULT_RULES, ...rules } },
    ...{ statement: side(1, statement), ledger: side(101, ledger) },
  };
}

const found = (...accounts: MatchAccount[]) =>
  findMatches(accounts).matches.map(({ pass, statement, ledger }) => `${pass} ${statement.join()}:${ledger.join()}`);
const match = (statement: readonly Sketch[], ledger: readonly Sketch[], rules?: Partial<MatchRules>) =>
  found(account(statement, ledger, rules));

const ACME = { party: 'Acme Supplies' };

test('an end-to-end reference in the text ties lines that share neither name nor day', () => {
  expect(
    match([{ amount: -500, text: 'FP PAY-7788123' }], [{ amount: -500, references: ['PAY7788123'], day: DAY - 40 }]),
  ).toEqual(['end_to_end 1:101']);
});

test('a line that names several invoices is their sum', () => {
  const invoices = [
    { amount: -300, documents: ['INV-10017'], ...ACME },
    { amount: -450, documents: ['INV-10018'], ...ACME },
    { amount: -450, documents: ['INV-10019'], ...ACME },
  ];
  expect(match([{ amount: -750, text: 'INV 10017 INV 10018', ...ACME }], invoices)).toEqual(['document 1:101,102']);
});

test('another document of the same series is no match, however equal name, amount and day are', () => {
  expect(
    match([{ amount: -500, text: 'INV 10017', ...ACME }], [{ amount: -500, documents: ['10099'], ...ACME }]),
  ).toEqual([]);
});

test('of payments that come again each fortnight the nearest is taken, and two that are equally near are a tie', () => {
  const ledger = [
    { amount: -500, ...ACME },
    { amount: -500, day: DAY + 14, ...ACME },
  ];
  expect(match([{ amount: -500, day: DAY + 1, ...ACME }], ledger)).toEqual(['amount_party_date 1:101']);
  const near = [
    { amount: -500, ...ACME },
    { amount: -500, day: DAY + 1, ...ACME },
  ];
  expect(match([{ amount: -500, day: DAY + 1, ...ACME }], near)).toEqual([]);
});

test('many to one and many to many are found by the sums of a party', () => {
  const parts = [-30_011, -20_507, -9_713];
  const lines = parts.map((amount) => ({ amount, ...ACME }));
  const sum = parts.reduce((total, part) => total + part, 0);
  expect(match([{ amount: sum, ...ACME }], lines)).toEqual(['sum_of_party 1:101,102,103']);
  expect(match(lines, [{ amount: sum, ...ACME }])).toEqual(['sum_of_party 1,2,3:101']);
  const other = [-40_000, -20_231].map((amount) => ({ amount, ...ACME }));
  expect(match(lines, other)).toEqual(['sum_of_party 1,2,3:101,102']);
});

test('round amounts that come to a round sum prove nothing', () => {
  const lines = [-10_000, -20_000].map((amount) => ({ amount, ...ACME }));
  expect(match([{ amount: -30_000, ...ACME }], lines)).toEqual([]);
});

test('a bulk that the bank books as one is the total of what was booked in one go', () => {
  const run = [-30_011, -20_507, -9_713].map((amount, index) => ({
    amount,
    group: 'J1',
    party: `Vendor ${'ABC'[index]}xy`,
  }));
  const others = [{ amount: -777, group: 'J2', party: 'Other one' }];
  expect(match([{ amount: -60_231, text: 'BULK' }], [...run, ...others])).toEqual(['sum_of_day 1:101,102,103']);
});

test('both legs of an own transfer are found together, on the days of their banks', () => {
  const leg = (amount: number, late: number): MatchAccount => ({
    ...account([{ amount, day: DAY + late, text: 'TFR' }], [{ amount, group: 'T9' }]),
    account: amount < 0 ? 'a' : 'b',
  });
  expect(found(leg(-500_000, 0), leg(500_000, 3)).sort()).toEqual(['transfer 1:101', 'transfer 1:101']);
  // Without the other bank's line one leg proves nothing.
  const alone = { ...leg(500_000, 3), statement: [] };
  expect(found(leg(-500_000, 0), alone)).toEqual([]);
});

test('an entry and its reversal are a match without a bank line', () => {
  const ledger = [
    { amount: -500, documents: ['INV-10017'] },
    { amount: 500, documents: ['INV-10017'], day: DAY + 3 },
  ];
  expect(match([], ledger)).toEqual(['reversal :101,102']);
});

test('a difference is a correction where a rule names it, and never more than the rule admits', () => {
  const fee = { name: 'bank fee', kind: 'fee' as const, account: '6570', upTo: 500, known: [350] };
  const corrections = [fee];
  const ledger = [{ amount: -10_000, documents: ['INV-10017'], ...ACME }];
  const bank = (amount: number, text = '') => [{ amount, text, ...ACME }];
  expect(match(bank(-10_350), ledger, { corrections })).toEqual(['correction 1:101']);
  // By name alone only a known amount; under the document's number any up to the limit.
  expect(match(bank(-10_351), ledger, { corrections })).toEqual([]);
  expect(match(bank(-10_499, 'INV 10017'), ledger, { corrections })).toEqual(['correction 1:101']);
  expect(match(bank(-10_501, 'INV 10017'), ledger, { corrections })).toEqual([]);
  // A fee makes less of the money, never more.
  expect(match(bank(-9_650), ledger, { corrections })).toEqual([]);
});

test('days over a weekend and holidays count as none', () => {
  // 2026-12-24 at 20811: booked before Christmas, at the bank on the 29th.
  const ledger = [{ amount: -512, day: 20_811, ...ACME }];
  const bank = [{ amount: -512, day: 20_816, ...ACME }];
  expect(match(bank, ledger, { holidays: 'uk', daysAfter: 1, farDays: 1 })).toEqual(['amount_party_date 1:101']);
  expect(match(bank, ledger, { holidays: 'none', daysAfter: 1, farDays: 1 })).toEqual([]);
});

test('without a name only an amount that no other line has is enough, and never a round one', () => {
  expect(match([{ amount: -51_237 }], [{ amount: -51_237, ...ACME }])).toEqual(['near_date 1:101']);
  expect(match([{ amount: -50_000 }], [{ amount: -50_000, ...ACME }])).toEqual([]);
  const seen = [
    { amount: -51_237, ...ACME },
    { amount: -51_237, day: DAY - 90, used: true, party: 'Somebody else' },
  ];
  expect(match([{ amount: -51_237 }], seen)).toEqual([]);
});

test('a pass that may only suggest makes no match, and its line has the candidate', () => {
  const result = findMatches([
    account([{ amount: -500, ...ACME }], [{ amount: -500, ...ACME }], {
      suggestOnly: ['amount_party_date', 'near_date'],
    }),
  ]);
  expect(result.matches).toEqual([]);
  expect(result.candidates).toMatchObject([{ statementLine: 1, ledger: [101], rank: 1 }]);
});
