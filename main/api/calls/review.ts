import { z } from 'zod';
import { call } from './define.ts';
import {
  accountName,
  accountType,
  codedBy,
  day,
  decimal,
  dimensions,
  id,
  instant,
  money,
  none,
  proposalKind,
  proposalState,
  serialError,
  totals,
  window,
} from './shared.ts';

/**
 * The tabs of the review screen. review: `needs_person` and `ready`, all that waits for an approval; ready: `approved`
 * and `posting`, all that waits for Post; posted: `posted` and `reversed`; excluded; exceptions: `refused`,
 * `different`, `unknown`.
 */
export const tab = z.enum(['review', 'ready', 'posted', 'excluded', 'exceptions']);

/** Every given field must hold. */
export const queueFilter = z.strictObject({
  tab: tab.optional(),
  /** In place of a tab. */
  states: z.array(proposalState).optional(),
  feedAccountIds: z.array(id).optional(),
  legalEntities: z.array(z.string()).optional(),
  from: day.optional(),
  to: day.optional(),
  /** Inclusive bounds of the amount without its sign. */
  amountFrom: decimal.optional(),
  amountTo: decimal.optional(),
  direction: z.enum(['in', 'out']).optional(),
  currency: z.string().optional(),
  codedBy: z.array(codedBy).optional(),
  kinds: z.array(proposalKind).optional(),
  ruleId: id.optional(),
  /** Offset account, exact. */
  account: z.string().optional(),
  /** Words in text, counterparty, reference, note; all must be there; `a|b` finds either. */
  search: z.string().max(200).optional(),
});

export const queueSort = z.strictObject({
  by: z.enum(['date', 'amount', 'counterparty', 'account', 'state', 'coding']),
  descending: z.boolean().default(false),
});

const offset = z.object({
  accountType,
  /** Null: still to be chosen. */
  account: z.string().nullable(),
  accountName: z.string().nullable(),
  dimensions,
  /** The same in the ledger's order, with its words for them; null where it has none. */
  codes: z.array(z.object({ label: z.string(), value: z.string(), name: z.string().nullable() })),
  /** Same sign as the entry's amount. */
  amount: money,
  text: z.string(),
});

/** One row of the grid: an entry and the first line it stands for. */
export const queueItem = z.object({
  id,
  kind: proposalKind,
  state: proposalState,
  date: day,
  /** Positive = money into `account`. */
  amount: money,
  feedAccount: accountName,
  ledgerConnectionId: id,
  legalEntity: z.string(),
  /** The company's name, where the ledger told it. */
  entityName: z.string().nullable(),
  journalName: z.string(),
  /** The bank's side in the ledger. */
  accountType,
  account: z.string(),
  /** The entry's text, as it will stand in the ledger. */
  text: z.string(),
  lineId: id.nullable(),
  lines: z.int(),
  lineState: z.string().nullable(),
  lineText: z.string(),
  bankText: z.string().nullable(),
  counterparty: z.string().nullable(),
  lineReference: z.string().nullable(),
  offsets: z.array(offset),
  codedBy,
  ruleId: id.nullable(),
  ruleName: z.string().nullable(),
  reason: z.string(),
  confidence: z.int().nullable(),
  alternative: z
    .object({
      codedBy,
      accountType,
      account: z.string(),
      accountName: z.string().nullable(),
      dimensions,
      reason: z.string(),
      confidence: z.int().nullable(),
    })
    .nullable(),
  needs: z.array(z.string()),
  error: serialError.nullable(),
  note: z.string().nullable(),
  revision: z.int(),
  /** Our 20-character reference in the ledger. */
  reference: z.string(),
  relatedProposalId: id.nullable(),
  approvedBy: z.string().nullable(),
  approvedAt: instant.nullable(),
  excludedBy: z.string().nullable(),
  excludedWhy: z.string().nullable(),
  /** Once it is in the ledger. */
  journalNumber: z.string().nullable(),
  voucher: z.string().nullable(),
  /** open: in an unposted journal there; posted: in its general ledger */
  ledgerState: z.string().nullable(),
});

/** An account with its dimensions, as it stands in a journal line. */
const side = { accountType, account: z.string(), accountName: z.string().nullable(), dimensions };

/**
 * A line of the ERP's journal as it will hold it. An entry with one offset is one line with both accounts; a split is a
 * line for the account and one for each offset.
 */
export const journalRow = z.object({
  reference: z.string(),
  date: day,
  ...side,
  text: z.string(),
  debit: money.nullable(),
  credit: money.nullable(),
  offset: z.object(side).nullable(),
});

const change = z
  .strictObject({
    account: z.string().trim().min(1).optional(),
    accountType: accountType.optional(),
    /** Set over those that are there; an empty value removes one. */
    dimensions: dimensions.optional(),
    text: z.string().trim().min(1).max(60).optional(),
    date: day.optional(),
    note: z.string().max(2_000).nullable().optional(),
  })
  .refine((value) => Object.values(value).some((field) => field !== undefined), 'changes nothing');

const part = z
  .strictObject({
    /** Exactly one of the three. `amount` goes with the entry: `12.00` of a payment is 12.00 paid, `-3.00` comes back. */
    amount: decimal.optional(),
    percent: z.string().optional(),
    rest: z.literal(true).optional(),
    accountType: accountType.default('ledger'),
    account: z.string().trim().min(1),
    dimensions: dimensions.default({}),
    text: z.string().trim().max(60).optional(),
  })
  .refine(
    (value) => [value.amount, value.percent, value.rest].filter((field) => field !== undefined).length === 1,
    'needs exactly one of amount, percent, rest',
  );

const ids = z.array(id).min(1).max(100_000);
/** The revision that the person looked at, by entry; another one on disk refuses the action as `stale`. */
const revisions = z.record(z.string(), z.int()).optional();
const target = { ids, revisions };

/**
 * `changed`: ids of the entries that changed. `undo`: the sentence of the step that takes it back; null when nothing
 * changed. An action is done on all its entries or, with an error whose `path` is the entry's id, on none.
 */
const acted = z.object({ changed: z.array(id), undo: z.string().nullable() });

export const reviewCalls = {
  'queue.list': call({
    about: 'A window into the entries of a tab or filter, with the totals of all of them.',
    input: z.strictObject({ filter: queueFilter.default({}), sort: queueSort.optional(), ...window }),
    output: z.object({ offset: z.int(), total: z.int(), items: z.array(queueItem), totals }),
  }),
  'queue.ids': call({
    about: 'Ids of all entries of a filter, in its order: for "select all shown".',
    input: z.strictObject({ filter: queueFilter.default({}), sort: queueSort.optional() }),
    output: z.object({ ids: z.array(id) }),
  }),
  'queue.counts': call({
    about: 'How many entries each tab and state holds, and how many each of the given filters takes.',
    input: z.strictObject({ filter: queueFilter.default({}), saved: z.array(queueFilter).max(50).default([]) }),
    output: z.object({
      tabs: z.record(tab, z.int()),
      states: z.record(z.string(), z.int()),
      /** Rows of feeds that could not become lines; shown with the tab `exceptions`. */
      rowExceptions: z.int(),
      saved: z.array(z.int()),
    }),
  }),
  'queue.get': call({
    about: 'One entry for the side panel: its lines, the journal as the ERP will hold it, reasons, history, relatives.',
    input: z.strictObject({ id }),
    output: z.object({
      item: queueItem,
      lines: z.array(
        z.object({
          id,
          account: accountName,
          state: z.string(),
          date: day,
          authorizedDate: day.nullable(),
          amount: money,
          text: z.string(),
          bankText: z.string().nullable(),
          counterparty: z.string().nullable(),
          reference: z.string().nullable(),
          checkNumber: z.string().nullable(),
          category: z.string().nullable(),
          channel: z.string().nullable(),
          revision: z.int(),
        }),
      ),
      /** Null while an account is still to be chosen. */
      journal: z
        .object({
          legalEntity: z.string(),
          journalName: z.string(),
          rows: z.array(journalRow),
          period: z.string().nullable(),
        })
        .nullable(),
      /** Why it is coded so, and what stands beside it. */
      reasons: z.array(z.object({ by: codedBy, sentence: z.string(), inForce: z.boolean() })),
      related: z.array(
        z.object({ id, kind: proposalKind, state: proposalState, date: day, amount: money, text: z.string() }),
      ),
      history: z.array(
        z.object({ seq: z.int(), at: instant, actor: z.string(), action: z.string(), sentence: z.string() }),
      ),
    }),
  }),
  'queue.recode': call({
    about: 'Makes open entries follow changed mappings, rules and ledger accounts; a person’s coding stays.',
    input: none,
    output: z.object({ changed: z.int(), made: z.int() }),
    long: true,
    changes: ['queue', 'audit'],
  }),
  'proposals.approve': call({
    about: 'Approves entries: freezes what was looked at. Those that lack something are skipped and say why.',
    input: z.strictObject(target),
    output: z.object({ ...acted.shape, skipped: z.array(z.object({ id, sentence: z.string() })) }),
    changes: ['queue', 'audit'],
  }),
  'proposals.approvalPreview': call({
    about: 'Count and sums of what `approveReady` would approve under this filter.',
    input: z.strictObject({ filter: queueFilter.default({}) }),
    output: z.object({ ready: totals, needsPerson: z.int() }),
  }),
  'proposals.approveReady': call({
    about: 'Approves every entry in state `ready` under this filter, as one undoable step.',
    input: z.strictObject({ filter: queueFilter.default({}) }),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.unapprove': call({
    about: 'Takes approvals back, as long as nothing was sent.',
    input: z.strictObject(target),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.edit': call({
    about: 'Sets fields on one or many entries. An approval ends; it must be given anew.',
    input: z.strictObject({ ...target, change }),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.split': call({
    about: 'Shares one entry over several offsets, by amounts, percentages and a rest; no cent is lost.',
    input: z.strictObject({ id, revision: z.int().optional(), parts: z.array(part).min(1).max(100) }),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.takeAlternative': call({
    about: 'Takes over the suggestion that stands beside the coding in force.',
    input: z.strictObject(target),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.takeApart': call({
    about: 'Says that the two lines of a proposed transfer are none: each gets an entry of its own.',
    input: z.strictObject({ id }),
    output: z.object({ ids: z.array(id) }),
    changes: ['queue', 'audit'],
  }),
  'proposals.exclude': call({
    about: 'Leaves lines out of the ledger, with the reason; `include` brings them back.',
    input: z.strictObject({ ...target, reason: z.string().trim().min(1).max(500) }),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.include': call({
    about: 'Brings excluded entries back into the queue.',
    input: z.strictObject(target),
    output: acted,
    changes: ['queue', 'audit'],
  }),
  'proposals.undo': call({
    about: 'Takes the latest step back, as long as nothing of it was sent.',
    input: none,
    output: z.object({ sentence: z.string(), ids: z.array(id) }),
    changes: ['queue', 'audit'],
  }),
  'proposals.redo': call({
    about: 'Does the step again that was taken back last.',
    input: none,
    output: z.object({ sentence: z.string(), ids: z.array(id) }),
    changes: ['queue', 'audit'],
  }),
  'proposals.steps': call({
    about: 'What undo and redo would do next.',
    input: none,
    output: z.object({ undo: z.string().nullable(), redo: z.string().nullable() }),
  }),
  'proposals.reverse': call({
    about: 'Makes the linked entries that take a posted entry back, to be approved and posted like any other.',
    input: z.strictObject({ id, date: day.optional() }),
    /** The reversals, the entry's own first: a settlement or a posted correction is reversed with it. */
    output: z.object({ ids: z.array(id) }),
    changes: ['queue', 'audit'],
  }),
  'proposals.takeBackPreview': call({
    about: 'Asks the ledger whether a posted entry can be taken back there, while it is open. Changes nothing.',
    input: z.strictObject({ id }),
    output: z.object({
      possible: z.boolean(),
      /** Why not, a sentence; null when it is possible, and of a ledger that takes nothing back at all. */
      sentence: z.string().nullable(),
      /** The ledger's journal that would be removed. */
      journalNumber: z.string().nullable(),
      /** Other entries of that journal, which are posted again under their references. */
      others: z.int(),
    }),
    long: true,
  }),
  'proposals.takeBack': call({
    about:
      'Removes the open journal of a posted entry from the ledger: the entry is back in the queue, the journal’s other entries are posted again.',
    input: z.strictObject({ id }),
    output: z.object({
      id,
      /** `unfinished`: the ledger did not say what became of it; the next Post looks it up and goes on. */
      outcome: z.enum(['taken_back', 'unfinished']),
      /** Other entries that the ledger holds again. */
      postedAgain: z.int(),
      failures: z.array(z.object({ legalEntity: z.string(), error: serialError })),
    }),
    long: true,
    changes: ['queue', 'journals', 'runs', 'audit'],
  }),
  'proposals.declareMissing': call({
    about: 'Says that the ledger does not hold an entry that differed: after a look-up it is back in the queue.',
    input: z.strictObject({ id }),
    output: z.object({ id }),
    changes: ['queue', 'journals', 'audit'],
  }),
  'proposals.acceptLedger': call({
    about: 'Says that what the ledger holds is right, where it differs from what was approved.',
    input: z.strictObject({ id }),
    output: z.object({ id }),
    changes: ['queue', 'journals', 'audit'],
  }),
};
