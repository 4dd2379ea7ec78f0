import { z } from 'zod';
import { ruleSchema } from '../../coding/rule.ts';
import { call } from './define.ts';
import { day, id, instant, money, none, outcome } from './shared.ts';

const counts = z.object({
  rule: z.int(),
  default: z.int(),
  suggestion: z.int(),
  none: z.int(),
  excluded: z.int(),
});

const triedLine = z.object({
  lineId: id,
  date: day,
  counterparty: z.string().nullable(),
  text: z.string(),
  amount: money,
  before: z.string(),
  after: z.string(),
  /** The earlier rule that takes the line first. */
  takenBy: z.string().nullable(),
});

export const ruleCalls = {
  'rules.list': call({
    about: 'Rules in the order in which they are asked, with their hits.',
    input: none,
    output: z.array(
      z.object({
        id,
        position: z.int(),
        document: ruleSchema,
        /** The conditions and what it does, in plain words. */
        sentence: z.string(),
        hits: z.int(),
        lastHitAt: instant.nullable(),
      }),
    ),
  }),
  'rules.save': call({
    about: 'Creates a rule after the others, or changes one. Open entries follow with `queue.recode`.',
    input: z.strictObject({
      rule: ruleSchema,
      /** The rule to change, also its name. Null: a new one, whose name must be free. Absent: the one of that name. */
      id: id.nullable().optional(),
    }),
    output: z.object({ id, outcome }),
    changes: ['rules', 'audit'],
  }),
  'rules.order': call({
    about: 'Puts rules in this order, by name; those not named keep theirs after them.',
    input: z.strictObject({ names: z.array(z.string().min(1)).min(1) }),
    output: z.object({ changed: z.boolean() }),
    changes: ['rules', 'audit'],
  }),
  'rules.enable': call({
    about: 'Switches a rule on or off.',
    input: z.strictObject({ id, enabled: z.boolean() }),
    output: z.object({ id }),
    changes: ['rules', 'audit'],
  }),
  'rules.delete': call({
    about: 'Deletes a rule. What it coded stays coded until `queue.recode`.',
    input: z.strictObject({ id }),
    output: z.object({ id }),
    changes: ['rules', 'audit'],
  }),
  'rules.test': call({
    about: 'Tries a rule on the newest lines without saving it: which it takes, and what would change.',
    input: z.strictObject({
      rule: ruleSchema,
      /** The stored rule in whose place it is tried; absent: the one of the same name, or after all others. */
      id: id.optional(),
      limit: z.int().min(1).max(1_000_000).optional(),
    }),
    output: z.object({
      lines: z.int(),
      matches: z.int(),
      /** Lines that an earlier rule takes first. */
      taken: z.int(),
      changes: z.int(),
      before: counts,
      after: counts,
      /** The newest lines whose coding would be another. */
      examples: z.array(triedLine),
      /** The newest lines that meet the conditions and stay as they are. */
      others: z.array(triedLine),
    }),
    long: true,
  }),
  'rules.draft': call({
    about: 'A rule made from an entry or a bank line: its counterparty (or text) and its coding, to be looked at.',
    input: z.union([z.strictObject({ proposalId: id }), z.strictObject({ lineId: id })]),
    output: z.object({
      rule: ruleSchema,
      /** Where its accounts live; null while the line has no entry. */
      ledger: z.object({ connectionId: id, legalEntity: z.string() }).nullable(),
    }),
  }),
};
