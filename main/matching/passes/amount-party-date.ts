import { clearlyNearest, dateCost, isNear, lagOf, partsOf, relateNumbers, relateParties } from '../evidence.ts';
import { isAllowed, type Line, openOf, type Pool, take } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { lagWords, partyWords } from '../words.ts';

/**
 * The same amount, the same party and near days. Each must be clearly the nearest to the other: payments that come again
 * every week or two have the same amount and name, and only the day tells them apart.
 */
export function* matchAmountPartyDate(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'amount_party_date')) return;
  for (const statement of pool.statement) {
    if (due()) yield;
    if (!statement.open) continue;
    const ledger = nearestLedger(pool, statement);
    if (ledger === null || !isNear(pool, statement, ledger) || nearestStatement(pool, ledger) !== statement) continue;
    if (relateNumbers(pool, statement, ledger) === 'conflict') continue;
    take(pool, [statement], [ledger], {
      ...{ pass: 'amount_party_date', corrections: [], parts: partsOf(pool, [statement], [ledger], 'equal') },
      sentence: `The only lines of this amount with ${partyWords(ledger, statement)} near these days, at the bank ${lagWords(lagOf(statement, ledger))}.`,
    });
  }
}

function nearestLedger(pool: Pool, statement: Line): Line | null {
  const partners = openOf(pool.ledgerByAmount.get(statement.amount)).filter((other) =>
    isPartner(pool, statement, other),
  );
  return clearlyNearest(partners, (other) => dateCost(statement, other));
}

function nearestStatement(pool: Pool, ledger: Line): Line | null {
  const partners = openOf(pool.statementByAmount.get(ledger.amount)).filter((other) => isPartner(pool, other, ledger));
  return clearlyNearest(partners, (other) => dateCost(other, ledger));
}

/** Whether a line of the same amount could be the partner: within the wide window, and of the same name. */
function isPartner(pool: Pool, statement: Line, ledger: Line): boolean {
  return Math.abs(lagOf(statement, ledger)) <= pool.rules.farDays && relateParties(statement, ledger) === 'agree';
}
