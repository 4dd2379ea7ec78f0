import { z } from 'zod';
import { call } from './define.ts';
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

const format = z.enum(['csv', 'xlsx']);

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
    input: z.strictObject({ feedAccountId: id.optional(), from: day.optional(), to: day.optional(), format }),
    output: file,
    long: true,
  }),
  'export.audit': call({
    about: 'The trail under a filter. `jsonl`: the whole trail with hashes, from which anybody can check the chain.',
    input: z.strictObject({ filter: auditFilter.default({}), format: z.enum(['csv', 'xlsx', 'jsonl']) }),
    output: file,
    long: true,
  }),
};
