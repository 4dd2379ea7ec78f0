/** Shapes that several screens share. Everything is JSON: amounts are decimal texts, ids are texts. */
import { z } from 'zod';
import { isCalendarDate } from '../../core/calendar.ts';
import { ERROR_NATURES, type SerialError } from '../../core/errors.ts';

export const none = z.strictObject({});
export const id = z.string().min(1);
/** A day, `YYYY-MM-DD`. */
export const day = z.string().refine(isCalendarDate, 'must be a date such as 2026-11-20');
/** A moment, ISO 8601 in UTC. */
export const instant = z.string();

/** Exact decimal text and ISO currency, e.g. `{"amount":"-12.34","currency":"USD"}`. */
export const money = z.object({ amount: z.string(), currency: z.string() });

/** A decimal amount as a person writes it. */
export const decimal = z
  .string()
  .trim()
  .regex(/^[+-]?\d{1,15}(\.\d{1,6})?$/, 'must be an amount such as "-100.00"');

export const dimensions = z.record(z.string(), z.string());
export const accountType = z.enum(['ledger', 'bank', 'customer', 'vendor']);

/** An error as a screen shows it: `sentence` for the reader, `repair` for the button. */
export const serialError = z.custom<SerialError>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    Object.hasOwn(ERROR_NATURES, value.code),
  'is no error of the closed list',
);

export const repair = z.string();

/** A window into a long list. */
export const window = {
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1_000).default(200),
};

/** Count and sums of what a filter takes, one row a currency. `debit`: money in; `credit`: money out, positive. */
export const totals = z.object({
  count: z.int(),
  currencies: z.array(z.object({ count: z.int(), debit: money, credit: money, net: money })),
});

/** A feed account as every screen names it. */
export const accountName = z.object({
  id,
  name: z.string(),
  mask: z.string().nullable(),
  bank: z.string().nullable(),
  currency: z.string().nullable(),
});

export const proposalState = z.enum([
  'needs_person',
  'ready',
  'approved',
  'posting',
  'unknown',
  'different',
  'refused',
  'posted',
  'excluded',
  'superseded',
  'reversed',
]);

export const proposalKind = z.enum(['entry', 'transfer', 'pending', 'settlement', 'reversal', 'correction']);
export const codedBy = z.enum(['default', 'rule', 'suggestion', 'person', 'transfer', 'system', 'none']);

export const outcome = z.enum(['created', 'updated', 'unchanged']);
export const nothing = z.object({});
