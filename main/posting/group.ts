import type { PostingRules } from '../connectors/capabilities.ts';
import type { LedgerEntry, LedgerJournal } from '../core/entry.ts';
import { referenceOf, stemOf } from '../core/reference.ts';

/** An approved entry and what decides into which journal it goes. */
export type Postable = {
  readonly proposalId: string;
  readonly legalEntity: string;
  readonly journalName: string;
  readonly grouping: 'account_day' | 'run';
  /** The hash of what was approved. */
  readonly approvedHash: string | null;
  readonly entry: LedgerEntry;
};

export type PlannedJournal = {
  readonly journal: LedgerJournal;
  /** Proposal id by entry reference. */
  readonly proposalIds: ReadonlyMap<string, string>;
};

/** About what ledgers show of a description in their lists, and the least that any of them keeps. */
const DESCRIPTION_LENGTH = 60;

/**
 * Groups entries into journals: one per account and day, or one per run, as the ledger's rules or else the mapping say;
 * never more than `perJournal` in one. The journal's reference comes from the references it holds, so that the same entries make the
 * same journal again on another computer.
 */
export function planJournals(
  workspaceId: string,
  approved: readonly Postable[],
  perJournal: number,
  rules: PostingRules = {},
): PlannedJournal[] {
  const entries = approved.map((item) => ({ ...item, grouping: rules.grouping ?? item.grouping }));
  const groups = Map.groupBy(entries, (item) =>
    [
      item.legalEntity,
      item.journalName,
      item.grouping,
      ...(item.grouping === 'account_day' ? [item.entry.accountType, item.entry.account, item.entry.date] : []),
    ].join('\u0000'),
  );
  const planned: PlannedJournal[] = [];
  for (const group of groups.values()) {
    const ordered = [...group].sort(byDateAndReference);
    for (let start = 0; start < ordered.length; start += perJournal)
      planned.push(plan(workspaceId, ordered.slice(start, start + perJournal)));
  }
  return planned;
}

function plan(workspaceId: string, items: readonly Postable[]): PlannedJournal {
  const [first] = items;
  if (!first) throw new RangeError('a journal needs an entry');
  const members = items.map((item) => item.entry.reference);
  const reference = referenceOf(stemOf({ workspaceId, kind: 'journal', members, generation: 0 }), 0);
  const what = first.grouping === 'account_day' ? `${first.entry.account} ${first.entry.date}` : 'Daybook run';
  return {
    journal: {
      reference,
      legalEntity: first.legalEntity,
      journalName: first.journalName,
      description: `${reference} ${what}`.slice(0, DESCRIPTION_LENGTH),
      entries: items.map((item) => item.entry),
    },
    proposalIds: new Map(items.map((item) => [item.entry.reference, item.proposalId])),
  };
}

function byDateAndReference(a: Postable, b: Postable): number {
  const left = a.entry.date + a.entry.reference;
  const right = b.entry.date + b.entry.reference;
  return left < right ? -1 : left > right ? 1 : 0;
}
