import { draftRule } from '../../coding/draft-rule.ts';
import { ruleSentence } from '../../coding/rule-words.ts';
import { deleteRule, enableRule, listRules, orderRules, saveRule } from '../../coding/rules.ts';
import { testRule } from '../../coding/test-rule.ts';
import type { ruleCalls } from '../calls/rules.ts';
import type { HandlersOf } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';

export const ruleHandlers: HandlersOf<typeof ruleCalls> = {
  'rules.list': async (_, { daybook }) =>
    (await listRules(daybook.store.read)).map((rule) => ({ ...rule, sentence: ruleSentence(rule.document) })),
  'rules.save': ({ rule }, { daybook, actor }) => saveRule(daybook.coding, rule, actor),
  'rules.order': async ({ names }, { daybook, actor }) => ({ changed: await orderRules(daybook.coding, names, actor) }),
  'rules.enable': async ({ id, enabled }, { daybook, actor }) => {
    await enableRule(daybook.coding, id, enabled, actor);
    return { id };
  },
  'rules.delete': async ({ id }, { daybook, actor }) => {
    await deleteRule(daybook.coding, id, actor);
    return { id };
  },
  'rules.test': async ({ rule, limit }, { daybook }) => {
    const { examples, ...counts } = await testRule(daybook.coding, rule, limit === undefined ? {} : { limit });
    return {
      ...counts,
      examples: examples.map((example) => ({
        ...example,
        lineId: String(example.lineId),
        amount: moneyDocument(example.amount),
      })),
    };
  },
  'rules.draft': async ({ proposalId }, { daybook }) => ({ rule: await draftRule(daybook.store.read, proposalId) }),
};
