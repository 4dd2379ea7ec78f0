import { isNear, lagOf, partsOf, relateNumbers, relateParties } from './evidence.ts';
import { type Candidate, type FoundMatch, totalScore } from './line.ts';
import { correctionFor, knownDifferences, linkedLines } from './passes/correction.ts';
import { ledgerGroupsBySum } from './passes/sum-of-day.ts';
import { near, sumsOfParty } from './passes/sums.ts';
import { type Line, openOf, type Pool, sumOf } from './pool.ts';
import { type Turns, turnTaker } from './turns.ts';
import { amountWords, lagWords, linesWords, partyWords } from './words.ts';

/** Shown for one line. */
const MOST_CANDIDATES = 8;

type Idea = { readonly statement: readonly Line[]; readonly ledger: readonly Line[] } & Omit<
  FoundMatch,
  'statement' | 'ledger' | 'account'
>;

/**
 * What may belong to each statement line that is still open, best first. First places are given so that two lines do not
 * both begin with the same ledger lines: of two equal payments in a row, the earlier one gets the earlier line.
 */
export function* suggest(pool: Pool): Turns<Candidate[]> {
  const due = turnTaker();
  const ideas = new Map<string, Idea>();
  const add = (idea: Idea) => {
    const key = `${idsOf(idea.statement)}:${idsOf(idea.ledger)}`;
    const before = ideas.get(key);
    if (before === undefined || totalScore(before.parts) < totalScore(idea.parts)) ideas.set(key, idea);
  };
  const groups = ledgerGroupsBySum(pool);
  for (const statement of openOf(pool.statement)) {
    if (due()) yield;
    for (const idea of ideasFor(pool, statement)) add(idea);
    for (const many of groups.get(statement.amount) ?? [])
      if (many.every((ledger) => isNear(pool, statement, ledger))) add(idea(pool, [statement], many, 'sum_of_day'));
  }
  for (const ledger of openOf(pool.ledger)) {
    if (due()) yield;
    for (const idea of gatheredFor(pool, ledger)) add(idea);
  }
  return ranked(pool, [...ideas.values()]);
}

function ideasFor(pool: Pool, statement: Line): Idea[] {
  const ideas: Idea[] = [];
  for (const ledger of openOf(pool.ledgerByAmount.get(statement.amount))) {
    if (Math.abs(statement.day - ledger.day) > pool.rules.reach) continue;
    ideas.push(idea(pool, [statement], [ledger], 'amount_party_date'));
  }
  const linked = linkedLines(pool, statement);
  if (linked.length > 0) {
    ideas.push(idea(pool, [statement], linked, 'document'));
    if (linked.length > 1) for (const ledger of linked) ideas.push(idea(pool, [statement], [ledger], 'document'));
  }
  for (const { many } of sumsOfParty(pool, statement).sums) ideas.push(idea(pool, [statement], many, 'sum_of_party'));
  for (const ledger of near(pool, statement)) {
    const difference = statement.amount - ledger.amount;
    if (correctionFor(pool, difference, 'reference') !== null)
      ideas.push(idea(pool, [statement], [ledger], 'correction'));
  }
  for (const difference of knownDifferences(pool.rules.corrections))
    for (const ledger of openOf(pool.ledgerByAmount.get(statement.amount - difference)))
      if (isNear(pool, statement, ledger) && relateParties(statement, ledger) !== 'differ')
        ideas.push(idea(pool, [statement], [ledger], 'correction'));
  return ideas;
}

/** Several statement lines that come to one ledger line. */
function gatheredFor(pool: Pool, ledger: Line): Idea[] {
  return sumsOfParty(pool, ledger).sums.map(({ many }) => idea(pool, many, [ledger], 'sum_of_party'));
}

function idea(pool: Pool, statement: readonly Line[], ledger: readonly Line[], pass: FoundMatch['pass']): Idea {
  const difference = sumOf(statement) - sumOf(ledger);
  const correction = difference === 0 ? null : correctionFor(pool, difference, 'reference');
  const single = statement.length + ledger.length === 2;
  const amount = difference === 0 ? (single ? 'equal' : 'sum') : correction === null ? 'differs' : 'corrected';
  const parts = partsOf(pool, statement, ledger, amount);
  const corrections = correction === null ? [] : [correction];
  return {
    ...{ statement, ledger, pass, corrections, parts },
    sentence: sentenceOf(pool, statement, ledger, difference),
  };
}

function sentenceOf(pool: Pool, statement: readonly Line[], ledger: readonly Line[], difference: number): string {
  const [one, other] = [statement[0], ledger[0]];
  if (one === undefined || other === undefined) return '';
  const amount =
    difference !== 0
      ? `the amounts differ by ${amountWords(pool, difference)}`
      : statement.length + ledger.length === 2
        ? 'the same amount'
        : `${linesWords(statement.length, 'statement')} and ${linesWords(ledger.length, 'ledger')} come to the same sum`;
  const numbers = {
    same: 'the same reference',
    near: 'nearly the same number',
    conflict: 'another document number',
    none: '',
  };
  const parties = {
    agree: `${partyWords(other, one)}`,
    unsure: 'a name that is only alike',
    differ: 'another name',
    unknown: '',
  };
  const reasons = [
    numbers[relateNumbers(pool, one, other)],
    parties[relateParties(one, other)],
    `at the bank ${lagWords(lagOf(one, other))}`,
  ];
  const [first = '', ...rest] = [amount, ...reasons.filter((reason) => reason !== '')];
  return `${first.charAt(0).toUpperCase()}${first.slice(1)}; ${rest.join(', ')}.`;
}

/** Orders ideas by score and gives out first places, best idea first, each line at most once. */
function ranked(pool: Pool, ideas: Idea[]): Candidate[] {
  const distance = ({ statement, ledger }: Idea) => Math.abs((statement[0]?.day ?? 0) - (ledger[0]?.day ?? 0));
  const order = (a: Idea, b: Idea) =>
    totalScore(b.parts) - totalScore(a.parts) ||
    distance(a) - distance(b) ||
    (a.statement[0]?.day ?? 0) - (b.statement[0]?.day ?? 0) ||
    (a.ledger[0]?.day ?? 0) - (b.ledger[0]?.day ?? 0) ||
    (a.statement[0]?.id ?? 0) - (b.statement[0]?.id ?? 0) ||
    (a.ledger[0]?.id ?? 0) - (b.ledger[0]?.id ?? 0);
  const sorted = ideas.sort(order);
  const given = new Set<Line>();
  const first = new Map<Line, Idea>();
  for (const one of sorted) {
    if ([...one.statement, ...one.ledger].some((line) => given.has(line))) continue;
    for (const line of [...one.statement, ...one.ledger]) given.add(line);
    for (const line of one.statement) first.set(line, one);
  }
  const byLine = new Map<Line, Idea[]>();
  for (const one of sorted)
    for (const line of one.statement) {
      const there = byLine.get(line) ?? [];
      if (first.get(line) === one) there.unshift(one);
      else there.push(one);
      byLine.set(line, there);
    }
  const candidates: Candidate[] = [];
  for (const [line, list] of byLine)
    for (const [index, { statement, ledger, ...found }] of list.slice(0, MOST_CANDIDATES).entries())
      candidates.push({
        ...{ account: pool.account, statementLine: line.id, rank: index + 1 },
        ...{ statement: statement.map(({ id }) => id), ledger: ledger.map(({ id }) => id), ...found },
      });
  return candidates.sort((a, b) => a.statementLine - b.statementLine || a.rank - b.rank);
}

function idsOf(lines: readonly Line[]): string {
  return lines
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join();
}
