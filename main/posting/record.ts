import { record, recordMany } from '../audit/trail.ts';
import type { FoundEntry } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { type PostingRow, releaseLines, reversalsAmong, setProposalState, updatePosting } from '../store/postings.ts';
import type { Writer } from '../store/store.ts';
import type { PostingContext } from './context.ts';

/** Who acts when the app finds something out by itself. */
const APP = 'daybook';

/** An entry that was looked up and found to be what was approved. */
export type Confirmed = {
  readonly posting: PostingRow;
  readonly found: FoundEntry;
  /** `adopted`: it was in the ledger before this journal was ever sent. */
  readonly how: 'sent' | 'adopted';
};

/** The ledger holds these entries as approved: the only way in which a posting becomes `posted`. */
export async function recordPosted(
  context: PostingContext,
  trx: Writer,
  confirmed: readonly Confirmed[],
): Promise<void> {
  const at = instantNow(context.clock);
  for (const { posting, found } of confirmed) {
    await updatePosting(trx, posting.id, {
      state: 'posted',
      // A look-up by stem may have found another revision of the same content: its reference is the one that counts.
      reference: found.entry.reference,
      journalNumber: found.journalNumber,
      lineIds: found.lineIds,
      voucher: found.voucher,
      ledgerState: found.state,
      ledgerSeenAt: at,
      error: null,
      confirmedAt: at,
    });
    await setProposalState(trx, posting.proposal_id, { state: 'posted', at, error: null });
  }
  await recordMany(
    trx,
    context.clock,
    confirmed.map(({ posting, found, how }) => ({
      actor: APP,
      action: how === 'sent' ? 'posting.confirmed' : 'posting.adopted',
      subject: `posting:${posting.id}`,
      data: {
        proposal: posting.proposal_id,
        reference: found.entry.reference,
        entryHash: posting.entry_hash,
        journalNumber: found.journalNumber,
        lines: found.lineIds,
        voucher: found.voucher,
      },
    })),
  );
  await markOriginalsReversed(
    context,
    trx,
    confirmed.map(({ posting }) => posting.proposal_id),
  );
}

/**
 * The ledger holds something else under our reference, holds it twice, or (`found` is null) does not let us see whether it
 * holds it. A person compares.
 */
export async function recordDifferent(
  context: PostingContext,
  trx: Writer,
  posting: PostingRow,
  found: FoundEntry | null,
  sentence: string,
): Promise<void> {
  const at = instantNow(context.clock);
  const error = new DaybookError('entry_differs', sentence).toJSON();
  await updatePosting(trx, posting.id, {
    state: 'different',
    ...(found === null
      ? { journalNumber: posting.journal_number }
      : {
          // A former revision, posted before a backup came back, stands there under its own reference.
          reference: found.entry.reference,
          journalNumber: found.journalNumber,
          lineIds: found.lineIds,
          voucher: found.voucher,
          ledgerState: found.state,
          ledgerSeenAt: at,
        }),
    error,
  });
  await setProposalState(trx, posting.proposal_id, { state: 'different', at, error });
  const journalNumber = found === null ? posting.journal_number : found.journalNumber;
  await record(trx, context.clock, {
    actor: APP,
    action: 'posting.different',
    subject: `posting:${posting.id}`,
    data: { proposal: posting.proposal_id, reference: posting.reference, journalNumber, sentence },
  });
}

/** Its journal was posted and emptied: it may be in the general ledger, where Daybook cannot see it. */
export async function recordUnseen(context: PostingContext, trx: Writer, posting: PostingRow): Promise<void> {
  const { journal_number, reference } = posting;
  const sentence = `Journal ${journal_number ?? ''} was posted and its lines were deleted, so Daybook cannot see this entry. Look for ${reference} in the general ledger: if it is there, accept it; if not, say that it is missing.`;
  await recordDifferent(context, trx, posting, null, sentence);
}

/** The ledger said that it stored the entry, and does not show it under its reference. */
export async function recordUnshown(context: PostingContext, trx: Writer, posting: PostingRow): Promise<void> {
  const { journal_number, reference } = posting;
  const sentence = `The ledger accepted this entry in journal ${journal_number ?? '(unknown)'} and does not show it under ${reference}. Look there: if it is there, accept it; if not, say that it is missing.`;
  await recordDifferent(context, trx, posting, null, sentence);
}

/** The ledger (or the preflight) said no; nothing of it is stored there. */
export async function recordRefused(
  context: PostingContext,
  trx: Writer,
  posting: PostingRow,
  error: DaybookError,
): Promise<void> {
  await updatePosting(trx, posting.id, { state: 'refused', error: error.toJSON() });
  await refuseProposal(context, trx, posting.proposal_id, posting.reference, error);
}

/** As `recordRefused`, for an entry that was refused before an intent was written. */
export async function refuseProposal(
  context: PostingContext,
  trx: Writer,
  proposalId: string,
  reference: string,
  error: DaybookError,
): Promise<void> {
  await setProposalState(trx, proposalId, { state: 'refused', at: instantNow(context.clock), error: error.toJSON() });
  await record(trx, context.clock, {
    actor: APP,
    action: 'posting.refused',
    subject: `proposal:${proposalId}`,
    data: { reference, code: error.code, providerCode: error.providerCode, sentence: error.message },
  });
}

/** It may or may not be in the ledger; the next look-up tells. */
export async function recordUnknown(
  context: PostingContext,
  trx: Writer,
  posting: PostingRow,
  error: DaybookError,
): Promise<void> {
  await updatePosting(trx, posting.id, { state: 'unknown', error: error.toJSON() });
  await setProposalState(trx, posting.proposal_id, {
    state: 'unknown',
    at: instantNow(context.clock),
    error: error.toJSON(),
  });
}

/** A confirmed reversal gives the money back to the queue: the lines of the original need a new place. */
export async function markOriginalsReversed(
  context: PostingContext,
  trx: Writer,
  proposalIds: readonly string[],
): Promise<void> {
  const at = instantNow(context.clock);
  for (const { id, original } of await reversalsAmong(trx, proposalIds)) {
    await setProposalState(trx, original, { state: 'reversed', at });
    await releaseLines(trx, original);
    await record(trx, context.clock, {
      actor: APP,
      action: 'proposal.reversed',
      subject: `proposal:${original}`,
      data: { reversal: id },
    });
  }
}
