import { compareNumbers, numberBodies } from './document-numbers.ts';
import type { ScoreParts } from './line.ts';
import { AGREE, DIFFER, likeness } from './party.ts';
import type { Line, Pool } from './pool.ts';

/** How the numbers in two lines stand to each other. */
export type NumberRelation = 'same' | 'near' | 'conflict' | 'none';
export type PartyRelation = 'agree' | 'unsure' | 'differ' | 'unknown';

/**
 * `same`: they share a reference or a document's number. `conflict`: the statement line names another document: one that
 * stands in the ledger elsewhere, or one of the same series.
 */
export function relateNumbers(pool: Pool, statement: Line, ledger: Line): NumberRelation {
  if (sharesReference(statement, ledger) || sharesDocument(pool, statement, ledger)) return 'same';
  for (const key of statement.keys) if (pool.ledgerByKey.has(key)) return 'conflict';
  for (const key of statement.references) if (pool.ledgerByReference.has(key)) return 'conflict';
  const written = numberBodies(ledger.line.documents.join(' , '));
  if (written.length === 0) return 'none';
  return compareNumbers(numberBodies(statement.line.text), written);
}

export function sharesReference(statement: Line, ledger: Line): boolean {
  return statement.references.some((key) => ledger.references.includes(key));
}

export function sharesDocument(pool: Pool, statement: Line, ledger: Line): boolean {
  return statement.keys.some((key) => pool.ledgerByKey.get(key)?.includes(ledger) === true);
}

export function relateParties(a: Line, b: Line): PartyRelation {
  if (a.party.weight === 0 || b.party.weight === 0) return 'unknown';
  if (a.party === b.party) return 'agree';
  const like = likeness(a.party, b.party);
  if (like >= AGREE) return 'agree';
  if (!a.party.named || !b.party.named) return 'unknown';
  return like < DIFFER ? 'differ' : 'unsure';
}

/** Business days from the ledger's day to the bank's; negative when the bank was first. */
export function lagOf(statement: Line, ledger: Line): number {
  return statement.business - ledger.business;
}

export function isNear(pool: Pool, statement: Line, ledger: Line): boolean {
  const lag = lagOf(statement, ledger);
  return lag <= pool.rules.daysAfter && lag >= -pool.rules.daysBefore;
}

/** From the likeliest day on: the bank books a little after the books; before them is odd. */
export function dateCost(statement: Line, ledger: Line): number {
  const lag = lagOf(statement, ledger);
  return lag >= 0 ? lag : 2 - 3 * lag;
}

/** The one that lies clearly nearest; null when there is none, or another one is nearly as near. */
export function clearlyNearest(lines: readonly Line[], costOf: (line: Line) => number): Line | null {
  let [best, next]: [Line | null, number] = [null, Infinity];
  let cost = Infinity;
  for (const line of lines) {
    const its = costOf(line);
    if (its < cost) [best, next, cost] = [line, cost, its];
    else next = Math.min(next, its);
  }
  return next - cost >= CLEAR_DAYS ? best : null;
}

const CLEAR_DAYS = 5;

const REFERENCE_SCORE: Readonly<Record<NumberRelation, number>> = { same: 30, near: 18, none: 6, conflict: 0 };

/** The parts of the score of lines that belong together, by the pair of them that agrees best. */
export function partsOf(
  pool: Pool,
  statement: readonly Line[],
  ledger: readonly Line[],
  amount: 'equal' | 'sum' | 'corrected' | 'differs',
): ScoreParts {
  let reference = 0;
  let party = 0;
  let date = 0;
  for (const one of statement.slice(0, 4))
    for (const other of ledger.slice(0, 4)) {
      reference = Math.max(reference, REFERENCE_SCORE[relateNumbers(pool, one, other)]);
      const unknown = relateParties(one, other) === 'unknown';
      party = Math.max(party, unknown ? 6 : Math.round(20 * likeness(one.party, other.party)));
      date = Math.max(date, dateScore(lagOf(one, other)));
    }
  return { amount: { equal: 40, sum: 34, corrected: 28, differs: 0 }[amount], reference, party, date };
}

/** A payment reaches the bank a little after the books; the other way round is odd. */
function dateScore(lag: number): number {
  return Math.max(0, Math.round(10 - (lag < 0 ? -2 * lag : 0.8 * lag)));
}
