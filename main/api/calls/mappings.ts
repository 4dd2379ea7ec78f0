import { z } from 'zod';
import { call } from './define.ts';
import { accountName, accountType, day, dimensions, id, instant, none, outcome, serialError } from './shared.ts';

const mapping = {
  feedAccountId: id,
  ledgerConnectionId: id,
  legalEntity: z.string().trim().min(1),
  bankAccount: z.string().trim().min(1),
  journalName: z.string().trim().min(1),
  /** Main account for lines that nothing else codes; null: they wait for a person. */
  offsetAccount: z.string().trim().min(1).nullable(),
  dimensions,
  /** Main account for own transfers whose sides fall on different days. */
  transferAccount: z.string().trim().min(1).nullable(),
  /** Main account for pending lines under the policy `clearing`. */
  clearingAccount: z.string().trim().min(1).nullable(),
  pending: z.enum(['wait', 'clearing']),
  grouping: z.enum(['account_day', 'run']),
  /** Earlier lines are history and are never proposed. */
  startDate: day.nullable(),
  suggestions: z.enum(['beside', 'first']),
  autoApprove: z.boolean(),
};

const finding = z.object({ blocking: z.boolean(), field: z.string().nullable(), sentence: z.string() });

export const mappingCalls = {
  'mappings.list': call({
    about: 'Every feed account with its mapping, or with what is missing before anything of it can post.',
    input: none,
    output: z.array(
      z.object({
        account: accountName,
        environment: z.string(),
        closed: z.boolean(),
        lines: z.int(),
        mapping: z.object({ id, ...mapping }).nullable(),
        missing: z.array(z.string()),
      }),
    ),
  }),
  'mappings.propose': call({
    about:
      'Reads the bank accounts of the ledgers and proposes one for each unmapped feed account, with the reasons. A ledger that cannot be read does not keep the others back.',
    input: z.strictObject({
      /** Only these; every legal entity of every ledger when absent. */
      places: z.array(z.strictObject({ ledgerConnectionId: id, legalEntity: z.string().min(1) })).optional(),
      /** First ask the banks for account numbers that were never read. The provider may bill the first reading. */
      readNumbers: z.boolean().default(false),
    }),
    output: z.object({
      proposals: z.array(
        z.object({
          feedAccountId: id,
          candidates: z.array(
            z.object({
              ledgerConnectionId: id,
              legalEntity: z.string(),
              bankAccount: z.string(),
              bankAccountName: z.string(),
              journalName: z.string().nullable(),
              /** 0 to 100. */
              score: z.int(),
              reasons: z.array(z.string()),
            }),
          ),
        }),
      ),
      /** What could not be read: a bank's numbers, a ledger, a legal entity of it. */
      trouble: z.array(z.object({ name: z.string(), error: serialError })),
    }),
    long: true,
    changes: ['mappings'],
  }),
  'mappings.save': call({
    about:
      'Creates or changes mappings in their order; the first wrong one stops. Open entries follow with `queue.recode`.',
    input: z.strictObject({ mappings: z.array(z.strictObject(mapping)).min(1).max(500) }),
    output: z.array(z.object({ id, feedAccountId: id, outcome })),
    changes: ['mappings', 'queue', 'feeds', 'audit'],
  }),
  'mappings.delete': call({
    about: 'Deletes a mapping that nothing was proposed by.',
    input: z.strictObject({ id }),
    output: z.object({ id }),
    changes: ['mappings', 'feeds', 'audit'],
  }),
  'mappings.validate': call({
    about: 'Checks mappings against the live ERP: bank account, journal name, accounts, dimensions, currency, period.',
    input: z.strictObject({ feedAccountIds: z.array(id).optional() }),
    output: z.array(
      z.object({
        feedAccountId: id,
        ok: z.boolean(),
        findings: z.array(finding),
        /** The ledger could not be asked. */
        error: serialError.nullable(),
      }),
    ),
    long: true,
    changes: ['mappings', 'queue'],
  }),
  'ledger.entities': call({
    about: 'Legal entities that a ledger connection sees, asked live.',
    input: z.strictObject({ connectionId: id }),
    output: z.array(z.object({ id: z.string(), name: z.string(), currency: z.string().nullable() })),
  }),
  'ledger.offeredEntities': call({
    about:
      'Legal entities that may be used through a connection, asked live: the chosen ones, the others, and why not.',
    input: z.strictObject({ connectionId: id }),
    output: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        currency: z.string().nullable(),
        country: z.string().nullable(),
        unusable: z.string().nullable(),
        chosen: z.boolean(),
        /** Accounts of banks that post there. */
        mappedAccounts: z.int(),
      }),
    ),
  }),
  'ledger.reference': call({
    about: 'What the pickers need of one legal entity, as last read; read now when it never was.',
    input: z.strictObject({ connectionId: id, legalEntity: z.string().min(1) }),
    output: z.object({
      connectionId: id,
      legalEntity: z.string(),
      currency: z.string().nullable(),
      fetchedAt: instant,
      accounts: z.int(),
      customers: z.int(),
      vendors: z.int(),
      bankAccounts: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          currency: z.string(),
          numberLast4: z.string().nullable(),
          usable: z.boolean(),
          /** The journal names under which it can be booked; null = any. */
          journalNames: z.array(z.string()).nullable(),
        }),
      ),
      journalNames: z.array(
        z.object({ name: z.string(), description: z.string(), usable: z.boolean(), warnings: z.array(z.string()) }),
      ),
      /** In the order of the account structure. */
      dimensions: z.array(
        z.object({
          name: z.string(),
          /** What stands beside the field. */
          label: z.string(),
          hint: z.string().nullable(),
          values: z.int(),
          /** Names of the values by code, where the ledger has any. */
          valueNames: z.record(z.string(), z.string()),
        }),
      ),
      /** How this ledger takes entries, where that is fixed. */
      posting: z.object({
        /** A journal holds one account's day, whatever the mapping says. */
        grouping: z.literal('account_day').nullable(),
        /** An own transfer is an entry on each side, through the transfer account. */
        transfersEachSide: z.boolean(),
      }),
      periods: z.array(z.object({ name: z.string(), from: day, to: day, open: z.boolean() })),
      /** Parts that the ledger would not give; they are not checked. */
      missing: z.array(z.string()),
    }),
  }),
  'ledger.refresh': call({
    about: 'Reads accounts, parties and dimensions of a legal entity anew.',
    input: z.strictObject({ connectionId: id, legalEntity: z.string().min(1) }),
    output: z.object({ fetchedAt: instant, missing: z.array(z.string()) }),
    long: true,
    changes: ['mappings', 'queue'],
  }),
  'ledger.search': call({
    about: 'For pickers: accounts, parties or dimension values by number and name; recently used first.',
    input: z.strictObject({
      connectionId: id,
      legalEntity: z.string().min(1),
      kind: z.union([accountType, z.literal('dimension')]),
      /** With kind `dimension`: its name. */
      dimension: z.string().optional(),
      query: z.string().max(100).default(''),
      limit: z.int().min(1).max(200).default(30),
      /** Also those that cannot be used, marked. */
      all: z.boolean().default(false),
    }),
    output: z.array(
      z.object({
        code: z.string(),
        name: z.string(),
        usable: z.boolean(),
        recent: z.boolean(),
        detail: z.string().nullable(),
      }),
    ),
  }),
  'ledger.names': call({
    about: 'Names of the given accounts and parties, so that a screen shows `110130 · Operating account`.',
    input: z.strictObject({
      connectionId: id,
      legalEntity: z.string().min(1),
      codes: z.array(z.strictObject({ accountType, account: z.string() })).max(1_000),
    }),
    output: z.array(z.object({ accountType, account: z.string(), name: z.string().nullable() })),
  }),
  'setup.export': call({
    about: 'Connections, mappings and rules as one document; secrets stay behind.',
    input: none,
    output: z.object({ document: z.json() }),
  }),
  'setup.apply': call({
    about: 'Applies a setup document; applying it twice changes nothing. Secrets come from the host’s environment.',
    input: z.strictObject({ document: z.json() }),
    output: z.object({
      connections: z.array(z.object({ name: z.string(), outcome })),
      feeds: z.array(z.object({ connection: z.string(), id, outcome })),
      mappings: z.array(z.object({ account: z.string(), outcome })),
      rules: z.array(z.object({ name: z.string(), outcome })),
    }),
    long: true,
    changes: ['feeds', 'mappings', 'rules', 'queue', 'audit'],
  }),
};
