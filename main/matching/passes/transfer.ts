import { isNear, lagOf, partsOf } from '../evidence.ts';
import { isAllowed, type Line, openOf, type Pool, take } from '../pool.ts';
import { amountWords, lagWords } from '../words.ts';

type Leg = { readonly pool: Pool; readonly ledger: Line };

/**
 * Own-account transfers: one entry of the ledger with a leg on each of two accounts, and a line at each bank, which may
 * book it on another day. Both legs are found together, so that the other bank's line is part of the evidence.
 */
export function matchTransfers(pools: readonly Pool[]): void {
  for (const legs of entriesOnTwoAccounts(pools)) {
    const found = legs.map(({ pool, ledger }) => ({ pool, ledger, statement: partnerOf(pool, ledger) }));
    if (!found.every(({ ledger, statement }) => !ledger.open || statement !== null)) continue;
    for (const { pool, ledger, statement } of found) {
      if (!ledger.open || statement === null || !isAllowed(pool, 'transfer')) continue;
      take(pool, [statement], [ledger], {
        ...{ pass: 'transfer', corrections: [], parts: partsOf(pool, [statement], [ledger], 'equal') },
        sentence: `A transfer of ${amountWords(pool, Math.abs(ledger.amount))} between own accounts, at this bank ${lagWords(lagOf(statement, ledger))}.`,
      });
    }
  }
}

/** Legs of entries that take from one own account what they give another, at least one of them not matched yet. */
function entriesOnTwoAccounts(pools: readonly Pool[]): Leg[][] {
  const byGroup = new Map<string, Leg[]>();
  for (const pool of pools)
    for (const ledger of pool.ledger) {
      const { group } = ledger.line;
      if (group === null) continue;
      const key = `${pool.currency} ${group} ${Math.abs(ledger.amount)}`;
      const there = byGroup.get(key);
      if (there) there.push({ pool, ledger });
      else byGroup.set(key, [{ pool, ledger }]);
    }
  return [...byGroup.values()].filter(
    ([a, b, ...more]) =>
      a !== undefined &&
      b !== undefined &&
      more.length === 0 &&
      a.pool !== b.pool &&
      a.ledger.amount === -b.ledger.amount &&
      (a.ledger.open || b.ledger.open),
  );
}

/** The only open statement line that can be a leg, when the leg is the only ledger line that it can be. */
function partnerOf(pool: Pool, ledger: Line): Line | null {
  const isPartner = (statement: Line, other: Line) => isNear(pool, statement, other);
  const partners = openOf(pool.statementByAmount.get(ledger.amount)).filter((line) => isPartner(line, ledger));
  const [statement] = partners;
  if (statement === undefined || partners.length > 1) return null;
  const rivals = openOf(pool.ledgerByAmount.get(ledger.amount)).filter((line) => isPartner(statement, line));
  return rivals.length > 1 ? null : statement;
}
