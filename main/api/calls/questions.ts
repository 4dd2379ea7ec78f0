import { z } from 'zod';
import { call } from './define.ts';
import { day, id, instant, money } from './shared.ts';

/** Something about a journal of a ledger that only a person can decide before Daybook posts to it. */
const question = z.object({
  id,
  ledgerConnectionId: id,
  ledgerConnection: z.string(),
  legalEntity: z.string(),
  journalName: z.string(),
  /** others: entries Daybook did not make; break: the balances differ; backdated: later entries exist. */
  kind: z.string(),
  /** Ledger minus bank; null where no amount is at stake. */
  size: money.nullable(),
  sentence: z.string(),
  choices: z.array(z.object({ choice: z.string(), label: z.string(), consequence: z.string() })),
  askedAt: instant,
  seenAt: instant,
  /** Approved entries that wait for the answer: how many, and the first of them by day. None once it is answered. */
  waiting: z.int(),
  entries: z.array(z.object({ id, date: day, amount: money, text: z.string() })),
  /** Null while nobody has answered. */
  answer: z.object({ choice: z.string(), at: instant, by: z.string(), note: z.string() }).nullable(),
});

export const questionCalls = {
  'journals.questions': call({
    about: 'What ledgers’ journals wait for a person to decide, unanswered first, then the decisions, newest first.',
    input: z.strictObject({
      /** Only unanswered ones (true) or only decisions (false). */
      open: z.boolean().optional(),
      limit: z.int().min(1).max(1_000).default(200),
    }),
    output: z.object({ questions: z.array(question) }),
  }),
  'journals.answerQuestion': call({
    about: 'Answers a question about a journal, with a note for the trail. Posting again then goes on.',
    input: z.strictObject({ id, choice: z.string().min(1), note: z.string().trim().min(1).max(1_000) }),
    output: z.object({ id }),
    changes: ['journals', 'queue', 'audit'],
  }),
};
