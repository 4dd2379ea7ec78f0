import { partsOf } from '../evidence.ts';
import { isAllowed, type Line, openOf, type Pool, take } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';

/** How far apart an entry and its reversal may lie, in calendar days. */
const MOST_DAYS = 92;

/**
 * A ledger entry and the one that takes it back: opposite amounts under the same document or reference, once each. They
 * come to zero, and the bank never saw them.
 */
export function* matchReversals(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'reversal')) return;
  for (const line of pool.ledger) {
    if (due()) yield;
    if (!line.open || line.amount === 0) continue;
    const partners = openOf(pool.ledgerByAmount.get(-line.amount)).filter((other) => isReversal(line, other));
    const [partner] = partners;
    if (partner === undefined || partners.length > 1) continue;
    const rivals = openOf(pool.ledgerByAmount.get(line.amount)).filter((other) => isReversal(partner, other));
    if (rivals.length > 1) continue;
    take(pool, [], [line, partner], {
      ...{ pass: 'reversal', corrections: [], parts: partsOf(pool, [], [line, partner], 'equal') },
      sentence: 'A ledger entry and its reversal, under the same number; together they come to zero.',
    });
  }
}

function isReversal(line: Line, other: Line): boolean {
  if (line === other || Math.abs(line.day - other.day) > MOST_DAYS) return false;
  if (line.line.stem !== null && line.line.stem === other.line.stem) return true;
  return (
    line.keys.some((key) => other.keys.includes(key)) || line.references.some((key) => other.references.includes(key))
  );
}
