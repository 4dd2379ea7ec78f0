import { z } from 'zod';
import { call } from './define.ts';
import { id, instant, none } from './shared.ts';

/** The workspace itself and the work that runs in it. */
export const workspaceCalls = {
  'workspace.about': call({
    about: 'Name, environment and versions: for the strip on top, the title and the about box.',
    input: none,
    output: z.object({
      id,
      name: z.string(),
      /** The practice company's workspace. */
      practice: z.boolean(),
      /** Environments of the connections; with `sandbox` among them the strip says so. */
      environments: z.array(z.enum(['sandbox', 'production'])),
      timeZone: z.string(),
      locale: z.string(),
      createdAt: instant,
      /** The day it is in the workspace's time zone. */
      today: z.string(),
      folder: z.string(),
      actor: z.string(),
      versions: z.object({ daybook: z.string(), node: z.string(), sqlite: z.string(), schema: z.int() }),
    }),
  }),
  'work.list': call({
    about: 'Long calls that run now, for a screen that was opened meanwhile.',
    input: none,
    output: z.array(
      z.object({
        callId: z.string(),
        name: z.string(),
        startedAt: instant,
        done: z.number(),
        total: z.number().nullable(),
        sentence: z.string(),
      }),
    ),
  }),
  'work.cancel': call({
    about: 'Asks a long call to stop at its next safe point. What it has saved stays.',
    input: z.strictObject({ callId: z.string().min(1) }),
    output: z.object({ cancelled: z.boolean() }),
  }),
  'search.all': call({
    about: 'Global search over lines, entries, journals, parties and accounts; best first, a few of each kind.',
    input: z.strictObject({ query: z.string().trim().min(1).max(200), limit: z.int().min(1).max(50).default(8) }),
    output: z.array(
      z.object({
        kind: z.enum(['line', 'entry', 'journal', 'party', 'ledgerAccount', 'feedAccount', 'rule']),
        /** Line id, proposal id, journal id, party or account number, feed account id, rule id. */
        id: z.string(),
        title: z.string(),
        detail: z.string(),
        date: z.string().nullable(),
        amount: z.object({ amount: z.string(), currency: z.string() }).nullable(),
        /** For parties and ledger accounts: where they live. */
        legalEntity: z.string().nullable(),
      }),
    ),
  }),
};
