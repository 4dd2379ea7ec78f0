import { isNear, lagOf, partsOf, relateNumbers, relateParties } from '../evidence.ts';
import { isAllowed, type Line, openOf, type Pool, take } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { lagWords, partyWords } from '../words.ts';

/** An amount that people type by hand says little by itself. */
const ROUND = 1_000;

/**
 * The wide window: one line of this amount and party on each side within many business days; and without a name, one
 * line of this amount on each side at all, which must lie near and may not be a round amount.
 */
export function* matchNearDate(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'near_date')) return;
  for (const statement of pool.statement) {
    if (due()) yield;
    if (!statement.open) continue;
    const partners = openOf(pool.ledgerByAmount.get(statement.amount)).filter((other) => isFar(pool, statement, other));
    const [ledger] = partners;
    if (ledger === undefined || partners.length > 1) continue;
    const rivals = openOf(pool.statementByAmount.get(ledger.amount)).filter((other) => isFar(pool, other, ledger));
    const lagDays = lagOf(statement, ledger);
    if (rivals.length > 1 || lagDays > pool.rules.farDays || lagDays < -pool.rules.daysBefore) continue;
    const parties = relateParties(statement, ledger);
    const numbers = relateNumbers(pool, statement, ledger);
    if (parties === 'differ' || numbers === 'conflict') continue;
    if (parties !== 'agree' && !standsAlone(pool, statement, ledger, numbers === 'near')) continue;
    const lag = lagWords(lagOf(statement, ledger));
    take(pool, [statement], [ledger], {
      ...{ pass: 'near_date', corrections: [], parts: partsOf(pool, [statement], [ledger], 'equal') },
      sentence:
        parties === 'agree'
          ? `The only lines of this amount with ${partyWords(ledger, statement)} in these weeks, at the bank ${lag}.`
          : `The only lines of this amount on both sides in these weeks, at the bank ${lag}; the bank gives no clear name.`,
    });
  }
}

/** Without a name: near days, and an amount that no other line of the account has, matched ones included. */
function standsAlone(pool: Pool, statement: Line, ledger: Line, nearNumber: boolean): boolean {
  if (!isNear(pool, statement, ledger)) return false;
  if (nearNumber) return true;
  if (statement.amount % ROUND === 0) return false;
  const others =
    (pool.ledgerByAmount.get(ledger.amount)?.length ?? 0) + (pool.statementByAmount.get(ledger.amount)?.length ?? 0);
  return others === 2;
}

function isFar(pool: Pool, statement: Line, ledger: Line): boolean {
  return Math.abs(lagOf(statement, ledger)) <= 2 * pool.rules.farDays;
}
