import { z } from 'zod';
import { call } from './define.ts';
import { run, waiting } from './schedule.ts';
import { accountName, day, id, instant, money, none, repair } from './shared.ts';

export const health = z.object({
  kind: z.enum(['feed', 'connection']),
  id,
  connectionId: id,
  title: z.string(),
  environment: z.string(),
  /** healthy, retrying, needs_person */
  state: z.string(),
  code: z.string().nullable(),
  sentence: z.string().nullable(),
  /** What the button does. */
  repair,
  lastSuccessAt: instant.nullable(),
  lastAttemptAt: instant.nullable(),
  /** Age of the bank's own data, a sentence. */
  freshness: z.string().nullable(),
  stale: z.boolean(),
});

export const todayCalls = {
  'today.get': call({
    about: 'The first screen: per legal entity the positions, what waits, health of connections, the latest run.',
    input: none,
    output: z.object({
      date: day,
      entities: z.array(
        z.object({
          connectionId: id,
          connection: z.string(),
          legalEntity: z.string(),
          /** The company's name, where the ledger told it. */
          name: z.string().nullable(),
          /** From the newest reconciliation of each account; `difference` = bank − ledger. */
          positions: z.array(
            z.object({
              currency: z.string(),
              bank: money,
              /** Null until an account of this currency was reconciled. */
              ledger: money.nullable(),
              difference: money.nullable(),
              explained: z.boolean().nullable(),
              reconciledOn: day.nullable(),
            }),
          ),
          newToday: z.int(),
          toReview: z.int(),
          approved: z.int(),
          postedToday: z.int(),
          /** Refused, unknown or different entries, and rows of its feeds that could not be read. */
          exceptions: z.int(),
          oldestOpen: z
            .object({ proposalId: id, date: day, days: z.int(), text: z.string(), amount: money })
            .nullable(),
        }),
      ),
      /** Accounts with lines that cannot be proposed, because no mapping says where to. */
      unmapped: z.array(accountName),
      gaps: z.array(z.object({ account: accountName, size: money, firstDate: day })),
      health: z.array(health),
      /** The newest run of all feeds; of some, where there is none of all. */
      lastRun: run.nullable(),
      /** Runs of some feeds since then, such as those that a webhook began. */
      sinceThen: z.object({ runs: z.int(), newLines: z.int() }),
      nextRun: instant.nullable(),
      /** A run that is due and waits for power, a network that is not paid by volume, or any network. */
      waiting: waiting.nullable(),
    }),
  }),
  'today.cash': call({
    about: 'Bank balance at the end of each day, per account of one currency. Positive = the firm’s money.',
    input: z.strictObject({ currency: z.string().optional(), days: z.int().min(7).max(731).default(90) }),
    output: z.object({
      currency: z.string().nullable(),
      currencies: z.array(z.string()),
      from: day,
      to: day,
      accounts: z.array(z.object({ account: accountName, points: z.array(z.object({ date: day, balance: money })) })),
    }),
  }),
  'today.ageing': call({
    about: 'Booked lines that are not in the ledger yet, by age in days and account.',
    input: none,
    output: z.object({
      buckets: z.array(z.object({ from: z.int(), to: z.int().nullable() })),
      accounts: z.array(
        z.object({
          account: accountName,
          /** One a bucket, in their order. `gross`: sum of the amounts without their signs. */
          values: z.array(z.object({ count: z.int(), net: money, gross: money })),
        }),
      ),
    }),
  }),
};
