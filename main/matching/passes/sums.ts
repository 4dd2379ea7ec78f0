import { relateNumbers, relateParties } from '../evidence.ts';
import { between } from '../party-index.ts';
import type { Line, Pool } from '../pool.ts';
import { findSums, MOST_AMOUNTS } from '../subset-sum.ts';

/** Lines of one side that come to the amount of one line of the other. */
export type Sum = {
  readonly one: Line;
  readonly many: readonly Line[];
  /** How many such sums chance alone would bring. */
  readonly chance: number;
  /** All that is there of the party on a day, not some of it. */
  readonly whole: boolean;
};

export type Sums = { readonly sums: readonly Sum[]; readonly gaveUp: boolean };

/** Above this, an equal sum may be chance. */
export const MOST_CHANCE = 0.01;
const MOST_CHANCE_OF_WHOLE = 0.05;

/**
 * The sums of a line's party that come to its amount: a whole day of the other side first, because people and programs
 * pay a day's invoices together; then any set within the window, by a bounded search.
 */
export function sumsOfParty(pool: Pool, one: Line): Sums {
  const others = near(pool, one);
  if (others.length < 2) return { sums: [], gaveUp: false };
  const sums = new Map<string, Sum>();
  const days = Map.groupBy(others, (line) => line.day);
  const whole = [...days.values(), ...(days.size > 1 ? [others] : [])];
  for (const many of whole)
    if (many.length >= 2 && addsUp(many, one))
      addSum(sums, { one, many, chance: chanceOf(many, one.amount, whole.length), whole: true });
  if (sums.size > 0) return { sums: [...sums.values()], gaveUp: false };
  if (others.length > MOST_AMOUNTS) return { sums: [], gaveUp: true };
  const amounts = others.map(({ amount }) => amount);
  const search = findSums(amounts, one.amount);
  for (const indexes of search.found) {
    const many = indexes.flatMap((index) => others[index] ?? []);
    addSum(sums, { one, many, chance: chanceOf(others, one.amount, 2 ** others.length), whole: false });
  }
  return { sums: [...sums.values()], gaveUp: search.gaveUp };
}

/** Open lines of the same party on the other side that lie near. */
export function near(pool: Pool, one: Line): Line[] {
  const { daysAfter, daysBefore } = pool.rules;
  const others =
    one.side === 'statement'
      ? between(pool.ledgerParties(one.party), one.business - daysAfter, one.business + daysBefore)
      : between(pool.statementParties(one.party), one.business - daysBefore, one.business + daysAfter);
  return others.filter((other) => other.open && other.amount !== 0 && relateParties(one, other) === 'agree');
}

export function isProof({ chance, whole }: Sum): boolean {
  return chance <= (whole ? MOST_CHANCE_OF_WHOLE : MOST_CHANCE);
}

/** Whether a line names a document that is not among those of its sum. */
export function contradicts(pool: Pool, { one, many }: Pick<Sum, 'one' | 'many'>): boolean {
  let conflict = false;
  for (const other of many) {
    const [statement, ledger] = one.side === 'statement' ? [one, other] : [other, one];
    const relation = relateNumbers(pool, statement, ledger);
    if (relation === 'same') return false;
    conflict ||= relation === 'conflict';
  }
  return conflict;
}

function addsUp(many: readonly Line[], one: Line): boolean {
  let sum = 0;
  for (const { amount } of many) sum += amount;
  return sum === one.amount;
}

function addSum(sums: Map<string, Sum>, sum: Sum): void {
  sums.set(
    sum.many
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join(),
    sum,
  );
}

/** Sets that were tried, over the different sums that the amounts can have: amounts in whole tens have few. */
export function chanceOf(lines: readonly Line[], target: number, tries: number): number {
  let step = Math.abs(target);
  let spread = 0;
  for (const { amount } of lines) {
    step = commonDivisor(step, Math.abs(amount));
    spread += Math.abs(amount);
  }
  return (tries * Math.max(step, 1)) / Math.max(spread, 1);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
