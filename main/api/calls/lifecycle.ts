import { z } from 'zod';
import { call } from './define.ts';
import { accountName, id, instant, none, repair } from './shared.ts';

/** The state of a bank's login or of a whole connection; see docs/connections.md. */
export const lifecycle = z.object({
  /**
   * healthy, new_accounts, stale, expiring, disconnect_pending, retrying, rate_limited, institution_down,
   * login_required, action_at_bank, accounts_missing, revoked, gone, keys_refused, blocked, removed
   */
  state: z.string(),
  since: instant,
  /** How we know: poll, webhook, clock, person */
  source: z.string(),
  /** When it is tried again by itself. */
  until: instant.nullable(),
  /** An end that is announced. `on` is null where nobody named a day. */
  ending: z.object({ what: z.enum(['consent', 'access', 'sign_in', 'secret']), on: instant.nullable() }).nullable(),
  repair,
  /** What the last repair brought, and whether the balances tie out. */
  repaired: z.object({ at: instant, sentence: z.string() }).nullable(),
});

const account = z.object({ ...accountName.shape, feedId: id, lines: z.int() });

const pair = { oldAccountId: id, newAccountId: id };

export const lifecycleCalls = {
  'connections.history': call({
    about: 'How the state of a bank (`feedId`) or of a connection came about, the newest first.',
    input: z
      .strictObject({ feedId: id.optional(), connectionId: id.optional() })
      .refine(({ feedId, connectionId }) => (feedId === undefined) !== (connectionId === undefined), {
        message: 'name either a bank or a connection',
      }),
    output: z.array(
      z.object({
        at: instant,
        /** poll, webhook, clock, person */
        source: z.string(),
        from: z.string(),
        to: z.string(),
        sentence: z.string().nullable(),
      }),
    ),
  }),
  'connections.keepUp': call({
    about: 'For the schedule: announces consents, sign-ins and secrets that end within a week. Asks nobody.',
    input: none,
    output: z.object({}),
    changes: ['feeds', 'audit'],
  }),
  'connections.dueRetries': call({
    about:
      'Banks that failed for a while and whose pause is over: to be fetched again, without a person. None while power or network are to be waited for.',
    input: none,
    output: z.object({ feedIds: z.array(id) }),
  }),
  'accounts.replacements': call({
    about: 'New accounts that seem to be old ones under another provider id; a person decides.',
    input: none,
    output: z.array(
      z.object({
        ...pair,
        reason: z.string(),
        old: account,
        new: account,
        /** The old one is mapped to a ledger, and goes on into it. */
        mapped: z.boolean(),
      }),
    ),
  }),
  'accounts.acceptReplacement': call({
    about:
      'The old account goes on under the new one’s id, with its lines, mapping and postings; then the bank is read and tied out.',
    input: z.strictObject(pair),
    output: z.object({
      replacementId: id,
      accountId: id,
      feedId: id,
      /** Movements that both had. */
      known: z.int(),
      /** Movements that only the new one had. */
      added: z.int(),
      /** All of it, with the tie-out, for a reader. */
      sentence: z.string(),
    }),
    changes: ['feeds', 'queue', 'mappings', 'audit'],
  }),
  'accounts.declineReplacement': call({
    about: 'The two accounts are two; they are not proposed again.',
    input: z.strictObject(pair),
    output: z.object(pair),
    changes: ['feeds', 'audit'],
  }),
  'accounts.undoReplacement': call({
    about:
      'Takes a wrong pairing back: the two accounts are two again. Entries of its lines that nobody posted are withdrawn.',
    input: z.strictObject({ replacementId: id }),
    output: z.object({
      accountId: id,
      newAccountId: id,
      /** Lines that went back. */
      lines: z.int(),
      /** Entries that are proposed no more. */
      withdrawn: z.int(),
    }),
    changes: ['feeds', 'queue', 'mappings', 'audit'],
  }),
  'accounts.decidedReplacements': call({
    about: 'Decisions about changed account ids, the newest first.',
    input: none,
    output: z.array(
      z.object({
        id,
        accountId: id,
        newAccountId: id,
        /** accepted, declined, undone */
        state: z.string(),
        reason: z.string(),
        decidedAt: instant,
        decidedBy: z.string(),
        undoable: z.boolean(),
        account: accountName,
      }),
    ),
  }),
};
