import { record } from '../audit/trail.ts';
import { can } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { stemIn } from '../core/reference.ts';
import { type PostingRow, postingsToFollow, setProposalState, updatePosting } from '../store/postings.ts';
import { differenceSentence, differences } from './compare.ts';
import type { PostingContext } from './context.ts';
import { entryFromJson } from './journal-json.ts';
import { recordDifferent } from './record.ts';

export type FollowResult = {
  /** Seen in the general ledger for the first time. */
  readonly inLedger: number;
  /** Still in an open journal there. */
  readonly open: number;
  /** Moved to another journal number by a split or a transfer of errors. */
  readonly moved: number;
  /** Deleted in the ERP by somebody; the line is back in the queue. */
  readonly gone: number;
  /** Edited in the ERP by somebody. */
  readonly different: number;
};

/**
 * Follows confirmed entries inside the ERP until it has posted them: by reference, because batch posting splits
 * journals into new numbers and moves bad vouchers elsewhere.
 */
export async function followPostings(context: PostingContext, stop?: AbortSignal): Promise<FollowResult> {
  const total = { inLedger: 0, open: 0, moved: 0, gone: 0, different: 0 };
  const ledgers = await context.store.read
    .selectFrom('posting')
    .select(['ledger_connection_id', 'legal_entity'])
    .distinct()
    .where('state', '=', 'posted')
    .execute();
  for (const { ledger_connection_id, legal_entity } of ledgers) {
    const postings = await postingsToFollow(context.store.read, ledger_connection_id, legal_entity);
    if (postings.length === 0) continue;
    const connector = await context.connectorFor(ledger_connection_id);
    if (!can(connector, 'lookUp')) continue;
    // Pages keep a cancelled run's work and its transactions short.
    for (let start = 0; start < postings.length; start += 500) {
      stop?.throwIfAborted();
      const page = postings.slice(start, start + 500);
      const references = page.map((posting) => posting.reference);
      const found = await connector.lookUp(legal_entity, references, stop);
      const byStem = new Map(found.map((entry) => [stemIn(entry.entry.reference), entry]));
      await context.store.write(async (trx) => {
        for (const posting of page) {
          const entry = byStem.get(posting.stem);
          if (!entry) {
            await recordGone(context, trx, posting);
            total.gone += 1;
            continue;
          }
          // A difference that a person accepted keeps its error text; it is not reported again.
          const accepted = posting.error_json !== null;
          const list = accepted ? [] : differences(entryFromJson(posting.entry_json), entry);
          if (list.length > 0) {
            await recordDifferent(context, trx, posting, entry, differenceSentence(list));
            total.different += 1;
            continue;
          }
          if (posting.journal_number !== entry.journalNumber) total.moved += 1;
          total[entry.state === 'posted' ? 'inLedger' : 'open'] += 1;
          await updatePosting(trx, posting.id, {
            journalNumber: entry.journalNumber,
            lineIds: entry.lineIds,
            voucher: entry.voucher,
            ledgerState: entry.state,
            ledgerSeenAt: instantNow(context.clock),
          });
        }
      });
    }
  }
  return total;
}

/** An open journal line that was deleted in the ERP. Only a person may decide to post the money again. */
async function recordGone(
  context: PostingContext,
  trx: Parameters<typeof updatePosting>[0],
  posting: PostingRow,
): Promise<void> {
  const at = instantNow(context.clock);
  const sentence = `Somebody deleted this entry from journal ${posting.journal_number ?? '(unknown)'} in the ledger. Approve it again to post it anew, or exclude it.`;
  const error = new DaybookError('entry_differs', sentence, { repair: 'compare_entries' }).toJSON();
  await updatePosting(trx, posting.id, { state: 'gone', error, ledgerSeenAt: at });
  await setProposalState(trx, posting.proposal_id, { state: 'needs_person', at, error, needs: [sentence] });
  await record(trx, context.clock, {
    actor: 'daybook',
    action: 'posting.gone',
    subject: `posting:${posting.id}`,
    data: { proposal: posting.proposal_id, reference: posting.reference, journalNumber: posting.journal_number },
  });
}

/** A person says that what the ledger holds is right: the entry counts as posted, with both versions in the trail. */
export async function acceptLedgerVersion(context: PostingContext, proposalId: string, actor: string): Promise<void> {
  await context.store.writeDurably(async (trx) => {
    const posting = await trx
      .selectFrom('posting')
      .selectAll()
      .where('proposal_id', '=', proposalId)
      .where('state', '=', 'different')
      .executeTakeFirst();
    if (!posting)
      throw new DaybookError('not_found', 'This entry does not differ from the ledger; there is nothing to accept.');
    const at = instantNow(context.clock);
    await updatePosting(trx, posting.id, { state: 'posted', confirmedAt: at });
    await setProposalState(trx, proposalId, { state: 'posted', at });
    await record(trx, context.clock, {
      actor,
      action: 'posting.difference_accepted',
      subject: `posting:${posting.id}`,
      data: { proposal: proposalId, reference: posting.reference, error: posting.error_json },
    });
  });
}
