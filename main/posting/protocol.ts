/**
 * Posting exactly once: the protocol for one journal (docs/posting.md).
 *
 *   intent on disk → look up → send what is not there → look up again → compare → posted
 *
 * Nothing is ever sent on a guess. The look-up comes first even on the first attempt, because a restored backup or a
 * second computer may have posted the same money without this file knowing.
 */
import { can, type FoundEntry, type SendNotes } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import type { LedgerEntry, LedgerJournal } from '../core/entry.ts';
import { asDaybookError, DaybookError, type ErrorCode } from '../core/errors.ts';
import { stemIn } from '../core/reference.ts';
import {
  type JournalRow,
  type JournalState,
  type PostingRow,
  postingsOfJournal,
  updateJournal,
} from '../store/postings.ts';
import {
  isAccepted,
  LONGEST_PAUSE_MS,
  LONGEST_WAIT_MS,
  loadJournal,
  msUntilNext,
  noteAccepted,
  noteFailure,
  noteMissing,
  noteSending,
  openPostings,
  waitUntilSettled,
} from './attempts.ts';
import { bankChainOf } from './bank-chain.ts';
import { whatDiffers } from './compare.ts';
import { type Run, writeHeld } from './held.ts';
import { entryFromJson, journalFromJson } from './journal-json.ts';
import { askQuestions } from './questions.ts';
import { type Confirmed, recordDifferent, recordPosted, recordRefused, recordUnseen, recordUnshown } from './record.ts';
import { ENTRY_LEVEL, isRefusal } from './refusal-codes.ts';

const MOST_ATTEMPTS_IN_A_RUN = 5;

/** The ledger did not refuse: it was busy, or it never heard us. */
const NOT_HEARD: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'provider_busy',
  'provider_down',
  'network_lost',
  'timeout',
  'record_conflict',
]);

/** How the entries of a journal ended. */
export type JournalOutcome = {
  readonly state: JournalState;
  readonly posted: number;
  readonly refused: number;
  readonly different: number;
  readonly unknown: number;
};

/** Takes one journal from wherever it stands to an outcome, or leaves it in a state from which the next run goes on. */
export async function runJournal(run: Run, row: JournalRow): Promise<JournalOutcome> {
  const journal = journalFromJson(row.request_json);
  const pause = msUntilNext(run, row);
  if (pause > LONGEST_WAIT_MS && pause <= LONGEST_PAUSE_MS) return finish(run, journal, row.id);
  let journalRow = row;
  for (let attempt = 1; ; attempt++) {
    try {
      await waitUntilSettled(run, journalRow);
      await confirmWhatIsThere(run, journal, row.id);
      await setEmptiedAside(run, journal, row.id);
      await setAcceptedAside(run, row.id);
      const open = (await openPostings(run, row.id)).map((posting) => posting.reference);
      if (open.length === 0) break;
      await sendEntries(run, journal, row.id, open);
      await confirmWhatIsThere(run, journal, row.id);
      if ((await openPostings(run, row.id)).length === 0) break;
      await noteMissing(run, row.id);
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'busy_elsewhere') throw error;
      if (!NOT_HEARD.has(error.code)) run.refusals.note(error);
      await noteFailure(run, row.id, error);
    }
    if (run.refusals.end() !== null) break;
    if (attempt >= MOST_ATTEMPTS_IN_A_RUN) break;
    journalRow = await loadJournal(run, row.id);
    if (!isOpen(journalRow.state) || msUntilNext(run, journalRow) > LONGEST_WAIT_MS) break;
  }
  return finish(run, journal, row.id);
}

/** Looks every open entry up by its stem and records what the ledger says. */
async function confirmWhatIsThere(run: Run, journal: LedgerJournal, journalId: string): Promise<void> {
  const open = await openPostings(run, journalId);
  if (open.length === 0) return;
  const references = open.map((posting) => posting.reference);
  const inLedger = await run.connector.lookUp(journal.legalEntity, references, run.stop);
  const byStem = Map.groupBy(inLedger, (entry) => stemIn(entry.entry.reference));
  const how = (await loadJournal(run, journalId)).attempts > 0n ? 'sent' : 'adopted';
  const equal: Confirmed[] = [];
  const unequal: Array<{ posting: PostingRow; found: FoundEntry; sentence: string }> = [];
  for (const posting of open) {
    const there = byStem.get(posting.stem) ?? [];
    const [first] = there;
    if (!first) continue;
    const sentence = whatDiffers(entryFromJson(posting.entry_json), there);
    if (sentence === null) equal.push({ posting, found: first, how });
    else unequal.push({ posting, found: first, sentence });
  }
  if (equal.length + unequal.length === 0) return;
  await writeHeld(run, async (trx) => {
    await recordPosted(run.context, trx, equal);
    for (const { posting, found, sentence } of unequal)
      await recordDifferent(run.context, trx, posting, found, sentence);
  });
}

/**
 * "Not found" proves nothing when the journal that a former attempt wrote into was posted and emptied since: those entries
 * are never sent again by themselves.
 */
async function setEmptiedAside(run: Run, journal: LedgerJournal, journalId: string): Promise<void> {
  const { attempts, journal_number } = await loadJournal(run, journalId);
  if (attempts === 0n || journal_number === null || !can(run.connector, 'emptiedJournals')) return;
  const open = await openPostings(run, journalId);
  if (open.length === 0) return;
  const emptied = await run.connector.emptiedJournals(journal.legalEntity, [journal_number], run.stop);
  if (!emptied.has(journal_number)) return;
  await writeHeld(run, async (trx) => {
    for (const posting of open) await recordUnseen(run.context, trx, { ...posting, journal_number });
  });
}

/** "Not found" proves nothing for what the ledger said it stored. A person looks; nothing is sent again. */
async function setAcceptedAside(run: Run, journalId: string): Promise<void> {
  const accepted = (await openPostings(run, journalId)).filter(isAccepted);
  if (accepted.length === 0) return;
  const { journal_number } = await loadJournal(run, journalId);
  await writeHeld(run, async (trx) => {
    for (const posting of accepted) await recordUnshown(run.context, trx, { ...posting, journal_number });
  });
}

/**
 * Sends entries as one unit. A permanent refusal takes out the entry that the ledger names, or is narrowed down by
 * halves, so that "2 of 42 lines" are refused and the 40 go on. Each refusal means that nothing of that unit was stored.
 */
async function sendEntries(
  run: Run,
  journal: LedgerJournal,
  journalId: string,
  references: readonly string[],
): Promise<void> {
  run.stop?.throwIfAborted();
  await run.lease.renew();
  await noteSending(run, journalId);
  const wanted = new Set(references);
  const part: LedgerJournal = { ...journal, entries: journal.entries.filter((entry) => wanted.has(entry.reference)) };
  try {
    await run.connector.send(part, sendNotes(run, part, journalId, await loadJournal(run, journalId)), run.stop);
    await noteAccepted(run, journalId, wanted);
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'journal_question') throw await asQuestion(run, part, error);
    if (!isRefusal(error.code)) throw error;
    run.refusals.note(error);
    const culprit = error.path;
    if (culprit !== undefined && wanted.has(culprit)) {
      await refuse(run, journalId, new Set([culprit]), error);
      const rest = references.filter((reference) => reference !== culprit);
      if (rest.length > 0) await sendEntries(run, journal, journalId, rest);
      return;
    }
    const halving = run.connector.postingRules?.refusesWhole !== true;
    if (halving && part.entries.length > 1 && ENTRY_LEVEL.has(error.code)) {
      for (const half of halves(part.entries)) await sendEntries(run, journal, journalId, half);
      return;
    }
    await refuse(run, journalId, wanted, error);
  }
}

/** The question that the connector met directly before it would have written: kept for a person, with its number. */
async function asQuestion(run: Run, part: LedgerJournal, error: DaybookError): Promise<DaybookError> {
  try {
    await askQuestions(run, run.ledger, part);
  } catch (thrown) {
    return asDaybookError(thrown);
  }
  // It passed meanwhile: nothing was sent, and the next attempt may go.
  return new DaybookError('record_conflict', error.message, { retryAfterMs: 2_000 });
}

function halves(entries: readonly LedgerEntry[]): string[][] {
  const middle = Math.ceil(entries.length / 2);
  return [entries.slice(0, middle), entries.slice(middle)].map((half) => half.map((entry) => entry.reference));
}

function sendNotes(run: Run, journal: LedgerJournal, journalId: string, row: JournalRow): SendNotes {
  return {
    journalNumber: row.journal_number,
    remember: (journalNumber: string) => writeHeld(run, (trx) => updateJournal(trx, journalId, { journalNumber })),
    beforeWrite: () => run.lease.renew(),
    bankChain: () => bankChainOf(run.context.store.read, run.ledger, journal),
  };
}

async function refuse(
  run: Run,
  journalId: string,
  references: ReadonlySet<string>,
  error: DaybookError,
): Promise<void> {
  const open = await openPostings(run, journalId);
  await writeHeld(run, async (trx) => {
    for (const posting of open)
      if (references.has(posting.reference)) await recordRefused(run.context, trx, posting, error);
  });
}

/** The journal's state follows from its postings. An empty journal that a refusal left in the ERP is cleared away. */
async function finish(run: Run, journal: LedgerJournal, journalId: string): Promise<JournalOutcome> {
  const { context } = run;
  const postings = latestOfEach(await postingsOfJournal(context.store.read, journalId));
  const count = (...states: string[]) => postings.filter((posting) => states.includes(posting.state)).length;
  const outcome = {
    posted: count('posted'),
    refused: count('refused'),
    different: count('different'),
    unknown: count('intended', 'unknown'),
  };
  const row = await loadJournal(run, journalId);
  if (outcome.unknown > 0) return { ...outcome, state: row.state as JournalState };
  const state = outcome.different > 0 ? 'different' : outcome.posted > 0 ? 'posted' : 'refused';
  await writeHeld(run, (trx) =>
    updateJournal(trx, journalId, { state, nextAttemptAt: null, confirmedAt: instantNow(context.clock) }),
  );
  if (state === 'refused' && row.attempts > 0n)
    await run.connector.discardEmpty(journal, row.journal_number, run.stop).catch((thrown: unknown) => {
      // An empty journal in the ERP is untidy and harmless; it must not turn a clear refusal into another error.
      context.log.warn({ journal: journalId, error: asDaybookError(thrown).toJSON() }, 'empty journal not removed');
    });
  return { ...outcome, state };
}

/** A journal that was taken up again holds its former refusals too: of each entry the one that counts now. */
function latestOfEach(postings: readonly PostingRow[]): PostingRow[] {
  const rank = ({ state }: PostingRow) =>
    state === 'gone' || state === 'taken_back' ? 0 : state === 'refused' ? 1 : 2;
  return [...Map.groupBy(postings, (posting) => posting.stem).values()].map((same) =>
    same.reduce((best, other) => (rank(other) > rank(best) ? other : best)),
  );
}

function isOpen(state: string): boolean {
  return state === 'intended' || state === 'sending' || state === 'unknown' || state === 'retry';
}
