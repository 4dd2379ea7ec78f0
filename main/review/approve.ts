import { blockersOf } from '../coding/check.ts';
import type { CodingContext } from '../coding/context.ts';
import { approve } from '../coding/draft.ts';
import type { LedgerBook } from '../coding/ledger-reference.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { saveStates } from '../store/proposal-writes.ts';
import type { Proposal } from '../store/proposals.ts';
import { type Action, type ChangeResult, changeEntries, entries, type Target } from './change.ts';
import { queueOrder, type WindowFilter } from './queue-window.ts';

/**
 * Approves these entries as they are now: what is posted must have exactly the content that is hashed here. An entry
 * that needs a look (a suggestion) is approved by being named. Entries that are approved already stay as they are.
 * @throws DaybookError `stale`, `entry_incomplete`, `entry_unbalanced`, `not_found`; then nothing is approved
 */
export async function approveIds(context: CodingContext, target: Target): Promise<ChangeResult> {
  return changeEntries(context, target, approval(context, target.actor));
}

/** Approves every entry that is ready and fits the filter, whatever its states; what needs a person is left. */
export async function approveAllReady(
  context: CodingContext,
  actor: string,
  filter: Partial<WindowFilter> = {},
): Promise<ChangeResult> {
  const { ids } = await queueOrder(context.store, { ...filter, states: ['ready'] });
  return changeEntries(context, { actor, ids }, approval(context, actor));
}

/** Withdraws approvals; the entries are ready again. */
export async function unapprove(context: CodingContext, target: Target): Promise<ChangeResult> {
  return changeEntries(context, target, {
    name: 'proposal.approval_withdrawn',
    sentence: (count) => `Withdrew the approval of ${entries(count)}`,
    change: (proposal) =>
      proposal.state === 'approved'
        ? { ...proposal, state: 'ready', approvedAt: null, approvedBy: null, approvedHash: null }
        : proposal,
    data: ({ before }) => ({ hash: before.approvedHash }),
    save: saveStates,
  });
}

function approval(context: CodingContext, actor: string): Action {
  const at = instantNow(context.clock);
  return {
    name: 'proposal.approved',
    sentence: (count) => `Approved ${entries(count)}`,
    change: (proposal, book) => {
      if (proposal.state === 'approved') return proposal;
      if (proposal.state === 'excluded')
        throw new DaybookError('entry_incomplete', 'This entry is excluded. Include it again before you approve it.', {
          path: proposal.id,
        });
      refuseBlocked(proposal, book);
      return approve(proposal, actor, at);
    },
    data: ({ after }) => ({ hash: after.approvedHash, revision: after.revision }),
    save: saveStates,
  };
}

function refuseBlocked(proposal: Proposal, book: LedgerBook | null): void {
  const [first] = blockersOf(proposal, book);
  if (first === undefined) return;
  const sum = proposal.offsets.reduce((total, offset) => total + offset.amount.minor, 0n);
  const complete = proposal.offsets.length > 0 && proposal.offsets.every((offset) => offset.account !== null);
  const code = complete && sum !== proposal.amount.minor ? 'entry_unbalanced' : 'entry_incomplete';
  throw new DaybookError(code, `${proposal.date} ${proposal.text}: ${first}`, { path: proposal.id });
}
