import { partsOf } from '../evidence.ts';
import type { FoundMatch } from '../line.ts';
import { type Line, openOf, type Pool, sumOf, take } from '../pool.ts';
import { linesWords } from '../words.ts';

/** Lines tied together by the references in them. */
export type Linked = { readonly statement: readonly Line[]; readonly ledger: readonly Line[] };

/** Larger groups are left to a person: no reference ties so many lines together by right. */
const MOST_LINES = 1_000;

/**
 * Settles lines that a reference ties together: first each line whose partner of the same amount is the only one, then
 * what is left when both sides come to the same sum.
 */
export function settle(
  pool: Pool,
  linked: Linked,
  areLinked: (statement: Line, ledger: Line) => boolean,
  pass: FoundMatch['pass'],
  because: string,
): void {
  if (linked.statement.length + linked.ledger.length > MOST_LINES) return;
  for (const [statement, ledger] of pairsOfAmount(linked, areLinked))
    take(pool, [statement], [ledger], {
      ...{ pass, corrections: [], parts: partsOf(pool, [statement], [ledger], 'equal') },
      sentence: `${because} and the same amount.`,
    });
  for (const one of openOf(linked.statement)) {
    const others = openOf(linked.ledger).filter((ledger) => areLinked(one, ledger));
    const rivals = openOf(linked.statement).filter((rival) => others.some((ledger) => areLinked(rival, ledger)));
    if (rivals.length === 1) settleSum(pool, [one], others, pass, because);
  }
  for (const one of openOf(linked.ledger)) {
    const others = openOf(linked.statement).filter((statement) => areLinked(statement, one));
    const rivals = openOf(linked.ledger).filter((rival) => others.some((statement) => areLinked(statement, rival)));
    if (rivals.length === 1) settleSum(pool, others, [one], pass, because);
  }
  settleSum(pool, openOf(linked.statement), openOf(linked.ledger), pass, because);
}

/** Linked lines of one amount that have no other partner of it. */
export function pairsOfAmount(
  linked: Linked,
  areLinked: (statement: Line, ledger: Line) => boolean,
): Array<readonly [Line, Line]> {
  const pairs: Array<readonly [Line, Line]> = [];
  const [statement, ledger] = [openOf(linked.statement), openOf(linked.ledger)];
  const byAmount = Map.groupBy(ledger, (line) => line.amount);
  for (const one of statement) {
    const partners = byAmount.get(one.amount)?.filter((other) => areLinked(one, other)) ?? [];
    const [partner] = partners;
    if (partner === undefined || partners.length > 1) continue;
    const rivals = statement.filter((rival) => rival.amount === one.amount && areLinked(rival, partner));
    if (rivals.length === 1) pairs.push([one, partner]);
  }
  return pairs;
}

function settleSum(
  pool: Pool,
  statement: readonly Line[],
  ledger: readonly Line[],
  pass: FoundMatch['pass'],
  because: string,
): void {
  if (statement.length === 0 || ledger.length === 0 || statement.length + ledger.length < 3) return;
  if (sumOf(statement) !== sumOf(ledger)) return;
  take(pool, statement, ledger, {
    ...{ pass, corrections: [], parts: partsOf(pool, statement, ledger, 'sum') },
    sentence: `${because}: ${linesWords(statement.length, 'statement')} and ${linesWords(ledger.length, 'ledger')} come to the same sum.`,
  });
}
