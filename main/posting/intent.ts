import { record } from '../audit/trail.ts';
import { can, type Finding } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { entryHash, isBalanced } from '../core/entry.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { referenceOf, stemIn } from '../core/reference.ts';
import { insertIntent, liveStems, setProposalState, unfinishedJournals } from '../store/postings.ts';
import { loadProposals, type Proposal } from '../store/proposals.ts';
import type { Writer } from '../store/store.ts';
import { unfinishedTakeBacks } from '../store/take-backs.ts';
import { approvedEntries, type Ledger } from './approved.ts';
import { type PlannedJournal, type Postable, planJournals } from './group.ts';
import { type Run, writeHeld } from './held.ts';
import { entryToJson, journalHash, journalToJson } from './journal-json.ts';
import { findOtherForms } from './other-forms.ts';
import { askQuestions } from './questions.ts';
import { refuseProposal } from './record.ts';

/**
 * Checks the approved entries of a ledger and writes the intents of those that may be sent. What cannot be dealt with goes
 * to `onFailure` and leaves the others alone. Where journals of one name go one after another, none gets an intent while
 * an earlier one of that name is not through.
 * @returns how many entries were refused
 */
export async function writeIntents(
  run: Run,
  ledger: Ledger,
  options: { readonly actor: string; readonly only?: ReadonlySet<string> },
  onFailure: (thrown: unknown) => void,
): Promise<number> {
  const { workspaceId } = run.context.store;
  const { entriesPerJournal, postingRules = {} } = run.connector;
  const approved = await approvedEntries(run.context.store, ledger, options.only);
  const isSound = (item: Postable) => item.approvedHash === entryHash(item.entry);
  const { sound = [], changed = [] } = Object.groupBy(approved, (item) => (isSound(item) ? 'sound' : 'changed'));
  for (const item of changed) onFailure(notApproved(item.proposalId));
  const plan = (items: readonly Postable[]) => planJournals(workspaceId, items, entriesPerJournal, postingRules);
  const waiting = await namesUnderWay(run, ledger, postingRules.inOrder === true);
  const journals = plan(sound).sort(byFirstDay);
  announce(run, ledger, journals);
  let refused = 0;
  for (const planned of journals) {
    run.stop?.throwIfAborted();
    const { journalName } = planned.journal;
    if (waiting.has(journalName)) continue;
    try {
      const checked = await check(run, ledger, planned);
      refused += checked.refused;
      // What is left after a refusal is another set of entries, hence another journal.
      const kept = sound.filter((item) => checked.passed.has(item.entry.reference));
      for (const journal of plan(kept)) {
        await askQuestions(run, ledger, journal.journal);
        await writeIntent(run, ledger, journal, options.actor);
      }
    } catch (thrown) {
      // A later day must not overtake one that waits.
      if (postingRules.inOrder === true) waiting.add(journalName);
      onFailure(thrown);
    }
  }
  return refused;
}

/**
 * The names of journals that must wait: one of that name is being taken back or, where they go in order, was begun by an
 * earlier run and is not through.
 */
async function namesUnderWay(run: Run, ledger: Ledger, inOrder: boolean): Promise<Set<string>> {
  const { read } = run.context.store;
  const leaving = await unfinishedTakeBacks(read, ledger);
  const begun = inOrder ? await unfinishedJournals(read, ledger.ledgerConnectionId, ledger.legalEntity) : [];
  return new Set([...leaving, ...begun].map((row) => row.journal_name));
}

function byFirstDay(a: PlannedJournal, b: PlannedJournal): number {
  const [left = '', right = ''] = [a.journal.entries[0]?.date, b.journal.entries[0]?.date];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Tells a ledger whose requests are counted what it will be asked, so that it can ask for much at once. */
function announce(run: Run, ledger: Ledger, journals: readonly PlannedJournal[]): void {
  const references = journals.flatMap(({ journal }) => journal.entries.map((entry) => entry.reference));
  if (can(run.connector, 'expectLookUps') && references.length > 0)
    run.connector.expectLookUps(ledger.legalEntity, references);
}

/** The references that may be sent. The others are refused with the finding's sentence, unless a person changed them. */
async function check(
  run: Run,
  ledger: Ledger,
  planned: PlannedJournal,
): Promise<{ readonly passed: ReadonlySet<string>; readonly refused: number }> {
  const { entries } = planned.journal;
  const stems = entries.map((entry) => stemIn(entry.reference));
  const live = await liveStems(run.context.store.read, ledger, stems);
  const own = entries.flatMap((entry): Finding[] => {
    const { reference } = entry;
    if (live.has(stemIn(reference)))
      return [{ blocking: true, code: 'entry_differs', reference, sentence: ALREADY_THERE }];
    return isBalanced(entry) ? [] : [{ blocking: true, code: 'entry_unbalanced', reference, sentence: UNBALANCED }];
  });
  const other = await findOtherForms(run, ledger, planned);
  const preflight = await run.connector.preflight(planned.journal, run.stop);
  const found = [...own, ...other, ...preflight].filter((finding) => finding.blocking);
  if (found.length === 0) return { passed: new Set(entries.map((entry) => entry.reference)), refused: 0 };
  const general = found.find((finding) => finding.reference === null);
  const passed = new Set<string>();
  let refused = 0;
  await writeHeld(run, async (trx) => {
    const now = await proposalsOf(trx, planned);
    for (const entry of entries) {
      const { reference } = entry;
      const finding = general ?? found.find((item) => item.reference === reference);
      const proposal = now.get(reference);
      if (!finding) passed.add(reference);
      else if (proposal?.state === 'approved' && proposal.approvedHash === entryHash(entry)) {
        const error = new DaybookError(finding.code, finding.sentence);
        await refuseProposal(run.context, trx, proposal.id, reference, error);
        refused += 1;
      }
    }
  });
  return { passed, refused };
}

const UNBALANCED = 'The offsets of this entry do not add up to its amount. Mend the split.';
const ALREADY_THERE =
  'This money is in the ledger already, or on its way there, under the same reference. Compare both entries first.';

/** The proposals of a journal as they are now, by the reference of their entry. */
async function proposalsOf(trx: Writer, planned: PlannedJournal): Promise<Map<string, Proposal>> {
  const found = await loadProposals(trx, [...planned.proposalIds.values()]);
  const byId = new Map(found.map((proposal) => [proposal.id, proposal]));
  return new Map(
    [...planned.proposalIds].flatMap(([reference, id]) => {
      const proposal = byId.get(id);
      return proposal ? [[reference, proposal]] : [];
    }),
  );
}

/**
 * Commits the intent, with `synchronous=FULL`, before the first byte leaves. What is frozen here is what was approved:
 * the hash is compared once more inside the transaction, so an edit in the same moment cannot slip through.
 */
async function writeIntent(run: Run, ledger: Ledger, planned: PlannedJournal, actor: string): Promise<void> {
  await writeHeld(run, async (trx) => {
    const proposals = await proposalsOf(trx, planned);
    const approvers = new Set<string>();
    for (const entry of planned.journal.entries) {
      const proposal = proposals.get(entry.reference);
      if (!proposal || !isStill(proposal, entry, ledger, planned)) throw notApproved(proposal?.id);
      approvers.add(proposal.approvedBy ?? '');
    }
    await storeIntent(trx, run, planned, { approvedBy: [...approvers].sort().join(', '), actor });
  });
}

/** Writes the intent of a journal and of its entries, which have all been compared with what was approved. */
export async function storeIntent(
  trx: Writer,
  { context, ledger }: Pick<Run, 'context' | 'ledger'>,
  { journal, proposalIds }: PlannedJournal,
  by: { readonly approvedBy: string; readonly actor: string },
): Promise<void> {
  const at = instantNow(context.clock);
  const journalId = await insertIntent(
    trx,
    {
      id: newId('jrn', context),
      ledgerConnectionId: ledger.ledgerConnectionId,
      legalEntity: ledger.legalEntity,
      journalName: journal.journalName,
      reference: journal.reference,
      requestJson: journalToJson(journal),
      requestHash: journalHash(journal),
      approvedBy: by.approvedBy,
      at,
    },
    journal.entries.map((entry) => ({
      id: newId('post', context),
      proposalId: proposalIds.get(entry.reference) ?? '',
      reference: entry.reference,
      stem: stemIn(entry.reference),
      entryJson: entryToJson(entry),
      entryHash: entryHash(entry),
    })),
  );
  for (const proposalId of proposalIds.values())
    await setProposalState(trx, proposalId, { state: 'posting', at, error: null });
  await record(trx, context.clock, {
    actor: by.actor,
    action: 'posting.intended',
    subject: `journal:${journalId}`,
    data: {
      reference: journal.reference,
      legalEntity: ledger.legalEntity,
      journalName: journal.journalName,
      requestHash: journalHash(journal),
      entries: journal.entries.map((entry) => ({ reference: entry.reference, hash: entryHash(entry) })),
    },
  });
}

/** Approved as it is, for this ledger and journal name, under this reference. */
function isStill(
  proposal: Proposal,
  entry: Postable['entry'],
  { ledgerConnectionId, legalEntity }: Ledger,
  { journal }: PlannedJournal,
): boolean {
  return (
    proposal.state === 'approved' &&
    proposal.approvedHash === entryHash(entry) &&
    proposal.ledgerConnectionId === ledgerConnectionId &&
    proposal.legalEntity === legalEntity &&
    proposal.journalName === journal.journalName &&
    referenceOf(proposal.stem, proposal.revision) === entry.reference
  );
}

function notApproved(proposalId: string | undefined): DaybookError {
  return new DaybookError('not_approved', 'An entry changed after it was approved. Look at it and approve it again.', {
    path: proposalId,
  });
}
