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
    about:
      'Creates a rule after the others, or changes the one of the same name. Open entries follow with `queue.recode`.',
    input: z.strictObject({ rule: ruleSchema }),
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
    input: z.strictObject({ rule: ruleSchema, limit: z.int().min(1).max(1_000_000).optional() }),
    output: z.object({
      lines: z.int(),
      matches: z.int(),
      /** Lines that an earlier rule takes first. */
      taken: z.int(),
      changes: z.int(),
      before: counts,
      after: counts,
      examples: z.array(
        z.object({ lineId: id, date: day, text: z.string(), amount: money, before: z.string(), after: z.string() }),
      ),
    }),
  }),
  'rules.draft': call({
    about: 'A rule made from an entry: its counterparty (or text) and its coding, to be looked at and saved.',
    input: z.strictObject({ proposalId: id }),
    output: z.object({ rule: ruleSchema }),
  }),
};
