import type { Candidate, EngineResult, MatchAccount } from './line.ts';
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
import { createPool, type Pool } from './pool.ts';
import { suggest } from './suggest.ts';
import { atOnce, type Turns } from './turns.ts';

/**
 * Finds which statement lines and ledger lines are the same money, in passes by how much their evidence proves. Pure: the
 * same lines give the same matches in whatever order they come. A line is used once; where two lines could be the
 * partner, neither is taken, and both are candidates.
 * @param accounts The open lines of each account; those of matches that stand are not among them.
 */
export function findMatches(accounts: readonly MatchAccount[]): EngineResult {
  return atOnce(matchInTurns(accounts));
}

/** The same, with stops in between. */
export function* matchInTurns(accounts: readonly MatchAccount[]): Turns<EngineResult> {
  const pools: Pool[] = [];
  for (const account of accounts) pools.push(yield* createPool(account));
  for (const pool of pools) {
    yield* matchOwnReference(pool);
    yield* matchEndToEnd(pool);
    yield* matchDocuments(pool);
    yield* matchReversals(pool);
  }
  matchTransfers(pools);
  for (const pool of pools) {
    yield* matchAmountPartyDate(pool);
    yield* matchSumsOfParty(pool);
    yield* matchSumsOfDay(pool);
    yield* matchCorrections(pool);
    yield* matchNearDate(pool);
  }
  const candidates: Candidate[] = [];
  for (const pool of pools) for (const candidate of yield* suggest(pool)) candidates.push(candidate);
  return {
    matches: pools.flatMap(({ matches }) => matches),
    candidates,
    gaveUp: pools.flatMap(({ account, gaveUp }) =>
      [...gaveUp].filter((id) => id > 0).map((statementLine) => ({ account, statementLine })),
    ),
  };
}
