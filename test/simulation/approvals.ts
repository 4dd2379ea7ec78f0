import { entryHash } from '../../main/core/entry.ts';
import { referenceOf } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals } from '../../main/store/proposals.ts';
import type { ExpectedEntry } from '../../practice/company/judgement.ts';
import type { Process } from './computer.ts';

/** Everything that a person has ever approved on any computer, by the reference under which it may stand in a ledger. */
export type Approvals = {
  /** Looks at what is approved in a process's workspace now. To be called after approvals, before and after posting. */
  note(process: Process): Promise<void>;
  byReference(): ReadonlyMap<string, ExpectedEntry>;
  /**
   * What was approved under this reference before. Two computers with copies of one workspace count edits each for itself,
   * so that one reference may have been approved here and there with different contents.
   */
  earlier(reference: string): readonly ExpectedEntry[];
};

const PAGE = 500;

export function createApprovals(): Approvals {
  const known = new Map<string, ExpectedEntry>();
  const before = new Map<string, ExpectedEntry[]>();
  /** Hash of what is in `known`, by stem and revision. */
  const noted = new Map<string, string>();
  return {
    note: async ({ daybook, isOpen }) => {
      if (!isOpen()) return;
      const rows = await daybook.store.read
        .selectFrom('proposal')
        .select(['id', 'approved_hash', 'stem', 'revision'])
        .where('approved_hash', 'is not', null)
        .execute();
      const unknown = rows.filter((row) => noted.get(`${row.stem} ${row.revision}`) !== row.approved_hash);
      for (let start = 0; start < unknown.length; start += PAGE) {
        const ids = unknown.slice(start, start + PAGE).map(({ id }) => id);
        for (const proposal of await loadProposals(daybook.store.read, ids)) {
          const entry = { ...ledgerEntryOf(proposal), reference: referenceOf(proposal.stem, proposal.revision) };
          if (entryHash(entry) !== proposal.approvedHash) continue;
          const last = known.get(entry.reference);
          if (last !== undefined) before.set(entry.reference, [...(before.get(entry.reference) ?? []), last]);
          known.set(entry.reference, { legalEntity: proposal.legalEntity, entry });
          noted.set(`${proposal.stem} ${proposal.revision}`, proposal.approvedHash);
        }
      }
    },
    byReference: () => known,
    earlier: (reference) => before.get(reference) ?? [],
  };
}
