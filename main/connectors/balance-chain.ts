/** Ledgers whose bank journals carry opening and closing balances, each entry beginning where the last one closed. */
import type { CalendarDate } from '../core/calendar.ts';
import type { LedgerJournal } from '../core/entry.ts';
import type { Money } from '../core/money.ts';
import type { Stop } from './capabilities.ts';

/** The bank's side of a journal, as the engine knows it. Sign: positive = the firm's money at the bank. */
export type BankChain = {
  /**
   * Where the ledger's balance must stand before this journal: the bank's balance at the mapping's start plus all that
   * Daybook has posted since. Null when the bank has given no balance.
   */
  readonly expected: Money | null;
  /** The first day that Daybook books on this account; null while it has no line. */
  readonly since: CalendarDate | null;
  /** What persons decided about this journal name so far. */
  readonly decisions: readonly JournalDecision[];
  /**
   * Those of the stems that are entries of this workspace which `expected` does not count: a copy of it posted them, or
   * this one did after the backup that it was restored from. A later look-up takes them over.
   */
  unrecorded?(stems: readonly string[]): Promise<ReadonlySet<string>>;
};

/** `key` is that of the question; the same state of the ledger gives the same key, another state another one. */
export type JournalDecision = { readonly key: string; readonly kind: JournalQuestion['kind']; readonly choice: string };

/** Something about a journal that only a person can decide, found before anything is sent. */
export type JournalQuestion = {
  /** `others`: entries on it that Daybook did not make. `break`: its balance is not the bank's. `backdated`: later entries exist. */
  readonly kind: 'others' | 'break' | 'backdated';
  readonly key: string;
  /** Size of the break, ledger minus bank; null where no amount is at stake. */
  readonly size: Money | null;
  readonly sentence: string;
  readonly choices: ReadonlyArray<{ readonly choice: string; readonly label: string; readonly consequence: string }>;
};

export type KeepsBalanceChain = {
  /** Questions that no decision of `chain` answers; none when the journal may be sent. Reads only. */
  chainQuestions(journal: LedgerJournal, chain: BankChain, stop: Stop): Promise<JournalQuestion[]>;
};
