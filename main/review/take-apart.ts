import { record } from '../audit/trail.ts';
import { lineTextOf } from '../coding/code-line.ts';
import type { CodingContext } from '../coding/context.ts';
import { blankProposal, judge, lineStem } from '../coding/draft.ts';
import { loadLines } from '../coding/line.ts';
import { mappingOfAccount } from '../coding/mappings.ts';
import { shortReason } from '../coding/text.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { insertProposals, type NewProposal, releaseLines, saveProposals } from '../store/proposal-writes.ts';
import { loadProposal } from '../store/proposals.ts';
import { books, requireOpen } from './change.ts';

/**
 * Says that two lines are no transfer: each gets an entry of its own, to be coded by the person. They are not paired
 * again by themselves.
 * @returns the ids of the two entries
 */
export async function takeApart(
  context: CodingContext,
  proposalId: string,
  actor: string,
): Promise<{ readonly ids: readonly string[] }> {
  return context.store.write(async (trx) => {
    const transfer = await loadProposal(trx, proposalId);
    requireOpen(transfer);
    if (transfer.kind !== 'transfer')
      throw new DaybookError('usage', 'Only an entry that stands for both sides of a transfer can be taken apart.', {
        path: proposalId,
      });
    const at = instantNow(context.clock);
    const bookOf = books(trx);
    const made: NewProposal[] = [];
    for (const line of await loadLines(trx, transfer.lineIds)) {
      const mapping = await mappingOfAccount(trx, line.feedAccountId);
      const { generation } = transfer;
      const stem = lineStem(context.store.workspaceId, 'entry', [line], generation);
      const blank = blankProposal({
        id: newId('prop', context),
        kind: 'entry',
        mapping,
        // The bank's own side bears no dimensions.
        book: null,
        lines: [line],
        stem,
        generation,
      });
      const text = lineTextOf(line);
      const proposal = {
        ...blank,
        text,
        codedBy: 'person' as const,
        reason: shortReason(`taken apart by ${actor}`),
        offsets: [
          {
            accountType: 'ledger' as const,
            account: null,
            dimensions: mapping.dimensions,
            amount: line.amount,
            text,
          },
        ],
      };
      made.push({
        proposal: judge(proposal, await bookOf(proposal)),
        links: [{ lineId: line.id, claim: true, lineRevision: line.revision }],
      });
    }
    await saveProposals(trx, [{ ...transfer, state: 'superseded', needs: [] }], at);
    await releaseLines(trx, [transfer.id]);
    await insertProposals(trx, made, at);
    const ids = made.map(({ proposal }) => proposal.id);
    await record(trx, context.clock, {
      actor,
      action: 'proposal.taken_apart',
      subject: `proposal:${transfer.id}`,
      data: { into: ids },
    });
    return { ids };
  });
}
