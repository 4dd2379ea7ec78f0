import { z } from 'zod';
import { call } from './define.ts';
import { journalRow } from './review.ts';
import { run } from './schedule.ts';
import { codedBy, day, id, instant, money, none, serialError, totals, window } from './shared.ts';

const followed = z.object({
  /** Seen in the general ledger for the first time. */
  inLedger: z.int(),
  /** Still in an open journal there. */
  open: z.int(),
  /** Of those, the ones that the ledger has booked while they are open. */
  openBooked: z.int(),
  /** Under another journal number now: split or transferred there. */
  moved: z.int(),
  /** Deleted in the ERP by somebody; back in the queue. */
  gone: z.int(),
  /** Edited in the ERP by somebody. */
  different: z.int(),
});

const journal = z.object({
  id,
  ledgerConnectionId: id,
  legalEntity: z.string(),
  journalName: z.string(),
  reference: z.string(),
  /** The ERP's number or id. */
  journalNumber: z.string().nullable(),
  /** The voucher that all its entries share, where they do: the number that people look for in the ERP. */
  voucher: z.string().nullable(),
  /** The number by which people find it in the ERP: the voucher where the ERP's own is an id that nobody reads. */
  numberInLedger: z.string().nullable(),
  /** intended, sending, unknown, retry, posted, refused, different, taken_back */
  state: z.string(),
  entries: z.int(),
  /** Entries by state of their posting: posted, refused, unknown … */
  entryStates: z.record(z.string(), z.int()),
  /** Confirmed entries by where the ERP has them: open journal, booked and still open, general ledger, not seen. */
  ledgerStates: z.object({ open: z.int(), booked: z.int(), posted: z.int(), unseen: z.int() }),
  totals,
  approvedBy: z.string(),
  attempts: z.int(),
  intendedAt: instant,
  nextAttemptAt: instant.nullable(),
  confirmedAt: instant.nullable(),
  error: serialError.nullable(),
});

/** A row of a feed that could not become a line. */
const rowException = z.object({
  id,
  feedId: id,
  bank: z.string().nullable(),
  feedAccountId: id.nullable(),
  accountName: z.string().nullable(),
  providerLineId: z.string(),
  code: z.string(),
  sentence: z.string(),
  payload: z.string(),
  openedAt: instant,
  settledAt: instant.nullable(),
  settledBy: z.string().nullable(),
  settledNote: z.string().nullable(),
});

export const postingCalls = {
  'sync.run': call({
    about:
      'A run: fetches all banks (or these, or those of these connections), proposes entries for what is new, ties out, and tells its story. One bank’s trouble does not stop the rest.',
    input: z.strictObject({ feedIds: z.array(id).optional(), connectionIds: z.array(id).optional() }),
    output: z.object({
      runId: id,
      feeds: z.array(
        z.object({
          feedId: id,
          bank: z.string().nullable(),
          /** applied, not_ready, failed, cancelled, skipped */
          outcome: z.string(),
          newLines: z.int(),
          changedLines: z.int(),
          removedLines: z.int(),
          rejectedRows: z.int(),
          error: serialError.nullable(),
        }),
      ),
      proposals: z.object({
        made: z.int(),
        ready: z.int(),
        needsPerson: z.int(),
        approved: z.int(),
        excluded: z.int(),
        recoded: z.int(),
        superseded: z.int(),
        corrections: z.int(),
        waiting: z.int(),
      }),
      exceptions: z.array(rowException),
      gaps: z.array(z.object({ feedAccountId: id, account: z.string(), size: money, firstDate: day })),
      /** Ledgers whose accounts and parties could not be read; entries are checked against what was known before. */
      ledgerTrouble: z.array(z.object({ legalEntity: z.string(), error: serialError })),
      needsPerson: z.boolean(),
    }),
    long: true,
    changes: ['feeds', 'queue', 'rules', 'mappings', 'runs', 'audit'],
  }),
  'post.preview': call({
    about: 'The journals that Post would make now, exactly as the ERP will hold them. Reads only our own file.',
    input: z.strictObject({
      legalEntity: z.string().optional(),
      rowsPerJournal: z.int().min(0).max(2_000).default(200),
    }),
    output: z.object({
      journals: z.array(
        z.object({
          ledgerConnectionId: id,
          ledgerConnection: z.string(),
          environment: z.string(),
          legalEntity: z.string(),
          journalName: z.string(),
          reference: z.string(),
          description: z.string(),
          /** The bank's balance before and after it, for a ledger whose journals carry both; null where not known. */
          balances: z.object({ opening: money, closing: money }).nullable(),
          entries: z.int(),
          totals,
          rows: z.array(journalRow),
          /** Rows beyond `rowsPerJournal`. */
          moreRows: z.int(),
        }),
      ),
      /** Journals of an earlier run that will be taken up first. */
      unfinished: z.int(),
    }),
  }),
  'post.run': call({
    about: 'Posts all approved entries, each exactly once, and first takes up what an earlier run left open.',
    input: z.strictObject({
      legalEntity: z.string().optional(),
      /** Only these of the approved entries. */
      ids: z.array(id).min(1).max(100_000).optional(),
    }),
    output: z.object({
      journals: z.int(),
      posted: z.int(),
      refused: z.int(),
      different: z.int(),
      unknown: z.int(),
      failures: z.array(z.object({ legalEntity: z.string(), error: serialError })),
      /** Entries of this run that were not posted, with the sentence and the repair. */
      notPosted: z.array(
        z.object({ id, state: z.string(), text: z.string(), date: day, amount: money, error: serialError.nullable() }),
      ),
    }),
    long: true,
    changes: ['queue', 'journals', 'runs', 'audit'],
  }),
  'post.follow': call({
    about: 'Asks the ERP what became of confirmed entries: posted there, moved, deleted or edited.',
    input: none,
    output: followed,
    long: true,
    changes: ['queue', 'journals', 'audit'],
  }),
};

export const journalFilter = {
  states: z.array(z.string()).optional(),
  legalEntity: z.string().optional(),
  /** Journal number, reference or description. */
  search: z.string().max(100).optional(),
};

export const lineFilter = {
  /** Words in text, counterparty, reference, ids, metadata; all must be there. */
  search: z.string().max(200).default(''),
  feedAccountIds: z.array(id).optional(),
  states: z.array(z.enum(['pending', 'booked', 'removed'])).optional(),
  from: day.optional(),
  to: day.optional(),
  amountFrom: z.string().optional(),
  amountTo: z.string().optional(),
};

export const activityCalls = {
  'activity.runs': call({
    about: 'Runs, newest first: fetches, postings, reconciliations; who started them and what came of them.',
    input: z.strictObject(window),
    output: z.object({
      total: z.int(),
      runs: z.array(run),
    }),
  }),
  'activity.pulls': call({
    about: 'Each fetch of each bank, newest first, with its counts and error.',
    input: z.strictObject({ feedId: id.optional(), ...window }),
    output: z.object({
      total: z.int(),
      pulls: z.array(
        z.object({
          id,
          feedId: id,
          bank: z.string().nullable(),
          startedAt: instant,
          finishedAt: instant.nullable(),
          outcome: z.string(),
          pages: z.int(),
          restarts: z.int(),
          newLines: z.int(),
          changedLines: z.int(),
          removedLines: z.int(),
          rejectedRows: z.int(),
          error: serialError.nullable(),
        }),
      ),
    }),
  }),
  'activity.journals': call({
    about: 'Journals, newest first, with their ERP numbers and how far they are.',
    input: z.strictObject({ ...journalFilter, ...window }),
    output: z.object({ total: z.int(), journals: z.array(journal) }),
  }),
  'activity.journal': call({
    about: 'One journal with its entries as they were sent and what the ERP holds of each.',
    input: z.strictObject({ id }),
    output: z.object({
      journal,
      description: z.string(),
      entries: z.array(
        z.object({
          proposalId: id,
          reference: z.string(),
          /** intended, unknown, posted, refused, different, gone, taking_back, taken_back */
          state: z.string(),
          /** open, booked (counts in the general ledger and can still be deleted), posted; null: not seen */
          ledgerState: z.string().nullable(),
          journalNumber: z.string().nullable(),
          voucher: z.string().nullable(),
          lineIds: z.array(z.string()),
          error: serialError.nullable(),
          rows: z.array(journalRow),
        }),
      ),
    }),
  }),
  'activity.exceptions': call({
    about:
      'What could not go on by itself: rows of feeds that are no lines, and entries that the ERP refused or holds otherwise.',
    input: z.strictObject({ settled: z.boolean().default(false), ...window }),
    output: z.object({
      rows: z.array(rowException),
      totalRows: z.int(),
      entries: z.array(
        z.object({
          id,
          state: z.string(),
          date: day,
          amount: money,
          text: z.string(),
          legalEntity: z.string(),
          error: serialError.nullable(),
        }),
      ),
      totalEntries: z.int(),
    }),
  }),
  'activity.settleException': call({
    about: 'A person has dealt with a row that could not be read; the note says how.',
    input: z.strictObject({ id, note: z.string().trim().min(1).max(1_000) }),
    output: z.object({ id }),
    changes: ['queue', 'feeds', 'audit'],
  }),
  'activity.retry': call({
    about: 'Approves one refused or deleted entry again as it is now and posts it alone.',
    input: z.strictObject({ id }),
    output: z.object({ id, state: z.string(), error: serialError.nullable() }),
    long: true,
    changes: ['queue', 'journals', 'audit'],
  }),
  'lines.search': call({
    about: 'Bank lines of all accounts, with or without an entry, with totals.',
    input: z.strictObject({ ...lineFilter, ...window }),
    output: z.object({
      offset: z.int(),
      total: z.int(),
      totals,
      lines: z.array(
        z.object({
          id,
          feedAccountId: id,
          accountName: z.string(),
          mask: z.string().nullable(),
          state: z.string(),
          date: day,
          /** Positive = money into the account. */
          amount: money,
          text: z.string(),
          counterparty: z.string().nullable(),
          reference: z.string().nullable(),
          category: z.string().nullable(),
          proposalId: id.nullable(),
          proposalState: z.string().nullable(),
        }),
      ),
    }),
  }),
  'line.story': call({
    about: 'Everything about one bank line, from the bank’s payload to the voucher.',
    input: z.union([z.strictObject({ lineId: id }), z.strictObject({ proposalId: id })]),
    output: z.object({
      line: z.object({
        id,
        feedAccountId: id,
        bank: z.string().nullable(),
        accountName: z.string(),
        mask: z.string().nullable(),
        providerLineId: z.string(),
        formerProviderIds: z.array(z.string()),
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
        /** As the provider sent it, JSON text. */
        payload: z.string(),
        fetchedAt: instant.nullable(),
      }),
      /** How the line was before each change, oldest first. */
      revisions: z.array(
        z.object({
          revision: z.int(),
          change: z.string(),
          at: instant,
          state: z.string(),
          date: day,
          amount: money,
          text: z.string(),
          payload: z.string(),
        }),
      ),
      proposals: z.array(
        z.object({
          id,
          kind: z.string(),
          state: z.string(),
          date: day,
          amount: money,
          text: z.string(),
          reason: z.string(),
          codedBy,
          approvedBy: z.string().nullable(),
          approvedAt: instant.nullable(),
          /** True when it is the line's place; corrections and reversals stand beside it. */
          place: z.boolean(),
        }),
      ),
      postings: z.array(
        z.object({
          id,
          proposalId: id,
          journalId: id,
          reference: z.string(),
          state: z.string(),
          journalNumber: z.string().nullable(),
          voucher: z.string().nullable(),
          /** open, booked (counts in the general ledger and can still be deleted), posted; null: not seen */
          ledgerState: z.string().nullable(),
          intendedAt: instant,
          confirmedAt: instant.nullable(),
          error: serialError.nullable(),
        }),
      ),
      /** What the trail says of the line's entries, oldest first. */
      events: z.array(
        z.object({
          seq: z.int(),
          at: instant,
          actor: z.string(),
          action: z.string(),
          subject: z.string(),
          sentence: z.string(),
        }),
      ),
    }),
  }),
};
