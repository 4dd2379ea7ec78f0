import type { EngineResult, MatchAccount } from './line.ts';
import { matchAmountPartyDate } from './passes/amount-party-date.ts';
import { matchCorrections } from './passes/correction.ts';
import { matchDocuments } from './passes/document.ts';
import { matchEndToEnd } from './passes/end-to-end.ts';
import { matchNearDate } from './passes/near-date.ts';
import { matchOwnReference } from './passes/own-reference.ts';
import { matchReversals } from './passes/reversal.ts';
import { matchSumsOfDay } from './passes/sum-of-day.ts';
import { matchSumsOfParty } from './passes/sum-of-party.ts';
import { matchTransfers } from './passes/transfer.ts';
import { createPool } from './pool.ts';
import { suggest } from './suggest.ts';

/**
 * Finds which statement lines and ledger lines are the same money, in passes by how much their evidence proves. Pure: the
 * same lines give the same matches in whatever order they come. A line is used once; where two lines could be the
 * partner, neither is taken, and both are candidates.
 * @param accounts The open lines of each account; those of matches that stand are not among them.
 */
export function findMatches(accounts: readonly MatchAccount[]): EngineResult {
  const pools = accounts.map(createPool);
  for (const pool of pools) {
    matchOwnReference(pool);
    matchEndToEnd(pool);
    matchDocuments(pool);
    matchReversals(pool);
  }
  matchTransfers(pools);
  for (const pool of pools) {
    matchAmountPartyDate(pool);
    matchSumsOfParty(pool);
    matchSumsOfDay(pool);
    matchCorrections(pool);
    matchNearDate(pool);
  }
  return {
    matches: pools.flatMap(({ matches }) => matches),
    candidates: pools.flatMap(suggest),
    gaveUp: pools.flatMap(({ account, gaveUp }) =>
      [...gaveUp].filter((id) => id > 0).map((statementLine) => ({ account, statementLine })),
    ),
  };
}
