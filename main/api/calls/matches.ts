import { z } from 'zod';
import { call } from './define.ts';
import { day, decimal, id, instant, money, none, serialError, window } from './shared.ts';

const side = z.enum(['statement', 'ledger']);

/** A line of either side. Positive = money into the account, on both sides. */
const line = z.object({
  side,
  id,
  date: day,
  amount: money,
  text: z.string(),
  party: z.string().nullable(),
  reference: z.string().nullable(),
});

/** Parts of the score, which add up to 100 at most; empty for a person's match. */
const parts = z.object({ amount: z.int(), reference: z.int(), party: z.int(), date: z.int() }).partial();

/** What is booked to make a match whole. Positive = money into the account that the ledger lacks. */
const correction = z.object({ name: z.string(), kind: z.string(), account: z.string(), amount: money });

const match = z.object({
  id,
  feedAccountId: id,
  batchId: id,
  state: z.enum(['made', 'undone']),
  /** The pass that made it, or `person`. */
  pass: z.string(),
  /** Why, for an accountant. */
  sentence: z.string(),
  parts,
  lines: z.array(line),
  corrections: z.array(correction),
  madeAt: instant,
  madeBy: z.string(),
  undoneWhy: z.string().nullable(),
});

const candidate = z.object({
  rank: z.int(),
  pass: z.string(),
  sentence: z.string(),
  parts,
  score: z.int(),
  lines: z.array(line),
  corrections: z.array(correction),
});

const passName = z.string();

/** How one account is matched. Days are business days, `reach` calendar days; amounts are in the account's currency. */
export const matchRules = z.strictObject({
  automatic: z.boolean(),
  suggestOnly: z.array(passName),
  daysAfter: z.int(),
  daysBefore: z.int(),
  farDays: z.int(),
  reach: z.int(),
  holidays: z.enum(['none', 'target', 'us', 'uk']),
  corrections: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['fee', 'rounding']),
      /** The ledger account on which the difference is booked. */
      account: z.string(),
      upTo: decimal,
      known: z.array(decimal),
    }),
  ),
});

const counts = z.record(z.string(), z.int());
const run = z.object({
  /** What undoes all of it; null when nothing was made. */
  batchId: id.nullable(),
  accounts: z.array(id),
  made: z.int(),
  byPass: counts,
  /** Matches that no longer hold because a line of them changed or went away. */
  broken: z.int(),
  /** Statement lines with a suggestion. */
  suggested: z.int(),
  /** Statement lines whose search for a sum was ended at its bound. */
  gaveUp: z.int(),
  linesLookedAt: z.int(),
  /** Ledgers that could not be read; their accounts were matched with what is known of them. */
  trouble: z.array(z.object({ feedAccountId: id, account: z.string(), error: serialError })),
});

const lineIds = z.array(id).max(2_000);
const note = z.string().trim().max(500).default('');

export const matchCalls = {
  'matches.run': call({
    about: 'Reads the ledger’s new lines and matches what is open; `whole` looks at everything again.',
    input: z.strictObject({ feedAccountIds: z.array(id).max(500).optional(), whole: z.boolean().default(false) }),
    output: run,
    long: true,
    changes: ['reconcile', 'audit'],
  }),
  'matches.list': call({
    about: 'Matches, newest first, with their lines.',
    input: z.strictObject({
      feedAccountId: id.optional(),
      state: z.enum(['made', 'undone']).optional(),
      pass: passName.optional(),
      batchId: id.optional(),
      from: day.optional(),
      to: day.optional(),
      ...window,
    }),
    output: z.object({ total: z.int(), matches: z.array(match) }),
  }),
  'matches.open': call({
    about: 'Lines of one side of an account that are in no match, oldest first, with the sum of all of them.',
    input: z.strictObject({ feedAccountId: id, side, until: day.optional(), ...window }),
    output: z.object({ total: z.int(), sum: money, lines: z.array(line) }),
  }),
  'matches.candidates': call({
    about: 'What may belong to a statement line, best first, with reasons. Equal scores are a tie.',
    input: z.strictObject({ lineId: id }),
    output: z.array(candidate),
  }),
  'matches.make': call({
    about: 'Matches lines by hand; they must come to exactly zero, corrections included.',
    input: z.strictObject({
      feedAccountId: id,
      statementLineIds: lineIds,
      ledgerLineIds: lineIds,
      corrections: z
        .array(
          z.strictObject({
            name: z.string().trim().min(1).max(60),
            kind: z.enum(['fee', 'rounding']),
            account: z.string().trim().min(1).max(100),
            amount: decimal,
          }),
        )
        .max(20)
        .default([]),
      note,
    }),
    output: z.object({ matchId: id, batchId: id }),
    changes: ['reconcile', 'audit'],
  }),
  'matches.undo': call({
    about:
      'Takes apart a match, some lines of it, or all that a run or act made; given an undoing, makes it good again.',
    input: z.union([
      z.strictObject({ matchId: id, lines: z.array(z.strictObject({ side, id })).max(2_000).default([]), note }),
      z.strictObject({ batchId: id, note }),
    ]),
    /** `batchId` undoes this again. */
    output: z.object({ batchId: id, undone: z.int(), restored: z.int() }),
    changes: ['reconcile', 'audit'],
  }),
  'matches.rules': call({
    about: 'How each mapped account is matched.',
    input: none,
    output: z.array(z.object({ feedAccountId: id, account: z.string(), currency: z.string(), rules: matchRules })),
  }),
  'matches.saveRules': call({
    about: 'Sets how an account is matched; matches that stand stay.',
    input: z.strictObject({ feedAccountId: id, rules: matchRules }),
    output: z.object({ feedAccountId: id }),
    changes: ['reconcile', 'audit'],
  }),
  'matches.testRules': call({
    about: 'Tries rules on an account’s whole history as if nothing were matched; nothing is written.',
    input: z.strictObject({ feedAccountId: id, rules: matchRules }),
    output: z.object({
      statementLines: z.int(),
      ledgerLines: z.int(),
      made: z.int(),
      byPass: counts,
      matchedStatementLines: z.int(),
      same: z.int(),
      otherwise: z.int(),
      notFound: z.int(),
      byPersonOtherwise: z.int(),
      fresh: z.int(),
      examples: z.array(z.object({ pass: z.string(), sentence: z.string(), lines: z.array(line) })),
    }),
    long: true,
  }),
};
