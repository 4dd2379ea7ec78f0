import { z } from 'zod';
import { EXPORT_FORMATS } from '../../statement-files/write.ts';
import { call } from './define.ts';
import { day, id, instant, money, none } from './shared.ts';

const given = {
  name: z.string().min(1).max(300),
  /** The file in base64; with `gzip`, compressed before. */
  content: z.string().min(1),
  gzip: z.boolean().default(false),
  /** What the file itself does not say: QIF's currency, and how it writes 03/04. */
  currency: z.string().length(3).optional(),
  dateOrder: z.enum(['day_first', 'month_first']).optional(),
  /** By the key of an account in the preview: which account it is, or the name of a new one. */
  accounts: z
    .array(
      z.strictObject({
        key: z.string(),
        feedAccountId: id.optional(),
        name: z.string().trim().min(1).max(100).optional(),
      }),
    )
    .default([]),
};

const gap = z.object({
  after: day.nullable(),
  before: day.nullable(),
  /** Positive = the bank has more than the statements show. */
  size: money,
});

const refusal = z.object({ line: z.int(), sentence: z.string(), last4: z.string().nullable() });

const account = z.object({
  key: z.string(),
  feedAccountId: id.nullable(),
  name: z.string(),
  last4: z.string().nullable(),
  currency: z.string(),
  /** Why nothing of it can be taken in; null = it can. */
  blocked: z.string().nullable(),
  newLines: z.int(),
  knownLines: z.int(),
  unreadableRows: z.array(z.object({ line: z.int(), sentence: z.string() })),
  statements: z.array(
    z.object({
      line: z.int(),
      id: z.string().nullable(),
      from: day.nullable(),
      to: day.nullable(),
      opening: money.nullable(),
      closing: money.nullable(),
      lines: z.int(),
      newLines: z.int(),
      known: z.boolean(),
      notes: z.array(z.string()),
    }),
  ),
  /** Between statements, those that are here included. */
  gaps: z.array(gap),
  /** The balance after the last statement. */
  closing: z.object({ amount: money, date: day }).nullable(),
});

export const statementFileCalls = {
  'statementFiles.preview': call({
    about: 'What a bank statement file holds, whose it is and what is new. Writes nothing.',
    input: z.strictObject(given),
    output: z.object({
      format: z.string(),
      encoding: z.string(),
      notes: z.array(z.string()),
      refused: z.array(refusal),
      /** When the same file was taken in. */
      cameBefore: z.object({ name: z.string(), at: instant }).nullable(),
      accounts: z.array(account),
    }),
    long: true,
  }),
  'statementFiles.import': call({
    about: 'Takes a file in, whole or not at all, then proposes entries for what is new.',
    input: z.strictObject(given),
    output: z.object({
      /** `known`: all of it is here already; nothing was written. */
      outcome: z.enum(['imported', 'known']),
      fileId: id.nullable(),
      newLines: z.int(),
      knownLines: z.int(),
      rejectedRows: z.int(),
      accounts: z.array(account),
    }),
    long: true,
    changes: ['feeds', 'queue', 'mappings', 'runs', 'audit'],
  }),
  'statementFiles.list': call({
    about: 'Files that were taken in, the newest first.',
    input: none,
    output: z.array(
      z.object({
        id,
        name: z.string(),
        format: z.string(),
        size: z.int(),
        importedAt: instant,
        importedBy: z.string(),
        undoneAt: instant.nullable(),
        accounts: z.array(z.object({ feedAccountId: id, name: z.string(), last4: z.string().nullable() })),
        from: day.nullable(),
        to: day.nullable(),
        statements: z.int(),
        lines: z.int(),
      }),
    ),
  }),
  'statementFiles.undo': call({
    about: 'Takes a file back, while nothing of it is approved. Lines that another file shows stay.',
    input: z.strictObject({ fileId: id }),
    output: z.object({ removedLines: z.int(), keptLines: z.int() }),
    changes: ['feeds', 'queue', 'audit'],
  }),
  'statementFiles.original': call({
    about: 'A file as it came.',
    input: z.strictObject({ fileId: id }),
    output: z.object({ name: z.string(), encoding: z.literal('base64'), content: z.string() }),
  }),
  'statementFiles.chain': call({
    about: 'Whether the statements of an account follow one another; null for an account that no file fed.',
    input: z.strictObject({ feedAccountId: id }),
    output: z.object({ closing: z.object({ amount: money, date: day }).nullable(), gaps: z.array(gap) }).nullable(),
  }),
  'statementFiles.export': call({
    about:
      'The statements of any account for a period, one a day, balances chained: CAMT.053, MT940 or BAI2. Refuses what does not tie out.',
    input: z.strictObject({
      feedAccountId: id,
      from: day,
      to: day,
      format: z.enum(EXPORT_FORMATS),
      /** The number that the ledger knows the account by, where the feed told none. */
      number: z.string().trim().min(1).max(40).optional(),
    }),
    output: z.object({
      name: z.string(),
      mediaType: z.string(),
      encoding: z.literal('utf8'),
      content: z.string(),
      days: z.int(),
      rows: z.int(),
    }),
    long: true,
    changes: ['audit'],
  }),
};
