import { relatedProposalIds } from '../store/line-places.ts';
import { loadProposal, loadProposals, type Proposal } from '../store/proposals.ts';
import type { Reader, Writer } from '../store/store.ts';

export type ReversalChain = {
  /** Everything posted for the same money: the entry, its corrections, and the pending entry that it settled. */
  readonly posted: readonly Proposal[];
  /** Unposted corrections, which lose their point. */
  readonly open: readonly Proposal[];
  /** A reversal of the entry that still counts. */
  readonly reversal: Proposal | null;
};

/** What must be reversed together, so that nothing of a line's money stays behind in the ledger. */
export async function reversalChain(db: Reader | Writer, entry: Proposal): Promise<ReversalChain> {
  const related = await loadProposals(db, await relatedProposalIds(db, entry.id));
  const live = related.filter(({ state }) => state !== 'superseded' && state !== 'reversed' && state !== 'excluded');
  const corrections = live.filter(({ kind }) => kind === 'correction');
  const own = {
    posted: [entry, ...corrections.filter(({ state }) => state === 'posted')],
    open: corrections.filter(({ state }) => state !== 'posted'),
    reversal: live.find(({ kind }) => kind === 'reversal') ?? null,
  };
  if (entry.kind !== 'settlement' || entry.relatedProposalId === null) return own;
  const pending = await reversalChain(db, await loadProposal(db, entry.relatedProposalId));
  return { ...own, posted: [...own.posted, ...pending.posted], open: [...own.open, ...pending.open] };
}
