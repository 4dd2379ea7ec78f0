import { ledgersWithWork, unfinishedJournals } from '../store/postings.ts';
import { ledgerEntryOf, loadProposals } from '../store/proposals.ts';
import type { Store } from '../store/store.ts';
import type { PostingContext } from './context.ts';
import { type PlannedJournal, type Postable, planJournals } from './group.ts';

export type Ledger = { readonly ledgerConnectionId: string; readonly legalEntity: string };

/** The approved entries of a ledger; with `only`, those among them. */
export async function approvedEntries(store: Store, ledger: Ledger, only?: ReadonlySet<string>): Promise<Postable[]> {
  const rows = await store.read
    .selectFrom('proposal')
    .innerJoin('mapping', 'mapping.id', 'proposal.mapping_id')
    .select(['proposal.id', 'mapping.grouping'])
    .where('proposal.state', '=', 'approved')
    .where('proposal.ledger_connection_id', '=', ledger.ledgerConnectionId)
    .where('proposal.legal_entity', '=', ledger.legalEntity)
    .execute();
  const wanted = only === undefined ? rows : rows.filter((row) => only.has(row.id));
  const groupingOf = new Map(wanted.map((row) => [row.id, row.grouping === 'run' ? 'run' : 'account_day'] as const));
  const proposals = await loadProposals(
    store.read,
    wanted.map((row) => row.id),
  );
  return proposals.map((proposal) => ({
    proposalId: proposal.id,
    legalEntity: proposal.legalEntity,
    journalName: proposal.journalName,
    grouping: groupingOf.get(proposal.id) ?? 'account_day',
    approvedHash: proposal.approvedHash,
    entry: ledgerEntryOf(proposal),
  }));
}

export type Preview = {
  readonly journals: ReadonlyArray<PlannedJournal & { readonly ledgerConnectionId: string }>;
  /** Journals that an earlier run left open; a run takes them up first. */
  readonly unfinished: number;
};

/** The journals that `postApproved` would make now, where the ledger's checks let every entry pass. Nothing is sent. */
export async function previewPosting(context: PostingContext, legalEntity?: string): Promise<Preview> {
  const journals: Array<PlannedJournal & { ledgerConnectionId: string }> = [];
  let unfinished = 0;
  for (const ledger of await ledgersWithWork(context.store.read)) {
    if (legalEntity !== undefined && legalEntity !== ledger.legalEntity) continue;
    const { ledgerConnectionId } = ledger;
    unfinished += (await unfinishedJournals(context.store.read, ledgerConnectionId, ledger.legalEntity)).length;
    const { entriesPerJournal, postingRules } = await context.connectorFor(ledgerConnectionId);
    const entries = await approvedEntries(context.store, ledger);
    const most = entriesPerJournal ?? entries.length + 1;
    const planned = planJournals(context.store.workspaceId, entries, most, postingRules);
    journals.push(...planned.map((journal) => ({ ...journal, ledgerConnectionId })));
  }
  return { journals, unfinished };
}
