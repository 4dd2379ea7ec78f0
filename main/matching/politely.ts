import { yieldToOthers } from '../core/clock.ts';
import { matchInTurns } from './engine.ts';
import type { EngineResult, MatchAccount } from './line.ts';

/** Runs the engine so that screens are answered meanwhile, and a stop is heard. */
export async function findMatchesPolitely(
  accounts: readonly MatchAccount[],
  stop?: AbortSignal,
): Promise<EngineResult> {
  const turns = matchInTurns(accounts);
  for (;;) {
    const step = turns.next();
    if (step.done === true) return step.value;
    stop?.throwIfAborted();
    await yieldToOthers();
  }
}
