import { record } from '../audit/trail.ts';
import { can, type FoundEntry } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { stemIn } from '../core/reference.ts';
import { readLedgerChanges } from '../ledger/read-changes.ts';
import { postingsThatChanged } from '../store/ledger-lines.ts';
import {
  type PostingRow,
  postingsById,
  postingsToFollow,
  setProposalState,
  settleDifferentJournal,
  updatePosting,
} from '../store/postings.ts';
import type { Reader, Writer } from '../store/store.ts';
import { whatDiffers } from './compare.ts';
import type { PostingContext } from './context.ts';
import { entryFromJson } from './journal-json.ts';
import { markOriginalsReversed, recordDifferent, recordPosted, recordUnseen } from './record.ts';

export type FollowResult = {
  /** Seen in the general ledger for the first time. */
  readonly inLedger: number;
  /** Still in an open journal there. */
  readonly open: number;
  /** Of those, the ones that the ledger has booked while they are open (`openIsBooked`). */
  readonly openBooked: number;
  /** Moved to another journal number by a split or a transfer of errors. */
  readonly moved: number;
  /** Deleted in the ERP by somebody; the line is back in the queue. */
  readonly gone: number;
  /** Edited in the ERP by somebody. */
  readonly different: number;
};

/** Pages keep a cancelled run's work and its transactions short. */
const PAGE = 500;

/**
 * Follows confirmed entries inside the ERP until it has posted them: by reference, because batch posting splits
 * journals into new numbers and moves bad vouchers elsewhere. Entries that differ are looked at again, because somebody
 * may have put them right. Where the ledger tells its changes, only what changed is looked up. A ledger that cannot be
 * asked does not keep the others back; its failure is thrown at the end.
 */
export async function followPostings(context: PostingContext, stop?: AbortSignal): Promise<FollowResult> {
  const total = { inLedger: 0, open: 0, openBooked: 0, moved: 0, gone: 0, different: 0 };
  const ledgers = await context.store.read
    .selectFrom('posting')
    .innerJoin('connection', 'connection.id', 'posting.ledger_connection_id')
    .select(['posting.ledger_connection_id', 'posting.legal_entity'])
    .distinct()
    .where('posting.state', 'in', ['posted', 'different'])
    .where('connection.state', '<>', 'removed')
    .execute();
  const failures: unknown[] = [];
  for (const ledger of ledgers) {
    try {
      await followLedger(context, ledger, total, stop);
    } catch (thrown) {
      if (stop?.aborted) throw thrown;
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures[0];
  return total;
}

type Total = { -readonly [Key in keyof FollowResult]: number };

async function followLedger(
  context: PostingContext,
  ledger: { readonly ledger_connection_id: string; readonly legal_entity: string },
  total: Total,
  stop: AbortSignal | undefined,
): Promise<void> {
  const { ledger_connection_id, legal_entity } = ledger;
  const all = await postingsToFollow(context.store.read, ledger_connection_id, legal_entity);
  if (all.length === 0) return;
  const connector = await context.connectorFor(ledger_connection_id);
  if (!can(connector, 'lookUp')) return;
  let postings = all;
  const openBefore = total.open;
  const key = { ledgerConnectionId: ledger_connection_id, legalEntity: legal_entity };
  if (await readLedgerChanges(context, connector, key, stop)) {
    const { changed, unchanged } = await postingsThatChanged(context.store.read, key);
    postings = changed;
    total.open += unchanged;
  }
  for (let start = 0; start < postings.length; start += PAGE) {
    stop?.throwIfAborted();
    const page = postings.slice(start, start + PAGE);
    const references = page.map((posting) => posting.reference);
    const found = await connector.lookUp(legal_entity, references, stop);
    const byStem = Map.groupBy(found, (entry) => stemIn(entry.entry.reference));
    const unseen = page.filter((posting) => !byStem.has(posting.stem) && posting.journal_number !== null);
    const numbers = [...new Set(unseen.map((posting) => posting.journal_number ?? ''))];
    const emptied =
      numbers.length > 0 && can(connector, 'emptiedJournals')
        ? await connector.emptiedJournals(legal_entity, numbers, stop)
        : new Set<string>();
    await context.store.write(async (trx) => {
      const before = new Map(page.map((posting) => [posting.id, posting.state]));
      // What a person or a run decided meanwhile stands.
      for (const posting of await postingsById(trx, [...before.keys()]))
        if (posting.state === before.get(posting.id))
          await followOne(context, trx, posting, byStem.get(posting.stem) ?? [], emptied, total);
    });
  }
  if (connector.postingRules?.openIsBooked === true) total.openBooked += total.open - openBefore;
}

async function followOne(
  context: PostingContext,
  trx: Writer,
  posting: PostingRow,
  there: readonly FoundEntry[],
  emptied: ReadonlySet<string>,
  total: Total,
): Promise<void> {
  // A difference that a person accepted keeps its error text; it is not reported again.
  const accepted = posting.state === 'posted' && posting.error_json !== null;
  const entry = there.find(({ state }) => state === 'open') ?? there[0];
  if (!entry) {
    // What was seen in the general ledger cannot be deleted; its journal lines can.
    if (posting.ledger_state === 'posted') return;
    if (!emptied.has(posting.journal_number ?? '')) {
      await recordGone(context, trx, posting);
      total.gone += 1;
    } else if (accepted) {
      total.inLedger += 1;
      await updatePosting(trx, posting.id, { ledgerState: 'posted', ledgerSeenAt: instantNow(context.clock) });
    } else if (posting.state === 'posted') {
      await recordUnseen(context, trx, posting);
      total.different += 1;
    }
    return;
  }
  const sentence = accepted ? null : whatDiffers(entryFromJson(posting.entry_json), there);
  if (sentence !== null) {
    if (posting.state === 'different') return;
    await recordDifferent(context, trx, posting, entry, sentence);
    total.different += 1;
    return;
  }
  if (posting.journal_number !== entry.journalNumber) total.moved += 1;
  total[entry.state === 'posted' ? 'inLedger' : 'open'] += 1;
  if (posting.state === 'different') {
    await recordPosted(context, trx, [{ posting, found: entry, how: 'sent' }]);
    await settleDifferentJournal(trx, posting.journal_id);
    return;
  }
  await updatePosting(trx, posting.id, {
    journalNumber: entry.journalNumber,
    lineIds: entry.lineIds,
    voucher: entry.voucher,
    ledgerState: entry.state,
    ledgerSeenAt: instantNow(context.clock),
  });
}

/** An open journal line that was deleted in the ERP. Only a person may decide to post the money again. */
async function recordGone(context: PostingContext, trx: Writer, posting: PostingRow, actor = 'daybook'): Promise<void> {
  const at = instantNow(context.clock);
  const sentence = `This entry is no longer in journal ${posting.journal_number ?? '(unknown)'} of the ledger. Approve it again to post it anew, or exclude it.`;
  const error = new DaybookError('entry_differs', sentence, { repair: 'compare_entries' }).toJSON();
  await updatePosting(trx, posting.id, { state: 'gone', error, ledgerSeenAt: at });
  await setProposalState(trx, posting.proposal_id, { state: 'needs_person', at, error, needs: [sentence] });
  await settleDifferentJournal(trx, posting.journal_id);
  await record(trx, context.clock, {
    actor,
    action: 'posting.gone',
    subject: `posting:${posting.id}`,
    data: { proposal: posting.proposal_id, reference: posting.reference, journalNumber: posting.journal_number },
  });
}

/** A person says that what the ledger holds is right: the entry counts as posted, with both versions in the trail. */
export async function acceptLedgerVersion(context: PostingContext, proposalId: string, actor: string): Promise<void> {
  await context.store.writeDurably(async (trx) => {
    const posting = await differentPosting(trx, proposalId);
    const at = instantNow(context.clock);
    await updatePosting(trx, posting.id, { state: 'posted', confirmedAt: at });
    await setProposalState(trx, proposalId, { state: 'posted', at });
    await markOriginalsReversed(context, trx, [proposalId]);
    await settleDifferentJournal(trx, posting.journal_id);
    await record(trx, context.clock, {
      actor,
      action: 'posting.difference_accepted',
      subject: `posting:${posting.id}`,
      data: { proposal: proposalId, reference: posting.reference, error: posting.error_json },
    });
  });
}

/**
 * A person has looked and says that the ledger does not hold this entry: it is back in the queue, to be approved again or
 * excluded. What a look-up still finds is not missing.
 * @throws DaybookError `entry_differs`, `not_found`
 */
export async function declareMissing(
  context: PostingContext,
  proposalId: string,
  actor: string,
  stop?: AbortSignal,
): Promise<void> {
  const before = await differentPosting(context.store.read, proposalId);
  const connector = await context.connectorFor(before.ledger_connection_id);
  if (!can(connector, 'lookUp'))
    throw new DaybookError('not_supported', 'This connection is no ledger that Daybook can ask for entries.');
  const [found] = await connector.lookUp(before.legal_entity, [before.reference], stop);
  if (found)
    throw new DaybookError(
      'entry_differs',
      `The ledger still holds this entry, in journal ${found.journalNumber}. Delete it there first, or accept it.`,
    );
  await context.store.writeDurably(async (trx) =>
    recordGone(context, trx, await differentPosting(trx, proposalId), actor),
  );
}

async function differentPosting(db: Reader | Writer, proposalId: string): Promise<PostingRow> {
  const posting = await db
    .selectFrom('posting')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .where('state', '=', 'different')
    .executeTakeFirst();
  if (posting) return posting;
  throw new DaybookError('not_found', 'This entry does not differ from the ledger; there is nothing to decide.');
}
