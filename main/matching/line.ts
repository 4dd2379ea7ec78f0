import type { CorrectionRule, MatchRules } from './rules.ts';

export type Side = 'statement' | 'ledger';

/**
 * A line as the match engine sees it; both sides have the same shape. Amounts are whole minor units as a number, which is
 * exact below 2^53: `exactMinor` refuses larger ones, so that even the sum of a group stays exact.
 */
export type MatchLine = {
  /** The line's own number on its side. */
  readonly id: number;
  /** Positive = money into the bank account. */
  readonly amount: number;
  /** Days since 1970-01-01. */
  readonly day: number;
  /** The other party's name where it is known, as given. */
  readonly party: string | null;
  /** Everything in which a name or a number may stand. */
  readonly text: string;
  /** Stem of Daybook's own reference: of the entry that stands for a statement line, and in a ledger line. */
  readonly stem: string | null;
  /** References that are there to be compared: end-to-end id, payment reference, the provider's own id. */
  readonly references: readonly string[];
  /** Ledger: invoice and document numbers as written. */
  readonly documents: readonly string[];
  /** Ledger: what was booked in one go (voucher, entry); lines on several accounts share it. */
  readonly group: string | null;
  /** Stands in a match already: part of the evidence (its number, its amount), and not to be used again. */
  readonly used?: boolean;
};

/** Both sides of one bank account. */
export type MatchAccount = {
  readonly account: string;
  readonly currency: string;
  readonly rules: MatchRules;
  readonly statement: readonly MatchLine[];
  readonly ledger: readonly MatchLine[];
};

export type PassName =
  | 'own_reference'
  | 'end_to_end'
  | 'document'
  | 'amount_party_date'
  | 'sum_of_party'
  | 'sum_of_day'
  | 'transfer'
  | 'reversal'
  | 'correction'
  | 'near_date';

/** Parts of the score, which add up to 100 at most: amount 40, reference 30, party 20, date 10. */
export type ScoreParts = {
  readonly amount: number;
  readonly reference: number;
  readonly party: number;
  readonly date: number;
};

/** What is booked to make a match whole. Sign: positive = money into the account that the ledger lacks. */
export type CorrectionLine = {
  readonly rule: CorrectionRule['name'];
  readonly kind: CorrectionRule['kind'];
  readonly account: string;
  readonly amount: number;
};

/** Statement lines and ledger lines that are the same money: Σ statement = Σ ledger + Σ corrections. */
export type FoundMatch = {
  readonly account: string;
  readonly pass: PassName;
  readonly statement: readonly number[];
  readonly ledger: readonly number[];
  readonly corrections: readonly CorrectionLine[];
  readonly parts: ScoreParts;
  /** Why, for an accountant. */
  readonly sentence: string;
};

/** A match that the evidence does not prove; shown, never made without a person. `rank` 1 is the first suggestion. */
export type Candidate = FoundMatch & { readonly rank: number; readonly statementLine: number };

export type EngineResult = {
  readonly matches: readonly FoundMatch[];
  readonly candidates: readonly Candidate[];
  /** Searches that were ended at their bound: these lines may have a sum that nobody looked for. */
  readonly gaveUp: ReadonlyArray<{ readonly account: string; readonly statementLine: number }>;
};

/** Amounts of up to a hundred million million minor units; sixty of them still add up exactly. */
const MOST_MINOR = 2n ** 47n;

/** The amount as a number, or null where it is too large to add up exactly: such a line is matched by a person. */
export function exactMinor(minor: bigint): number | null {
  return minor > -MOST_MINOR && minor < MOST_MINOR ? Number(minor) : null;
}

export function totalScore({ amount, reference, party, date }: ScoreParts): number {
  return amount + reference + party + date;
}
