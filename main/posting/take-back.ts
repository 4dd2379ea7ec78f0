/**
 * Taking a posted entry back while it is open in the ledger: its journal is removed there as a whole, the entry is back in
 * the queue, and the others of the journal are posted again as they were approved (docs/posting.md).
 */
import { record } from '../audit/trail.ts';
import type { Stop } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { setProposalState } from '../store/postings.ts';
import { loadProposal } from '../store/proposals.ts';
import { insertTakeBack, postingsInJournal } from '../store/take-backs.ts';
import type { PostingContext } from './context.ts';
import { type Held, type Run, writeHeld } from './held.ts';
import { holdLedger, type PostResult, postApproved } from './post.ts';
import { countRefusals } from './refusals.ts';
import { asTakingBack, cannot, planTakeBack, type TakeBackPlan } from './take-back-plan.ts';
import { runTakeBack } from './take-back-run.ts';

export type TakeBackResult = {
  /** `unfinished`: the ledger did not say what became of it; the next run of Post looks, and goes on. */
  readonly outcome: 'taken_back' | 'unfinished';
  /** How the other entries came back, and journals of the ledger that were under way besides; null while unfinished. */
  readonly again: PostResult | null;
};

const NOTHING_NEW: ReadonlySet<string> = new Set();

/**
 * Takes a posted entry back. What is refused changed nothing.
 * @throws DaybookError `stale` and others with the reason in a sentence; `not_supported`; `busy_elsewhere`
 */
export async function takeBackEntry(
  context: PostingContext,
  proposalId: string,
  options: { readonly actor: string; readonly stop?: AbortSignal },
): Promise<TakeBackResult> {
  const { actor, stop } = options;
  const proposal = await loadProposal(context.store.read, proposalId);
  const connector = asTakingBack(await context.connectorFor(proposal.ledgerConnectionId));
  const ledger = { ledgerConnectionId: proposal.ledgerConnectionId, legalEntity: proposal.legalEntity };
  const outcome = await holdLedger(context, ledger, stop, async (held: Held) => {
    const refusals = countRefusals(connector.postingRules?.refusesWhole === true);
    const run = { ...held, ledger, connector, stop, refusals };
    connector.endPause?.(ledger.legalEntity);
    const plan = await planTakeBack(context.store, connector, proposalId, stop);
    return runTakeBack(run, await writeTakeBackIntent(run, plan, actor));
  });
  if (outcome === 'unfinished') return { outcome, again: null };
  // As after a crash: what is on disk now is taken up by an ordinary run, which sends nothing new.
  const again = await postApproved(context, {
    ...{ actor, legalEntity: ledger.legalEntity, only: NOTHING_NEW },
    ...(stop === undefined ? {} : { stop }),
  });
  return { outcome, again };
}

export type TakeBackPreview = {
  readonly possible: boolean;
  /** Why not; null when it is possible, and of a ledger that takes nothing back at all. */
  readonly sentence: string | null;
  /** The ledger's journal that would be removed. */
  readonly journalNumber: string | null;
  /** Other entries of that journal, which would be posted again. */
  readonly others: number;
};

/** Whether an entry can be taken back now, and what that would do. Reads only. @throws retryable codes of the ledger */
export async function previewTakeBack(
  context: PostingContext,
  proposalId: string,
  stop: Stop,
): Promise<TakeBackPreview> {
  const { ledgerConnectionId } = await loadProposal(context.store.read, proposalId);
  try {
    const connector = asTakingBack(await context.connectorFor(ledgerConnectionId));
    const { journalNumber, postings } = await planTakeBack(context.store, connector, proposalId, stop);
    return { possible: true, sentence: null, journalNumber, others: postings.length - 1 };
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.retryable || error.code === 'internal') throw thrown;
    const sentence = error.code === 'not_supported' ? null : error.message;
    return { possible: false, sentence, journalNumber: null, others: 0 };
  }
}

/** Which journal, which entries and who decided, on disk with `synchronous=FULL` before anything is removed. */
async function writeTakeBackIntent(run: Run, plan: TakeBackPlan, actor: string): Promise<string> {
  const { context } = run;
  const { ledger, journalName, journalNumber, postings } = plan;
  const [target] = postings;
  const id = newId('take', context);
  const at = instantNow(context.clock);
  await writeHeld(run, async (trx) => {
    const now = await postingsInJournal(trx, ledger, journalNumber);
    const asPlanned = new Set(postings.map((posting) => posting.id));
    const proposal = await loadProposal(trx, target.proposal_id);
    const same = now.every((one) => asPlanned.has(one.id) && one.state === 'posted' && one.error_json === null);
    if (!same || now.length !== asPlanned.size || proposal.state !== 'posted')
      throw cannot('Something changed in this journal a moment ago. Look at it and try again.');
    await insertTakeBack(
      trx,
      { ...ledger, id, journalName, journalNumber, proposalId: target.proposal_id, requestedBy: actor, at },
      [...asPlanned],
    );
    for (const posting of postings) await setProposalState(trx, posting.proposal_id, { state: 'posting', at });
    await record(trx, context.clock, {
      actor,
      action: 'posting.take_back_intended',
      subject: `posting:${target.id}`,
      data: {
        ...{ takeBack: id, legalEntity: ledger.legalEntity, journalName, journalNumber },
        ...{ proposal: target.proposal_id, reference: target.reference },
        again: postings.slice(1).map((posting) => ({ reference: posting.reference, hash: posting.entry_hash })),
      },
    });
  });
  return id;
}
