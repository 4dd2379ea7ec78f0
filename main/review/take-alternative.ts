import type { CodingContext } from '../coding/context.ts';
import { judge } from '../coding/draft.ts';
import { shortReason } from '../coding/text.ts';
import { DaybookError } from '../core/errors.ts';
import { type ChangeResult, changeEntries, entries, type Target } from './change.ts';

/**
 * Takes over the coding that stands beside the one in force. It is a person's from then on.
 * @throws DaybookError `usage` where nothing stands beside it, `stale`, `not_found`
 */
export async function takeAlternative(context: CodingContext, target: Target): Promise<ChangeResult> {
  return changeEntries(context, target, {
    name: 'proposal.suggestion_taken',
    sentence: (count) => `Took the suggestion for ${entries(count)}`,
    change: (proposal, book) => {
      const { alternative } = proposal;
      if (alternative === null || proposal.kind === 'reversal' || proposal.kind === 'transfer')
        throw new DaybookError('usage', `Nothing else is suggested for ${proposal.date} ${proposal.text}.`, {
          path: proposal.id,
        });
      if (proposal.state === 'excluded')
        throw new DaybookError('stale', 'This entry is excluded. Include it again before you change it.', {
          path: proposal.id,
        });
      const { accountType, account, dimensions } = alternative;
      return judge(
        {
          ...proposal,
          offsets: [{ accountType, account, dimensions, amount: proposal.amount, text: proposal.text }],
          codedBy: 'person',
          ruleId: null,
          reason: shortReason(`suggestion taken by ${target.actor}`),
          confidence: null,
          alternative: null,
          error: null,
          revision: proposal.revision + 1,
        },
        book,
      );
    },
    data: ({ after }) => ({ revision: after.revision, account: after.offsets[0]?.account ?? null }),
  });
}
