import { expect, test } from 'vitest';
import { type Random, seededRandom } from '../core/random.ts';
import { findMatches } from './engine.ts';
import type { EngineResult, FoundMatch, MatchAccount, MatchLine } from './line.ts';
import { DEFAULT_RULES, type MatchRules } from './rules.ts';

const SEEDS = Array.from({ length: 60 }, (_, index) => `seed-${index}`);
const RULES: MatchRules = {
  ...DEFAULT_RULES,
  corrections: [
    { name: 'bank fee', kind: 'fee', account: '6570', upTo: 500, known: [35, 450] },
    { name: 'rounding', kind: 'rounding', account: '6990', upTo: 2, known: [] },
  ],
};
const PARTIES = [
  'Acme Supplies Ltd',
  'Northern Roofing',
  'Bright Energy',
  'Delta Catering Services',
  'Harbour Lawyers',
];
const BLANK = { party: null, text: '', stem: null, references: [], documents: [], group: null };

/** A small account in which everything that the passes look for comes up, ties and near misses included. */
function makeAccount(random: Random, account = 'a'): MatchAccount {
  const among = (count: number) => Math.floor(random.next() * count);
  const chance = (rate: number) => random.next() < rate;
  const statement: MatchLine[] = [];
  const ledger: MatchLine[] = [];
  let id = 0;
  const add = (lines: MatchLine[], line: Partial<MatchLine> & Pick<MatchLine, 'amount' | 'day'>) => {
    id += 1;
    lines.push({ ...BLANK, id, ...line });
  };
  for (let entry = 0; entry < 12; entry++) {
    const party = PARTIES[among(PARTIES.length)] ?? '';
    const day = 20_000 + among(40);
    // Few amounts, so that equal ones of one party come up.
    const parts = Array.from({ length: 1 + among(3) }, () => -(1 + among(12)) * (chance(0.5) ? 1_000 : 777));
    const number = `INV${10_000 + among(50)}`;
    const sum = parts.reduce((total, part) => total + part, 0);
    const perPart = chance(0.5);
    const group = `V${entry}`;
    if (chance(0.9))
      for (const amount of perPart ? parts : [sum])
        add(ledger, { amount, day, party, group, documents: chance(0.6) ? [number] : [] });
    if (chance(0.1)) add(ledger, { amount: -sum, day: day + 3, party, documents: [number], text: 'Reversal' });
    if (chance(0.9)) {
      const fee = chance(0.1) ? -([35, 450, 2][among(3)] ?? 0) : 0;
      add(statement, {
        amount: sum + fee,
        day: day + among(4),
        party: chance(0.8) ? party.slice(0, 10 + among(10)) : null,
        text: chance(0.5) ? `PAYMENT ${number}` : 'PAYMENT',
      });
    }
  }
  return { account, currency: 'EUR', rules: RULES, statement, ledger };
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const copy = [...list];
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random.next() * (at + 1));
    const [a, b] = [copy[at], copy[other]];
    if (a !== undefined && b !== undefined) [copy[at], copy[other]] = [b, a];
  }
  return copy;
}

const keyOf = ({ account, pass, statement, ledger, corrections }: FoundMatch) =>
  JSON.stringify({ account, pass, statement, ledger, corrections });
const keysOf = ({ matches }: EngineResult) => matches.map(keyOf).sort();

test('the order in which lines come changes nothing: neither matches nor candidates nor their places', () => {
  for (const seed of SEEDS) {
    const random = seededRandom(seed);
    const account = makeAccount(random);
    const first = findMatches([account]);
    const other = findMatches([
      { ...account, statement: shuffled(random, account.statement), ledger: shuffled(random, account.ledger) },
    ]);
    expect(keysOf(other), seed).toEqual(keysOf(first));
    expect(other.candidates, seed).toEqual(first.candidates);
  }
});

test('no line is in two matches, and every match comes to zero within its stated corrections', () => {
  let corrected = 0;
  for (const seed of SEEDS) {
    const account = makeAccount(seededRandom(seed));
    const amounts = {
      statement: new Map(account.statement.map((line) => [line.id, line.amount])),
      ledger: new Map(account.ledger.map((line) => [line.id, line.amount])),
    };
    const used = new Set<string>();
    for (const match of findMatches([account]).matches) {
      let rest = 0;
      for (const side of ['statement', 'ledger'] as const)
        for (const id of match[side]) {
          expect(used.has(`${side}${id}`), seed).toBe(false);
          used.add(`${side}${id}`);
          rest += (side === 'statement' ? 1 : -1) * (amounts[side].get(id) ?? Number.NaN);
        }
      for (const { amount, kind } of match.corrections) {
        rest -= amount;
        corrected += 1;
        expect(Math.abs(amount), seed).toBeLessThanOrEqual(kind === 'fee' ? 500 : 2);
      }
      expect(rest, `${seed}: ${match.sentence}`).toBe(0);
    }
  }
  expect(corrected).toBeGreaterThan(0);
});

test('lines that have nothing to do with a match neither break it nor make another one of its lines', () => {
  for (const seed of SEEDS) {
    const random = seededRandom(seed);
    const account = makeAccount(random);
    const before = findMatches([account]);
    const known = new Set([...account.statement, ...account.ledger].map(({ id }) => id));
    // Other parties, other numbers, amounts that no sum of the account comes to; on the same days.
    const unrelated = (side: 'statement' | 'ledger', count: number) =>
      Array.from(
        { length: count },
        (_, index): MatchLine => ({
          ...{ ...BLANK, id: 10_000 + index + (side === 'ledger' ? 5_000 : 0), amount: -(1_000_003 + 70_001 * index) },
          ...{
            day: 20_000 + Math.floor(random.next() * 40),
            party: `Zulu ${String.fromCharCode(65 + index)}xyz Trading`,
            text: 'PAYMENT',
          },
          ...{
            documents: side === 'ledger' ? [`ZZ${900_000 + index * 13}`] : [],
            group: side === 'ledger' ? `Z${index}` : null,
          },
        }),
      );
    const after = findMatches([
      {
        ...account,
        statement: shuffled(random, [...account.statement, ...unrelated('statement', 7)]),
        ledger: shuffled(random, [
          ...account.ledger,
          ...unrelated('ledger', 5).map((line) => ({ ...line, amount: line.amount - 11 })),
        ]),
      },
    ]);
    const touching = after.matches.filter(({ statement, ledger }) =>
      [...statement, ...ledger].some((id) => known.has(id)),
    );
    // A day's total is no longer a day's total when another line is booked on it; everything else stays.
    const stays = (match: FoundMatch) => match.pass !== 'sum_of_day';
    expect(touching.filter(stays).map(keyOf).sort(), seed).toEqual(before.matches.filter(stays).map(keyOf).sort());
  }
});

test('lines of another account are never mixed in', () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const [one, other] = [makeAccount(seededRandom(seed), 'a'), makeAccount(seededRandom(`${seed}x`), 'b')];
    const alone = keysOf(findMatches([one]));
    const together = findMatches([one, other]).matches.filter(({ account }) => account === 'a');
    expect(together.map(keyOf).sort(), seed).toEqual(alone);
  }
});

test('what is matched already is not used again', () => {
  for (const seed of SEEDS) {
    const account = makeAccount(seededRandom(seed));
    const first = findMatches([account]);
    const used = {
      statement: new Set(first.matches.flatMap(({ statement }) => statement)),
      ledger: new Set(first.matches.flatMap(({ ledger }) => ledger)),
    };
    const mark = (side: 'statement' | 'ledger') =>
      account[side].map((line) => ({ ...line, used: used[side].has(line.id) }));
    const second = findMatches([{ ...account, statement: mark('statement'), ledger: mark('ledger') }]);
    for (const { statement, ledger } of second.matches) {
      expect(
        statement.some((id) => used.statement.has(id)),
        seed,
      ).toBe(false);
      expect(
        ledger.some((id) => used.ledger.has(id)),
        seed,
      ).toBe(false);
    }
  }
});
