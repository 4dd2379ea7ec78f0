import { z } from 'zod';
import { call } from './define.ts';
import { lifecycle, lifecycleCalls } from './lifecycle.ts';
import { accountName, id, instant, money, none, outcome, repair, serialError } from './shared.ts';
import { callBudget, signInState } from './sign-in.ts';

const feed = z.object({
  id,
  institutionName: z.string().nullable(),
  /** healthy, retrying, needs_person, removed */
  state: z.string(),
  code: z.string().nullable(),
  sentence: z.string().nullable(),
  repair,
  lifecycle,
  /** not_ready, partial, complete, unknown */
  history: z.string(),
  freshness: z.object({ bankUpdatedAt: instant.nullable(), stale: z.boolean(), sentence: z.string() }),
  consentExpiresAt: instant.nullable(),
  lastAttemptAt: instant.nullable(),
  lastSuccessAt: instant.nullable(),
  openExceptions: z.int(),
  webhookUrl: z.string().nullable(),
});

const formField = z.object({
  /** That of a setting or of a secret. */
  name: z.string(),
  label: z.string(),
  hint: z.string().nullable(),
  kind: z.enum(['text', 'address', 'secret', 'choice', 'entities']),
  choices: z.array(z.object({ value: z.string(), label: z.string() })),
  required: z.boolean(),
});

export const connectionCalls = {
  'connections.kinds': call({
    about: 'What can be connected, with the JSON Schema of its settings, the names of its secrets and its form.',
    input: none,
    output: z.array(
      z.object({
        kind: z.string(),
        title: z.string(),
        role: z.enum(['feed', 'ledger']),
        secrets: z.array(z.string()),
        settings: z.record(z.string(), z.json()),
        /** Fields by which a person enters it; null for a kind with a dialog of its own. */
        form: z.array(formField).nullable(),
        /** A person signs in to it in the system browser. */
        signsIn: z.boolean(),
      }),
    ),
  }),
  'connections.list': call({
    about: 'Connections with their banks and the health of each. Secrets by name only.',
    input: none,
    output: z.array(
      z.object({
        id,
        kind: z.string(),
        role: z.enum(['feed', 'ledger']),
        name: z.string(),
        environment: z.string(),
        state: z.string(),
        code: z.string().nullable(),
        sentence: z.string().nullable(),
        repair,
        lifecycle,
        /** Names of the secrets that are set. */
        secrets: z.array(z.string()),
        settings: z.json(),
        /** Null for a kind without a sign-in in the browser, or one that cannot be opened. */
        signIn: signInState.nullable(),
        callBudgets: z.array(callBudget),
        feeds: z.array(feed),
      }),
    ),
  }),
  'connections.save': call({
    about: 'Makes a connection, or changes the one of the same name. Nothing is sent to the provider.',
    input: z.strictObject({
      kind: z.string().min(1),
      name: z.string().trim().min(1).max(100),
      environment: z.enum(['sandbox', 'production']),
      settings: z.json(),
      /** By name; one that is left out stays as it is. */
      secrets: z.record(z.string(), z.string()).default({}),
    }),
    output: z.object({ id, outcome }),
    changes: ['feeds', 'audit'],
  }),
  'connections.check': call({
    about: 'Tries a connection step by step; each step says what was found, or what to repair.',
    input: z.strictObject({
      connectionId: id,
      /** A ledger: also read this legal entity. */
      legalEntity: z.string().min(1).optional(),
    }),
    output: z.object({
      ok: z.boolean(),
      steps: z.array(
        z.object({
          name: z.string(),
          ok: z.boolean(),
          /** What was found, or the error's sentence. */
          sentence: z.string(),
          error: serialError.nullable(),
        }),
      ),
    }),
    long: true,
  }),
  'connections.startLink': call({
    about: 'Begins to link a bank, or to repair one (`feedId`). The hosted page is opened in the system browser.',
    input: z.strictObject({
      connectionId: id,
      feedId: id.optional(),
      /** With `feedId`: add or drop accounts. */
      selectAccounts: z.boolean().optional(),
      webhookUrl: z.url().optional(),
      /** For Plaid's script in a window of Daybook: `hostedUrl` is null then. */
      embedded: z.boolean().optional(),
    }),
    output: z.object({ linkToken: z.string(), expiresAt: instant, hostedUrl: z.string().nullable() }),
  }),
  'connections.pollLink': call({
    about: 'Asks whether the person has finished linking. Changes nothing.',
    input: z.strictObject({ connectionId: id, linkToken: z.string().min(1) }),
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('waiting') }),
      z.object({ state: z.literal('abandoned'), reason: z.string() }),
      z.object({ state: z.literal('linked'), banks: z.array(z.string()) }),
    ]),
  }),
  'connections.finishLink': call({
    about: 'Takes in what was linked, after the check for duplicates; with `feedId` it ends a repair.',
    input: z.strictObject({ connectionId: id, linkToken: z.string().min(1), feedId: id.optional() }),
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('waiting') }),
      z.object({ state: z.literal('abandoned'), reason: z.string() }),
      z.object({
        state: z.literal('linked'),
        feeds: z.array(
          z.object({
            feedId: id,
            outcome: z.enum(['added', 'duplicate', 'repaired']),
            /** False: something is still in the way, or it was there already. */
            works: z.boolean(),
            /** After a repair: what it brought and whether the balances tie out, or what is still in the way. */
            sentence: z.string().nullable(),
          }),
        ),
      }),
    ]),
    changes: ['feeds', 'audit'],
  }),
  'connections.removalPreview': call({
    about: 'What removing a bank means: its accounts, what stays, what stops.',
    input: z.strictObject({ feedId: id }),
    output: z.object({
      bank: z.string().nullable(),
      accounts: z.int(),
      mappedAccounts: z.int(),
      lines: z.int(),
      /** Entries that are neither posted nor excluded; they stay and can still be posted. */
      openEntries: z.int(),
      consequences: z.array(z.string()),
    }),
  }),
  'connections.removeFeed': call({
    about: 'Ends access and billing at the provider. Accounts, lines and trail stay.',
    input: z.strictObject({ feedId: id }),
    output: z.object({ feedId: id }),
    changes: ['feeds', 'audit'],
  }),
  'connections.setWebhook': call({
    about: 'Sets the address to which the provider sends its notices for one bank; null removes it.',
    input: z.strictObject({ feedId: id, url: z.url().nullable() }),
    output: z.object({ feedId: id, url: z.string().nullable() }),
    changes: ['feeds', 'audit'],
  }),
  'connections.refreshBalances': call({
    about: 'Asks the bank for live balances of one feed. The provider bills each call.',
    input: z.strictObject({ feedId: id }),
    output: z.object({ feedId: id }),
    changes: ['feeds'],
  }),
  'connections.refreshNumbers': call({
    about: 'Reads account numbers, kept encrypted, for proposing mappings and proving payees.',
    input: z.strictObject({ feedId: id }),
    output: z.object({ changedAccounts: z.array(id) }),
    changes: ['feeds', 'audit'],
  }),
  'accounts.list': call({
    about: 'Feed accounts with balance (positive = the firm’s money), mapping and completeness.',
    input: none,
    output: z.array(
      z.object({
        ...accountName.shape,
        feedId: id,
        connectionId: id,
        connection: z.string(),
        environment: z.string(),
        officialName: z.string().nullable(),
        numberLast4: z.string().nullable(),
        type: z.string(),
        subtype: z.string().nullable(),
        unofficialCurrency: z.string().nullable(),
        verificationStatus: z.string().nullable(),
        holderCategory: z.string().nullable(),
        closedAt: instant.nullable(),
        balance: z
          .object({ current: money.nullable(), available: money.nullable(), takenAt: instant, source: z.string() })
          .nullable(),
        /** Balance before the first line, from the first tie-out. */
        opening: money.nullable(),
        /** Bank movement that the lines do not explain; null = complete, or not proven yet while `opening` is null. */
        gap: z.object({ size: money, firstDate: z.string(), openedAt: instant }).nullable(),
        mapping: z
          .object({
            id,
            ledgerConnectionId: id,
            legalEntity: z.string(),
            bankAccount: z.string(),
            journalName: z.string(),
          })
          .nullable(),
      }),
    ),
  }),
  ...lifecycleCalls,
};
