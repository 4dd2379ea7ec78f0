/** Ledgers from which a journal of ours can be removed again as long as it is open there. */
import type { SendNotes, Stop } from './capabilities.ts';

/** A journal that Daybook posted, and all that Daybook knows to be in it. */
export type PostedJournal = {
  readonly legalEntity: string;
  readonly journalName: string;
  /** The ERP's number or id, as in `FoundEntry.journalNumber`. */
  readonly journalNumber: string;
  readonly references: readonly string[];
};

export type TakesBack = {
  /**
   * Why the journal cannot be removed now, in a sentence: it is no longer open, others wrote in it, others' entries
   * follow. Null when it can. Reads only.
   */
  whyNotTakenBack(journal: PostedJournal, stop: Stop): Promise<string | null>;
  /**
   * Looks once more, then removes the journal as a whole. Sent once; the engine looks up what became of it.
   * @throws DaybookError `stale` with the reason of `whyNotTakenBack`, `not_found` when it is not there, and other
   * permanent codes: the journal was not removed by this call.
   * @throws DaybookError `outcome_unknown`: it may or may not have been removed, or may still be.
   * @throws retryable codes (`rate_limited`, `provider_busy`): surely not removed, try at a later time.
   */
  takeBack(journal: PostedJournal, notes: Pick<SendNotes, 'beforeWrite'>, stop: Stop): Promise<void>;
};
