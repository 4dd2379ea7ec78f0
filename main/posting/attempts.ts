/** What is kept about the attempts to send a journal: when, how far, and what is known of the outcome. */
import { z } from 'zod';
import { epochOf, instantOf } from '../core/calendar.ts';
import { DaybookError, type ErrorCode } from '../core/errors.ts';
import { type JournalRow, markPostings, type PostingRow, postingsOfJournal, updateJournal } from '../store/postings.ts';
import { noteHeld, type Run, writeHeld } from './held.ts';
import { recordUnknown } from './record.ts';

/**
 * How long after a send whose answer was lost "not found" is not yet believed: the server may still be at work on it.
 * A connector that knows better (a time-out) says so by `retryAfterMs`.
 */
export const SETTLE_MS = 10_000;
/** Waits up to this long happen inside a run; longer ones are left to the next run. */
export const LONGEST_WAIT_MS = 60_000;
/** The longest pause that a ledger may ask for. A time further off than that comes from a clock that was set back. */
export const LONGEST_PAUSE_MS = 15 * 60_000;

/** Answers that say for certain that a send was not stored; after anything else the outcome is unknown. */
export const SURELY_NOT_STORED: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'provider_busy',
  'record_conflict',
  'wrong_keys',
  'keys_expired',
  'wrong_environment',
  'not_permitted',
  'registration_needed',
  // Found by the connector directly before it would have written.
  'journal_question',
]);

/** Before the first byte leaves: if we die now, the next run knows that something may be under way, and until when. */
export async function noteSending(run: Run, journalId: string): Promise<void> {
  const row = await loadJournal(run, journalId);
  const nextAttemptAt = inMs(run, SETTLE_MS);
  await writeHeld(run, (trx) =>
    updateJournal(trx, journalId, { state: 'sending', attempts: Number(row.attempts) + 1, nextAttemptAt }),
  );
}

/** How long until the journal may be tried again. */
export function msUntilNext(run: Run, row: JournalRow): number {
  return row.next_attempt_at === null ? 0 : Math.max(0, epochOf(row.next_attempt_at) - run.context.clock.now());
}

/** Waits until then, or as long as a run waits at most. */
export async function waitUntilSettled(run: Run, row: JournalRow): Promise<void> {
  const wait = Math.min(msUntilNext(run, row), LONGEST_WAIT_MS);
  if (wait > 0) await run.context.clock.sleep(wait, run.stop);
}

/** When to try again: after `ms`, or as long as the ledger asked for. */
export function inMs(run: Run, ms: number): string {
  return instantOf(run.context.clock.now() + Math.min(ms, LONGEST_PAUSE_MS));
}

/** After a failed attempt: unknown when something may have been sent, else to be tried again. Throws what trying does not mend. */
export async function noteFailure(run: Run, journalId: string, error: DaybookError): Promise<void> {
  const { context } = run;
  const wasSending = (await loadJournal(run, journalId)).state === 'sending';
  context.log.warn({ journal: journalId, error: error.toJSON() }, 'posting attempt failed');
  if (wasSending && !SURELY_NOT_STORED.has(error.code)) return markUnknown(run, journalId, error);
  const nextAttemptAt = inMs(run, error.retryAfterMs ?? 2_000);
  await writeHeld(run, (trx) =>
    updateJournal(trx, journalId, { state: 'retry', nextAttemptAt, error: error.toJSON() }),
  );
  if (!error.retryable) throw error;
}

async function markUnknown(run: Run, journalId: string, error: DaybookError): Promise<void> {
  const nextAttemptAt = inMs(run, Math.max(error.retryAfterMs ?? 0, SETTLE_MS));
  const open = await openPostings(run, journalId);
  await writeHeld(run, async (trx) => {
    await updateJournal(trx, journalId, { state: 'unknown', nextAttemptAt, error: error.toJSON() });
    for (const posting of open)
      await recordUnknown(run.context, trx, posting, isAccepted(posting) ? acceptedError() : error);
  });
}

/** The entries of a journal whose outcome is not known. */
export async function openPostings(run: Run, journalId: string): Promise<PostingRow[]> {
  const all = await postingsOfJournal(run.context.store.read, journalId);
  return all.filter((posting) => posting.state === 'intended' || posting.state === 'unknown');
}

/** The journal as it stands on disk now. */
export async function loadJournal(run: Run, journalId: string): Promise<JournalRow> {
  return run.context.store.read.selectFrom('journal').selectAll().where('id', '=', journalId).executeTakeFirstOrThrow();
}

const ACCEPTED = 'accepted';
const errorSchema = z.looseObject({ providerCode: z.string().optional() });

/**
 * The ledger said that it stored these entries. If a look-up does not show them then, sending them again would double
 * them: the ledger changed our reference, or somebody deleted the lines at once.
 */
export async function noteAccepted(run: Run, journalId: string, references: ReadonlySet<string>): Promise<void> {
  const open = await openPostings(run, journalId);
  const ids = open.filter((posting) => references.has(posting.reference)).map((posting) => posting.id);
  await noteHeld(run, (trx) => markPostings(trx, ids, { state: 'unknown', error: acceptedError().toJSON() }));
}

/** Whether a former send of this entry was answered with success. */
export function isAccepted({ error_json }: PostingRow): boolean {
  return error_json !== null && errorSchema.parse(JSON.parse(error_json)).providerCode === ACCEPTED;
}

function acceptedError(): DaybookError {
  return new DaybookError(
    'outcome_unknown',
    'The ledger accepted this entry and does not show it yet. Daybook looks again before it does anything else.',
    { providerCode: ACCEPTED },
  );
}

/** After a send that was accepted, and a look-up that does not show everything. */
export function noteMissing(run: Run, journalId: string): Promise<void> {
  return markUnknown(run, journalId, acceptedError());
}
