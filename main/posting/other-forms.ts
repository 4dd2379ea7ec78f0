import type { Finding } from '../connectors/capabilities.ts';
import { referenceOf, stemIn, stemOf } from '../core/reference.ts';
import { namedLines, possiblePartners } from '../store/other-forms.ts';
import type { Ledger } from './approved.ts';
import type { PlannedJournal } from './group.ts';
import type { Run } from './held.ts';

/** As far apart as the two sides of an own transfer may be booked (coding/transfers.ts). */
const TRANSFER_DAYS = 5;

/**
 * The same money can be in the ledger in another form: a transfer between own accounts is one entry with one reference,
 * its two lines coded singly are two entries with others. A restored copy of the workspace may pair lines that were
 * posted singly, or the other way round; a look-up by the entry's own stem would then find nothing. So before an intent
 * is written, the references of the other forms are looked up too. What is found is for a person to compare. Where every
 * transfer is an entry on each side there is no other form.
 */
export async function findOtherForms(run: Run, ledger: Ledger, planned: PlannedJournal): Promise<Finding[]> {
  if (run.connector.postingRules?.transfers === 'each_side') return [];
  const { store } = run.context;
  const proposalIds = [...planned.proposalIds.values()];
  const referenceOfProposal = new Map([...planned.proposalIds].map(([reference, id]) => [id, reference]));
  const lines = await namedLines(store.read, proposalIds);
  const { workspaceId } = store;
  /** The entry of ours by the stem of its other form. */
  const wanted = new Map<string, string>();
  const want = (kind: string, members: readonly string[], generation: number, proposalId: string) =>
    wanted.set(stemOf({ workspaceId, kind, members, generation }), proposalId);

  for (const line of lines)
    if (line.kind === 'transfer') want('entry', [line.member], line.generation, line.proposalId);
  const single = lines.filter((line) => line.kind === 'entry');
  for (const { line, member } of await possiblePartners(store.read, ledger, single, TRANSFER_DAYS))
    want('transfer', [line.member, member], line.generation, line.proposalId);
  if (wanted.size === 0) return [];

  const references = [...wanted.keys()].map((stem) => referenceOf(stem, 0));
  const found = await run.connector.lookUp(planned.journal.legalEntity, references, run.stop);
  return found.flatMap((entry): Finding[] => {
    const proposalId = wanted.get(stemIn(entry.entry.reference));
    const reference = proposalId === undefined ? undefined : referenceOfProposal.get(proposalId);
    if (reference === undefined) return [];
    const sentence = `The ledger already holds this money in another form, in journal ${entry.journalNumber} (${entry.entry.reference}): a transfer there is single entries here, or the other way round. Compare both and exclude one.`;
    return [{ blocking: true, code: 'entry_differs', reference, sentence }];
  });
}
