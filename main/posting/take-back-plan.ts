/** What taking a posted entry back would do, found out by reading only. */
import { type Connector, can, type FoundEntry, type PostsEntries, type Stop } from '../connectors/capabilities.ts';
import type { TakesBack } from '../connectors/take-back.ts';
import { entryHash } from '../core/entry.ts';
import { DaybookError } from '../core/errors.ts';
import { stemIn } from '../core/reference.ts';
import { relatedProposalIds } from '../store/line-places.ts';
import { type PostingRow, unfinishedJournals } from '../store/postings.ts';
import { ledgerEntryOf, loadProposal, loadProposals, type Proposal, type ProposalState } from '../store/proposals.ts';
import type { Reader, Store, Writer } from '../store/store.ts';
import { livePostingOf, postingsInJournal, unfinishedTakeBacks } from '../store/take-backs.ts';
import type { Ledger } from './approved.ts';
import { whatDiffers } from './compare.ts';
import { type PlannedJournal, planJournals } from './group.ts';
import { entryFromJson } from './journal-json.ts';

export type TakingBack = Connector & PostsEntries & TakesBack;

export type TakeBackPlan = {
  readonly ledger: Ledger;
  readonly journalName: string;
  readonly journalNumber: string;
  /** The entry to be taken back first, then the others of its journal. */
  readonly postings: readonly [PostingRow, ...PostingRow[]];
};

/** A ledger that takes journals back. @throws DaybookError `not_supported` */
export function asTakingBack(connector: Connector): TakingBack {
  if (
    can(connector, 'preflight', 'lookUp', 'send', 'discardEmpty', 'entriesPerJournal') &&
    can(connector, 'takeBack', 'whyNotTakenBack')
  )
    return connector;
  throw new DaybookError('not_supported', 'This ledger takes nothing back. Reverse the entry by a linked one.');
}

/**
 * The journal that would be removed, and what is in it. Each entry of it must be there as approved and open, and those that
 * would be posted again must pass the ledger's checks now.
 * @throws DaybookError `stale` and other codes with the reason why it cannot be taken back; nothing was changed
 */
export async function planTakeBack(
  store: Store,
  connector: TakingBack,
  proposalId: string,
  stop: Stop,
): Promise<TakeBackPlan> {
  const proposal = await loadProposal(store.read, proposalId);
  await refuseUnlessFree(store.read, proposal);
  const target = await livePostingOf(store.read, proposalId);
  if (target?.state !== 'posted' || target.journal_number === null)
    throw cannot('Daybook does not know where the ledger has this entry.');
  const ledger = { ledgerConnectionId: target.ledger_connection_id, legalEntity: target.legal_entity };
  const { journalName } = proposal;
  const begun = await unfinishedJournals(store.read, ledger.ledgerConnectionId, ledger.legalEntity);
  if ([...begun, ...(await unfinishedTakeBacks(store.read, ledger))].some((row) => row.journal_name === journalName))
    throw cannot(`Posting to ${journalName} is not through yet: post, and try again then.`);
  const inJournal = await postingsInJournal(store.read, ledger, target.journal_number);
  const others = inJournal.filter(({ id }) => id !== target.id);
  const plan: TakeBackPlan = {
    ...{ ledger, journalName, journalNumber: target.journal_number },
    postings: [target, ...others],
  };
  const changed = await whyNotAsApproved(store.read, plan);
  if (changed !== null) throw cannot(changed);
  const reason = await connector.whyNotTakenBack(journalOf(plan), stop);
  if (reason !== null) throw cannot(reason);
  const elsewhere = whyNotAsHeld(plan, await lookUpAll(connector, plan, stop));
  if (elsewhere !== null) throw cannot(elsewhere);
  for (const { journal } of journalsAgain(store.workspaceId, connector, plan, others)) {
    const blocking = (await connector.preflight(journal, stop)).find((finding) => finding.blocking);
    if (blocking) throw new DaybookError(blocking.code, `${OTHERS_WOULD_STAY_OUT} ${blocking.sentence}`);
  }
  return plan;
}

const OTHERS_WOULD_STAY_OUT = 'The other entries of this journal could not be posted again, so it stays:';

/** Cannot be taken back; the linked entry remains. */
export function cannot(reason: string): DaybookError {
  return new DaybookError('stale', `Nothing was taken back. ${reason}`);
}

/** The journals in which the other entries are posted again, each under the reference that it had. */
export function journalsAgain(
  workspaceId: string,
  connector: PostsEntries,
  { ledger, journalName }: Pick<TakeBackPlan, 'ledger' | 'journalName'>,
  postings: readonly PostingRow[],
): PlannedJournal[] {
  const items = postings.map((posting) => ({
    proposalId: posting.proposal_id,
    legalEntity: ledger.legalEntity,
    journalName,
    // One journal remains one, unless the ledger has a rule of its own.
    grouping: 'run' as const,
    approvedHash: posting.entry_hash,
    entry: entryFromJson(posting.entry_json),
  }));
  return planJournals(workspaceId, items, connector.entriesPerJournal, connector.postingRules);
}

export function journalOf({ ledger, journalName, journalNumber, postings }: TakeBackPlan) {
  const references = postings.map((posting) => posting.reference);
  return { legalEntity: ledger.legalEntity, journalName, journalNumber, references };
}

/** What the ledger holds of these entries, by stem. */
export async function lookUpAll(
  connector: PostsEntries,
  { ledger, postings }: Pick<TakeBackPlan, 'ledger' | 'postings'>,
  stop: Stop,
): Promise<Map<string, FoundEntry[]>> {
  const references = postings.map((posting) => posting.reference);
  const found = await connector.lookUp(ledger.legalEntity, references, stop);
  return Map.groupBy(found, (entry) => stemIn(entry.entry.reference));
}

/** Why the journal is not what was posted; null when it holds each entry as approved, once, and is open. */
export function whyNotAsHeld(
  { postings, journalNumber }: Pick<TakeBackPlan, 'postings' | 'journalNumber'>,
  found: ReadonlyMap<string, readonly FoundEntry[]>,
): string | null {
  for (const posting of postings) {
    const entry = entryFromJson(posting.entry_json);
    const there = found.get(posting.stem) ?? [];
    const [first] = there;
    const named = `${entry.date} ${entry.text}`;
    if (!first) return `The ledger no longer shows ${named} in its journal. Fetch the news of the ledger first.`;
    if (first.journalNumber !== journalNumber) return `Somebody moved ${named} to another journal in the ledger.`;
    if (first.state !== 'open') return `The ledger has processed ${named} meanwhile. Reverse it by a linked entry.`;
    const sentence = whatDiffers(entry, there);
    if (sentence !== null) return `Of ${named}: ${sentence}`;
  }
  return null;
}

/** Why entries of the journal could not be posted again as they were approved; null when all can. */
async function whyNotAsApproved(db: Reader, { postings }: TakeBackPlan): Promise<string | null> {
  const proposals = await loadProposals(
    db,
    postings.map((posting) => posting.proposal_id),
  );
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  for (const posting of postings) {
    const proposal = byId.get(posting.proposal_id);
    const named = proposal ? `${proposal.date} ${proposal.text}` : posting.reference;
    if (posting.state !== 'posted' || posting.error_json !== null)
      return `The ledger does not hold ${named} of the same journal as it was approved. Settle that first.`;
    const settled = proposal?.state === 'posted' || proposal?.state === 'reversed';
    const same = settled && entryHash(ledgerEntryOf(proposal)) === posting.entry_hash;
    if (!same || proposal.approvedHash !== posting.entry_hash)
      return `${named} of the same journal is no longer as it was approved. Reverse the entry by a linked one.`;
  }
  return null;
}

/** States of an entry that is ours alone, so that it can be withdrawn. */
const OURS_ALONE: ReadonlySet<ProposalState> = new Set(['needs_person', 'ready', 'approved', 'refused', 'excluded']);
const OF_NO_MATTER: ReadonlySet<ProposalState> = new Set(['superseded', 'reversed', 'excluded']);

/** @throws DaybookError when the entry is not one that can stand alone in the queue again */
async function refuseUnlessFree(db: Reader, proposal: Proposal): Promise<void> {
  if (proposal.state !== 'posted')
    throw cannot(proposal.state === 'reversed' ? 'This entry is reversed already.' : 'This entry is not posted.');
  if (proposal.kind === 'reversal')
    throw new DaybookError('usage', 'A reversal is not taken back. Code its line again instead.');
  const live = await liveRelated(db, proposal);
  if (live.some(({ kind }) => kind === 'settlement') || proposal.kind === 'settlement')
    throw cannot('A pending line was booked first and settled then. Reverse both by linked entries.');
  if (live.some(({ state }) => state === 'posted'))
    throw cannot('Corrections of this entry are posted as well. Reverse it by linked entries.');
  if (live.some(({ state }) => !OURS_ALONE.has(state)))
    throw cannot('A linked entry is on its way to the ledger already.');
}

/** Corrections and reversals of an entry that are not posted: they lose their point once it is taken back. */
export async function pointlessThen(db: Reader | Writer, proposal: Proposal): Promise<Proposal[]> {
  return (await liveRelated(db, proposal)).filter(({ state }) => OURS_ALONE.has(state));
}

async function liveRelated(db: Reader | Writer, { id }: Proposal): Promise<Proposal[]> {
  const related = await loadProposals(db, await relatedProposalIds(db, id));
  const linked: ReadonlySet<Proposal['kind']> = new Set(['correction', 'reversal', 'settlement']);
  return related.filter(({ kind, state }) => linked.has(kind) && !OF_NO_MATTER.has(state));
}
