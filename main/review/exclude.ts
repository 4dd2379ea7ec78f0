import type { CodingContext } from '../coding/context.ts';
import { judge } from '../coding/draft.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { type ChangeResult, changeEntries, entries, type Target } from './change.ts';

/**
 * Says that these entries are not to be booked, and why. The lines keep their place, so they do not come back, and
 * `includeAgain` takes it back.
 * @throws DaybookError `usage` without a reason, `stale`, `not_found`
 */
export async function excludeIds(context: CodingContext, target: Target, reason: string): Promise<ChangeResult> {
  const why = reason.trim();
  if (why === '') throw new DaybookError('usage', 'Say why the entry is not to be booked; the reason is kept.');
  const at = instantNow(context.clock);
  return changeEntries(context, target, {
    name: 'proposal.excluded',
    sentence: (count) => `Excluded ${entries(count)}`,
    change: (proposal) =>
      proposal.state === 'excluded'
        ? proposal
        : {
            ...proposal,
            state: 'excluded',
            needs: [],
            approvedAt: null,
            approvedBy: null,
            approvedHash: null,
            excludedAt: at,
            excludedBy: target.actor,
            excludedWhy: why,
          },
    data: () => ({ why }),
  });
}

/** Puts excluded entries back into the queue with the coding that they had. */
export async function includeAgain(context: CodingContext, target: Target): Promise<ChangeResult> {
  return changeEntries(context, target, {
    name: 'proposal.included',
    sentence: (count) => `Included ${entries(count)} again`,
    // An entry that a rule excluded has no coding; an empty offset waits for one.
    change: (proposal, book) =>
      proposal.state === 'excluded'
        ? judge(
            {
              ...proposal,
              codedBy: proposal.offsets.length > 0 ? proposal.codedBy : 'person',
              offsets:
                proposal.offsets.length > 0
                  ? proposal.offsets
                  : [
                      {
                        accountType: 'ledger',
                        account: null,
                        dimensions: {},
                        amount: proposal.amount,
                        text: proposal.text,
                      },
                    ],
            },
            book,
          )
        : proposal,
    data: ({ before }) => ({ excludedWhy: before.excludedWhy }),
  });
}
