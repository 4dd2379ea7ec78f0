import type { HolidayCalendar } from './business-days.ts';
import type { PassName } from './line.ts';

/** A difference that may be booked to make a match whole, by the user's own rule. */
export type CorrectionRule = {
  readonly name: string;
  /** `fee`: the bank kept or took money, so the bank shows less. `rounding`: either way. */
  readonly kind: 'fee' | 'rounding';
  /** The ledger account of the correction. */
  readonly account: string;
  /** Largest difference in minor units; taken where a reference says that the lines belong together. */
  readonly upTo: number;
  /** Exact differences in minor units that are taken on the party's name alone. */
  readonly known: readonly number[];
};

/** How one account is matched. Days are business days. */
export type MatchRules = {
  /** False: everything is a suggestion. */
  readonly automatic: boolean;
  /** Passes that may only suggest. */
  readonly suggestOnly: readonly PassName[];
  /** How long after the ledger's day the bank may book. */
  readonly daysAfter: number;
  /** How long before. */
  readonly daysBefore: number;
  /** The same for the wide window, where amount and party are unique in it. */
  readonly farDays: number;
  /** How far apart, in calendar days, lines may lie that a reference ties together. */
  readonly reach: number;
  readonly holidays: HolidayCalendar;
  readonly corrections: readonly CorrectionRule[];
};

export const DEFAULT_RULES: MatchRules = {
  automatic: true,
  suggestOnly: [],
  daysAfter: 6,
  daysBefore: 1,
  farDays: 15,
  reach: 120,
  holidays: 'none',
  corrections: [],
};
