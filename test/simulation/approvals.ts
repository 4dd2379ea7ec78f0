import { entryHash } from '../../main/core/entry.ts';
import { referenceOf, stemIn } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals, type ProposalKind } from '../../main/store/proposals.ts';
import type { Reader } from '../../main/store/store.ts';
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
  /** What an entry that was approved is made of, by its reference or stem. */
  madeOf(reference: string): MadeOf | undefined;
};

export type MadeOf = {
  readonly kind: ProposalKind;
  readonly stem: string;
  /** The bank's own ids of the lines that it books. */
  readonly lines: readonly string[];
  /** The stem of the entry that this one reverses. */
  readonly undoes: string | null;
  /** The stems of its own reversals. */
  readonly undoneBy: string[];
};

const PAGE = 500;

export function createApprovals(): Approvals {
  const known = new Map<string, ExpectedEntry>();
  const before = new Map<string, ExpectedEntry[]>();
  const made = new Map<string, MadeOf>();
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
        const about = await partsOf(daybook.store.read, ids);
        for (const proposal of await loadProposals(daybook.store.read, ids)) {
          const entry = { ...ledgerEntryOf(proposal), reference: referenceOf(proposal.stem, proposal.revision) };
          if (entryHash(entry) !== proposal.approvedHash) continue;
          const { kind, stem } = proposal;
          const { lines = [], undoes = null } = about.get(proposal.id) ?? {};
          made.set(stem, { kind, stem, lines, undoes, undoneBy: made.get(stem)?.undoneBy ?? [] });
          if (undoes !== null) made.get(undoes)?.undoneBy.push(stem);
          const last = known.get(entry.reference);
          if (last !== undefined) before.set(entry.reference, [...(before.get(entry.reference) ?? []), last]);
          known.set(entry.reference, { legalEntity: proposal.legalEntity, entry });
          noted.set(`${proposal.stem} ${proposal.revision}`, proposal.approvedHash);
        }
      }
    },
    byReference: () => known,
    madeOf: (reference) => made.get(stemIn(reference)),
    earlier: (reference) => before.get(reference) ?? [],
  };
}

/** Of each proposal the bank's ids of its lines, and the stem of the entry that it reverses. */
async function partsOf(db: Reader, ids: readonly string[]) {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line', 'statement_line.id', 'proposal_line.line_id')
    .leftJoin('proposal as original', 'original.id', 'proposal.related_proposal_id')
    .select(['proposal.id', 'proposal.kind', 'statement_line.provider_line_id as line', 'original.stem as original'])
    .where('proposal.id', 'in', ids)
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, same]) => {
      const [first] = same;
      const undoes = first?.kind === 'reversal' ? first.original : null;
      return [id, { lines: same.map(({ line }) => line), undoes }];
    }),
  );
}
