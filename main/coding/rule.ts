import { z } from 'zod';
import { isCalendarDate } from '../core/calendar.ts';
import { ALL, percentWeight } from './split.ts';

/** Fields of a line that a rule compares as text. `account` is the feed account's mask or name. */
export const TEXT_FIELDS = ['text', 'bankText', 'counterparty', 'reference', 'category', 'channel', 'account'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** Text comparisons ignore case and fold white space; `matches` knows `*` for any characters. */
export type TextCondition = {
  readonly field: TextField;
  readonly is?: string | undefined;
  readonly contains?: string | undefined;
  readonly startsWith?: string | undefined;
  readonly matches?: string | undefined;
};

/** Bounds inclusive, in the line's currency. Sign: positive = money into the account. */
export type AmountCondition = {
  readonly field: 'amount';
  readonly is?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

/** Bounds inclusive, `YYYY-MM-DD`. */
export type DateCondition = {
  readonly field: 'date';
  readonly is?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | TextCondition
  | AmountCondition
  | DateCondition;

const decimal = z.string().regex(/^[+-]?\d{1,15}(\.\d{1,6})?$/, 'must be an amount such as "-100.00"');
const date = z.string().refine(isCalendarDate, 'must be a date such as "2026-11-20"');
const text = z.string().trim().min(1, 'must not be empty').max(500);

const exactlyOne = (value: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  names.filter((name) => value[name] !== undefined).length === 1;

const textCondition = z
  .strictObject({
    field: z.enum(TEXT_FIELDS),
    is: text.optional(),
    contains: text.optional(),
    startsWith: text.optional(),
    matches: text.optional(),
  })
  .refine((value) => exactlyOne(value, ['is', 'contains', 'startsWith', 'matches']), {
    error: 'needs exactly one of is, contains, startsWith, matches',
  });

const rangeError = { error: 'needs either is, or from and/or to' };
const oneRange = (value: { is?: string | undefined; from?: string | undefined; to?: string | undefined }) =>
  value.is === undefined
    ? value.from !== undefined || value.to !== undefined
    : value.from === undefined && value.to === undefined;

const amountCondition = z
  .strictObject({
    field: z.literal('amount'),
    is: decimal.optional(),
    from: decimal.optional(),
    to: decimal.optional(),
  })
  .refine(oneRange, rangeError);

const dateCondition = z
  .strictObject({ field: z.literal('date'), is: date.optional(), from: date.optional(), to: date.optional() })
  .refine(oneRange, rangeError);

const fieldCondition = z.discriminatedUnion('field', [textCondition, amountCondition, dateCondition]);

/**
 * The branch is chosen by its key, so that an error names the field that is wrong and not every branch that it is not.
 */
export const conditionSchema: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({ all: z.array(conditionSchema).min(1) }),
      z.strictObject({ any: z.array(conditionSchema).min(1) }),
      z.strictObject({ not: conditionSchema }),
      fieldCondition,
    ]),
  )
  .meta({ id: 'Condition', description: 'Which lines a rule takes: all, any, not, or one field of the line.' });

const accountType = z.enum(['ledger', 'customer', 'vendor', 'bank']);
export const dimensionsSchema = z.record(z.string().min(1), z.string());
const entryTextSchema = z.string().trim().min(1).max(60);

const splitPart = z
  .strictObject({
    percent: z
      .string()
      .refine((value) => percentWeight(value) !== undefined, 'must be a percentage such as "60" or "33.33"')
      .optional(),
    amount: decimal.optional(),
    rest: z.literal(true).optional(),
    account: text,
    accountType: accountType.optional(),
    dimensions: dimensionsSchema.optional(),
    text: entryTextSchema.optional(),
  })
  .refine((value) => exactlyOne(value, ['percent', 'amount', 'rest']), {
    error: 'needs exactly one of percent, amount, rest',
  });

/** What a rule does with the lines that it takes. Fields it leaves out stay as the mapping says. */
export const actionSchema = z
  .strictObject({
    account: text.optional(),
    accountType: accountType.optional(),
    dimensions: dimensionsSchema.optional(),
    text: entryTextSchema.optional(),
    split: z.array(splitPart).min(1).max(100).optional(),
    exclude: text.optional(),
  })
  .superRefine((value, check) => {
    if (Object.values(value).every((field) => field === undefined))
      check.addIssue({ code: 'custom', message: 'does nothing: give an account, a split, a text or exclude' });
    if (value.exclude !== undefined && Object.keys(value).length > 1)
      check.addIssue({ code: 'custom', path: ['exclude'], message: 'stands alone: an excluded line is not coded' });
    if (value.account !== undefined && value.split !== undefined)
      check.addIssue({ code: 'custom', path: ['split'], message: 'cannot stand beside account: use one of them' });
    if (value.accountType !== undefined && value.account === undefined)
      check.addIssue({ code: 'custom', path: ['accountType'], message: 'needs an account beside it' });
    if (value.split === undefined) return;
    const percents = value.split.reduce((sum, part) => sum + (percentWeight(part.percent ?? '0') ?? 0n), 0n);
    const rests = value.split.filter((part) => part.rest).length;
    if (percents > ALL)
      check.addIssue({ code: 'custom', path: ['split'], message: 'has percentages of more than 100' });
    if (rests > 1)
      check.addIssue({ code: 'custom', path: ['split'], message: 'has more than one part that takes the rest' });
    if (rests === 0 && percents > 0n && percents < ALL)
      check.addIssue({
        code: 'custom',
        path: ['split'],
        message: 'needs percentages of 100, or a part with "rest": true',
      });
  });
export type RuleAction = z.infer<typeof actionSchema>;

/** A rule as it stands in the setup document. */
export const ruleSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    when: conditionSchema,
    then: actionSchema,
    autoApprove: z.boolean().optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'Rule' });
export type RuleDocument = z.infer<typeof ruleSchema>;
