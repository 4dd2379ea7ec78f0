import { z } from 'zod';
import { call } from './define.ts';
import { day, id, instant, money, none, window } from './shared.ts';

const openItem = z.object({
  kind: z.string(),
  date: day,
  /** What it adds to bank − ledger. */
  amount: money,
  text: z.string(),
  lineIds: z.array(id),
  proposalId: id.nullable(),
});

const reconciliation = z.object({
  feedAccountId: id,
  account: z.string(),
  legalEntity: z.string(),
  bankAccount: z.string(),
  date: day,
  bankBalance: money,
  ledgerBalance: money,
  /** bank − ledger. */
  difference: money,
  openItems: z.array(openItem),
  /** The open items add up to the difference. */
  explained: z.boolean(),
  madeAt: instant,
});

export const reconcileCalls = {
  'reconcile.run': call({
    about: 'Compares bank and ledger of every mapped account at the end of these days (today when none).',
    input: z.strictObject({ dates: z.array(day).min(1).max(400).optional() }),
    output: z.array(
      z.object({
        ...reconciliation.shape,
        /** `postings`: the ledger shows no bank lines to us; our confirmed entries stand in for it. */
        ledgerSource: z.enum(['ledger', 'postings']),
      }),
    ),
    long: true,
    changes: ['reconcile', 'runs', 'audit'],
  }),
  'reconcile.list': call({
    about: 'Reconciliations made, newest day first; `newest` gives the latest of each account alone.',
    input: z.strictObject({
      feedAccountId: id.optional(),
      from: day.optional(),
      to: day.optional(),
      newest: z.boolean().default(false),
      ...window,
    }),
    output: z.object({ total: z.int(), reconciliations: z.array(reconciliation) }),
  }),
};

const event = z.object({
  seq: z.int(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  /** The event in plain words. */
  sentence: z.string(),
  /** What it is about, by the name that people know; null where it has none. */
  about: z.object({ name: z.string(), amount: money.nullable() }).nullable(),
  data: z.json(),
  hash: z.string(),
});

export const auditFilter = z.strictObject({
  /** Words in actor, action, subject and data; all must be there. */
  search: z.string().max(200).optional(),
  actor: z.string().optional(),
  action: z.string().optional(),
  subject: z.string().optional(),
  from: day.optional(),
  to: day.optional(),
});

export const auditCalls = {
  'audit.search': call({
    about: 'The trail, newest first.',
    input: z.strictObject({ filter: auditFilter.default({}), ...window }),
    output: z.object({ offset: z.int(), total: z.int(), events: z.array(event) }),
  }),
  'audit.names': call({
    about: 'Actors and actions that occur, for the filters.',
    input: none,
    output: z.object({ actors: z.array(z.string()), actions: z.array(z.string()) }),
  }),
  'audit.verify': call({
    about: 'Recomputes every link of the trail and names the first that does not hold.',
    input: none,
    output: z.object({
      events: z.int(),
      verified: z.boolean(),
      firstBroken: z.object({ seq: z.int(), reason: z.string() }).nullable(),
      headHash: z.string(),
    }),
    long: true,
  }),
};
