/**
 * Removing a journal exactly once:
 *
 *   intent on disk → look up → remove → look up again → gone: the entry is in the queue, the others are to be posted again
 *
 * A deletion cannot be undone, so only a look-up that no longer finds an entry makes it `taken_back`; and nothing is
 * posted again before that.
 */
import { record, recordMany } from '../audit/trail.ts';
import { can, type FoundEntry } from '../connectors/capabilities.ts';
import { epochOf } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError, type ErrorCode } from '../core/errors.ts';
import { type PostingRow, releaseLines, setProposalState, updatePosting } from '../store/postings.ts';
import { loadProposal, loadProposals } from '../store/proposals.ts';
import type { Writer } from '../store/store.ts';
import {
  loadTakeBack,
  postingsBeingTakenBack,
  settleTakenBackJournals,
  type TakeBackRow,
  updateTakeBack,
} from '../store/take-backs.ts';
import { inMs, LONGEST_WAIT_MS, SETTLE_MS, SURELY_NOT_STORED } from './attempts.ts';
import { type Run, writeHeld } from './held.ts';
import { storeIntent } from './intent.ts';
import { isRefusal } from './refusal-codes.ts';
import {
  asTakingBack,
  cannot,
  journalOf,
  journalsAgain,
  lookUpAll,
  pointlessThen,
  type TakeBackPlan,
  type TakingBack,
  whyNotAsHeld,
} from './take-back-plan.ts';

const MOST_ATTEMPTS_IN_A_RUN = 5;

/** The connector looked before it removed anything, or the ledger said no: the journal is where it was. */
const NOT_REMOVED: ReadonlySet<ErrorCode> = new Set(['stale', 'not_supported', 'usage']);

type Removal = { readonly row: TakeBackRow; readonly plan: TakeBackPlan; readonly connector: TakingBack };

/**
 * Takes a deletion from wherever it stands to its end, or leaves it in a state from which the next run goes on.
 * @throws DaybookError with the reason when the journal stays: everything is as it was before then
 */
export async function runTakeBack(run: Run, id: string): Promise<'taken_back' | 'unfinished'> {
  const connector = asTakingBack(run.connector);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS_IN_A_RUN; attempt++) {
    const row = await loadTakeBack(run.context.store.read, id);
    const pause = row.next_attempt_at === null ? 0 : epochOf(row.next_attempt_at) - run.context.clock.now();
    if (pause > LONGEST_WAIT_MS) return 'unfinished';
    if (pause > 0) await run.context.clock.sleep(pause, run.stop);
    const removal = { row, connector, plan: await planOf(run, row) };
    if (await step(run, removal)) return 'taken_back';
  }
  return 'unfinished';
}

/** @returns whether it is over; else what is on disk says when and how to go on */
async function step(run: Run, removal: Removal): Promise<boolean> {
  const { row, plan, connector } = removal;
  const sentBefore = row.attempts > 0n;
  const before = await lookUpAll(connector, plan, run.stop);
  if (sentBefore && isAnyGone(plan, before)) return completed(run, removal, before);
  if (!sentBefore) {
    const changed = whyNotAsHeld(plan, before);
    if (changed !== null) throw await staysAsItWas(run, removal, cannot(changed));
  }
  run.stop?.throwIfAborted();
  await run.lease.renew();
  await noteSending(run, row);
  try {
    await connector.takeBack(journalOf(plan), { beforeWrite: () => run.lease.renew() }, run.stop);
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'cancelled' || error.code === 'busy_elsewhere') throw error;
    // Not there any more: the look-up tells what became of it.
    if (error.code !== 'not_found') return noteFailure(run, removal, error);
  }
  const after = await lookUpAll(connector, plan, run.stop);
  if (isAnyGone(plan, after)) return completed(run, removal, after);
  await noteAttempt(run, row, 'unknown', stillShown());
  return false;
}

/** What the deletion is about, from the disk: after a crash there is nothing else. */
async function planOf(run: Run, row: TakeBackRow): Promise<TakeBackPlan> {
  const postings = await postingsBeingTakenBack(run.context.store.read, row.id);
  const target = postings.find((posting) => posting.proposal_id === row.proposal_id);
  if (!target) throw new Error('a deletion has lost the entry that it is about');
  const others = postings.filter((posting) => posting !== target);
  const { ledger } = run;
  return { ledger, journalName: row.journal_name, journalNumber: row.journal_number, postings: [target, ...others] };
}

function isAnyGone({ postings }: TakeBackPlan, found: ReadonlyMap<string, readonly FoundEntry[]>): boolean {
  return postings.some((posting) => !found.has(posting.stem));
}

function noteSending(run: Run, row: TakeBackRow): Promise<void> {
  const attempts = Number(row.attempts) + 1;
  return writeHeld(run, (trx) =>
    updateTakeBack(trx, row.id, { state: 'sending', attempts, nextAttemptAt: inMs(run, SETTLE_MS) }),
  );
}

function noteAttempt(run: Run, row: TakeBackRow, state: 'unknown' | 'retry', error: DaybookError): Promise<void> {
  const least = state === 'unknown' ? SETTLE_MS : 2_000;
  const nextAttemptAt = inMs(run, Math.max(error.retryAfterMs ?? 0, least));
  return writeHeld(run, (trx) => updateTakeBack(trx, row.id, { state, nextAttemptAt, error: error.toJSON() }));
}

/** @returns false when there is more to try. @throws the error when the journal stays */
async function noteFailure(run: Run, removal: Removal, error: DaybookError): Promise<false> {
  run.context.log.warn({ takeBack: removal.row.id, error: error.toJSON() }, 'taking back failed');
  const surelyNot = SURELY_NOT_STORED.has(error.code) || NOT_REMOVED.has(error.code) || isRefusal(error.code);
  if (surelyNot && !error.retryable) throw await staysAsItWas(run, removal, error);
  await noteAttempt(run, removal.row, surelyNot ? 'retry' : 'unknown', error);
  return false;
}

/** The journal is where it was: the entries are posted as they were before anybody asked. */
async function staysAsItWas(run: Run, { row, plan }: Removal, error: DaybookError): Promise<DaybookError> {
  const { context } = run;
  const at = instantNow(context.clock);
  await writeHeld(run, async (trx) => {
    await putBack(trx, plan.postings, at);
    await updateTakeBack(trx, row.id, { state: 'refused', error: error.toJSON(), endedAt: at });
    await record(trx, context.clock, {
      actor: 'daybook',
      action: 'posting.take_back_refused',
      subject: `posting:${plan.postings[0].id}`,
      data: { takeBack: row.id, journalNumber: row.journal_number, code: error.code, sentence: error.message },
    });
  });
  return error;
}

async function putBack(trx: Writer, postings: readonly PostingRow[], at: string): Promise<void> {
  for (const posting of postings) {
    await updatePosting(trx, posting.id, { state: 'posted' });
    await setProposalState(trx, posting.proposal_id, { state: 'posted', at });
  }
}

/**
 * What a look-up no longer shows is taken back: the one entry is in the queue, the others have an intent of their own. What
 * it still shows, because somebody moved it away before, stays posted.
 */
async function completed(
  run: Run,
  { row, plan, connector }: Removal,
  found: ReadonlyMap<string, readonly FoundEntry[]>,
): Promise<true> {
  const { context } = run;
  await refuseIfEmptied(run, { row, plan, connector });
  const [target] = plan.postings;
  const gone = plan.postings.filter((posting) => !found.has(posting.stem));
  const there = plan.postings.filter((posting) => found.has(posting.stem));
  const again = gone.filter((posting) => posting !== target);
  const journals = journalsAgain(context.store.workspaceId, connector, plan, again);
  const at = instantNow(context.clock);
  await writeHeld(run, async (trx) => {
    await putBack(trx, there, at);
    for (const posting of gone) await updatePosting(trx, posting.id, { state: 'taken_back' });
    await settleTakenBackJournals(
      trx,
      gone.map((posting) => posting.journal_id),
    );
    await updateTakeBack(trx, row.id, { state: 'done', nextAttemptAt: null, error: null, endedAt: at });
    await recordMany(
      trx,
      context.clock,
      gone.map((posting) => ({
        actor: row.requested_by,
        action: 'posting.taken_back',
        subject: `posting:${posting.id}`,
        data: {
          ...{ takeBack: row.id, proposal: posting.proposal_id, reference: posting.reference },
          ...{ journalNumber: row.journal_number, postedAgain: posting !== target },
        },
      })),
    );
    if (gone.includes(target)) await returnToQueue(run, trx, target, row.requested_by, at);
    for (const planned of journals) {
      const proposals = await loadProposals(trx, [...planned.proposalIds.values()]);
      const approvers = new Set(proposals.map((proposal) => proposal.approvedBy ?? ''));
      const approvedBy = [...approvers].sort().join(', ');
      await storeIntent(trx, run, planned, { approvedBy, actor: row.requested_by });
    }
  });
  return true;
}

/** A journal that the ledger posted and emptied shows nothing either, and its entries are in the general ledger. */
async function refuseIfEmptied(run: Run, removal: Removal): Promise<void> {
  const { row, connector } = removal;
  if (!can(connector, 'emptiedJournals')) return;
  const emptied = await connector.emptiedJournals(run.ledger.legalEntity, [row.journal_number], run.stop);
  if (emptied.has(row.journal_number))
    throw await staysAsItWas(run, removal, cannot('The ledger has posted this journal meanwhile.'));
}

/** The entry waits for a person, or is nobody's any more when the bank took its line back. */
async function returnToQueue(run: Run, trx: Writer, target: PostingRow, by: string, at: string): Promise<void> {
  const { context } = run;
  const proposal = await loadProposal(trx, target.proposal_id);
  for (const linked of await pointlessThen(trx, proposal)) {
    await setProposalState(trx, linked.id, { state: 'superseded', at, needs: [] });
    await record(trx, context.clock, {
      actor: by,
      action: 'proposal.superseded',
      subject: `proposal:${linked.id}`,
      data: { state: 'superseded', revision: linked.revision, amount: linked.amount.minor, date: linked.date },
    });
  }
  if (await isLineRemoved(trx, proposal.lineIds)) {
    await setProposalState(trx, proposal.id, { state: 'superseded', at, error: null, needs: [] });
    await releaseLines(trx, proposal.id);
    return;
  }
  const sentence = `${by} took this entry back from the ledger. Change it, approve it again, or exclude it.`;
  const error = new DaybookError('not_approved', sentence).toJSON();
  await setProposalState(trx, proposal.id, { state: 'needs_person', at, error, needs: [sentence] });
  // What the bank changed since it was posted was dealt with by linked entries; now it changes the entry itself.
  await trx.updateTable('proposal_line').set({ line_revision: 0 }).where('proposal_id', '=', proposal.id).execute();
}

async function isLineRemoved(trx: Writer, lineIds: readonly number[]): Promise<boolean> {
  const left = await trx
    .selectFrom('statement_line')
    .select('id')
    .where('id', 'in', lineIds.map(BigInt))
    .where('state', '!=', 'removed')
    .limit(1)
    .executeTakeFirst();
  return left === undefined;
}

function stillShown(): DaybookError {
  return new DaybookError(
    'outcome_unknown',
    'The ledger accepted the deletion and still shows the journal. Daybook looks again before it does anything else.',
  );
}
