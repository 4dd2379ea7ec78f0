import { bringUpAndMatch } from '../../matching/bring-up.ts';
import { counted } from '../counted.ts';
import type { RunPart, RunStep } from '../run-step.ts';

/** The ledger's new lines, and what belongs together on both sides. */
export const matchStep: RunStep = {
  name: 'match',
  run: async ({ daybook, actor, stop, progress, feedIds }) => {
    // A run of some feeds answers a notice; the next full run matches.
    if (feedIds !== null) return [];
    const result = await bringUpAndMatch(
      { ...daybook.coding, connectorFor: daybook.posting.connectorFor },
      {
        ...{ actor, stop },
        progress: (done, total, account) => progress(done, total, `Reading the ledger’s lines of ${account}`),
      },
    );
    const { made, broken, suggested } = result;
    const parts = result.trouble.map(
      ({ feedAccountId, account, error }): RunPart => ({
        subject: { kind: 'account', id: feedAccountId, name: account },
        outcome: error.retryable ? 'waiting' : 'failed',
        sentence: `${account}: ${error.sentence}`,
        error,
        ...(error.retryable ? {} : { need: `match:${feedAccountId}:${error.code}` }),
      }),
    );
    if (made > 0 || broken > 0)
      parts.push({
        ...{ subject: null, outcome: 'done', figures: { made, broken, suggested } },
        sentence: [
          `${counted(made, 'match', 'matches')} of bank and ledger made.`,
          ...(broken === 0 ? [] : [`${counted(broken, 'match', 'matches')} no longer hold, because a line changed.`]),
        ].join(' '),
      });
    return parts;
  },
};
