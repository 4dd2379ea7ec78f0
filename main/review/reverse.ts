import { record } from '../audit/trail.ts';
import type { CodingContext } from '../coding/context.ts';
import { reversalOf } from '../coding/correct.ts';
import { reversalChain } from '../coding/reversal-chain.ts';
import { type CalendarDate, isPlausibleDate } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { insertProposals, saveProposals } from '../store/proposal-writes.ts';
import { loadProposal, type Proposal } from '../store/proposals.ts';
import { requireOpen } from './change.ts';
import { rememberStep } from './undo-step.ts';

/**
 * Makes the linked entries that take a posted entry back: the entry itself, its posted corrections, and for a
 * settlement the pending entry that it settled. They are ready and wait for approval; once they are confirmed, the
 * line is back in the queue. Dated as the entry, so that each day still ties out, unless another date is given.
 * @returns the ids of the reversals, the entry's own first
 * @throws DaybookError `not_found`; `stale` when it is not posted or is reversed already; `usage` for a wrong date
 */
export async function reverse(
  context: CodingContext,
  proposalId: string,
  actor: string,
  date?: CalendarDate,
): Promise<{ readonly ids: readonly string[] }> {
  if (date !== undefined && !isPlausibleDate(date))
    throw new DaybookError('usage', `${date} is no date that a ledger takes; write it as 2026-11-20.`);
  return context.store.write(async (trx) => {
    const original = await loadProposal(trx, proposalId);
    refuseUnreversible(original);
    const chain = await reversalChain(trx, original);
    if (chain.reversal)
      throw new DaybookError('stale', 'A reversal of this entry is there already. Approve it or withdraw it.', {
        path: chain.reversal.id,
      });
    for (const open of chain.open) requireOpen(open);
    const at = instantNow(context.clock);
    const made = chain.posted.map((entry) => ({
      entry,
      reversal: reversalOf(context.store.workspaceId, entry, {
        id: newId('prop', context),
        reason: `reversed by ${actor}`,
        codedBy: 'person',
        ...(date === undefined ? {} : { date }),
      }),
    }));
    await saveProposals(
      trx,
      chain.open.map((open) => ({ ...open, state: 'superseded', needs: [] })),
      at,
    );
    await insertProposals(
      trx,
      made.map(({ entry, reversal }) => ({
        proposal: reversal,
        links: entry.lineIds.map((lineId) => ({ lineId, claim: false, lineRevision: 1 })),
      })),
      at,
    );
    for (const { entry, reversal } of made)
      await record(trx, context.clock, {
        actor,
        action: 'proposal.reversal_made',
        subject: `proposal:${reversal.id}`,
        data: { about: entry.id, amount: reversal.amount.minor, date: reversal.date },
      });
    // Undo withdraws what was made here, and brings open corrections back.
    await rememberStep(trx, context, actor, `Reversed ${original.date} ${original.text}`, [
      ...made.map(({ reversal }) => ({ before: withdrawn(reversal), after: reversal })),
      ...chain.open.map((open) => ({ before: open, after: withdrawn(open) })),
    ]);
    return { ids: made.map(({ reversal }) => reversal.id) };
  });
}

function withdrawn(proposal: Proposal): Proposal {
  return { ...proposal, state: 'superseded', needs: [] };
}

function refuseUnreversible(original: Proposal): void {
  if (original.state !== 'posted')
    throw new DaybookError(
      'stale',
      original.state === 'reversed'
        ? 'This entry is reversed already.'
        : 'Only a posted entry is reversed. Change or exclude this one instead.',
      { path: original.id },
    );
  if (original.kind === 'reversal')
    throw new DaybookError('usage', 'A reversal is not reversed. Code its line again instead.', { path: original.id });
}
