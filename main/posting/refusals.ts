import { DaybookError } from '../core/errors.ts';

/** After so many equal failures the next journal would meet it as well. */
const MOST_EQUAL = 3;

/** Counts how often a run meets the same failure, for ledgers that shut us out when we make the same mistake too often. */
export type Refusals = {
  note(error: DaybookError): void;
  /** The error with which the run ends; null while it may go on. */
  end(): DaybookError | null;
};

export function countRefusals(limited: boolean): Refusals {
  const counts = new Map<string, number>();
  let end: DaybookError | null = null;
  return {
    note: (error) => {
      if (!limited || error.code === 'journal_question') return;
      const key = `${error.code} ${error.message}`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count < MOST_EQUAL) return;
      end ??= new DaybookError(
        error.code,
        `Posting stopped after ${MOST_EQUAL} equal failures, before the ledger shuts Daybook out: ${error.message}`,
        { retryable: false, providerCode: error.providerCode, repair: error.repair },
      );
    },
    end: () => end,
  };
}
