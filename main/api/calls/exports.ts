import { z } from 'zod';
import { call } from './define.ts';
import { journalFilter, lineFilter } from './posting.ts';
import { auditFilter } from './reconcile.ts';
import { queueFilter, queueSort } from './review.ts';
import { day, id } from './shared.ts';

/** A file for the host to save: the host asks where. */
const file = z.object({
  name: z.string(),
  mediaType: z.string(),
  encoding: z.enum(['utf8', 'base64']),
  content: z.string(),
  rows: z.int(),
});

/** `print`: the same sheet as JSON (`PrintedSheet` of main/exports/print.ts) for the print view of the screens. */
const format = z.enum(['csv', 'xlsx', 'print']);

export const exportCalls = {
  'export.queue': call({
    about:
      'Exactly the entries of a filter, with totals, filter and author; CSV without formulas, XLSX with real numbers.',
    input: z.strictObject({ filter: queueFilter.default({}), sort: queueSort.optional(), format }),
    output: file,
    long: true,
  }),
  'export.reconciliations': call({
    about: 'Reconciliations with their open items.',
    input: z.strictObject({
      feedAccountId: id.optional(),
      from: day.optional(),
      to: day.optional(),
      newest: z.boolean().default(false),
      format,
    }),
    output: file,
    long: true,
  }),
  'export.lines': call({
    about: 'Exactly the bank lines that `lines.search` finds, with totals, filter and author.',
    input: z.strictObject({ ...lineFilter, format }),
    output: file,
    long: true,
  }),
  'export.journals': call({
    about: 'Exactly the journals that `activity.journals` lists, with totals, filter and author.',
    input: z.strictObject({ ...journalFilter, format }),
    output: file,
    long: true,
  }),
  'export.rules': call({
    about: 'Rules in their order, in plain words, with their hits.',
    input: z.strictObject({ format }),
    output: file,
    long: true,
  }),
  'export.audit': call({
    about: 'The trail under a filter. `jsonl`: the whole trail with hashes, from which anybody can check the chain.',
    input: z.strictObject({ filter: auditFilter.default({}), format: z.enum(['csv', 'xlsx', 'print', 'jsonl']) }),
    output: file,
    long: true,
  }),
};
