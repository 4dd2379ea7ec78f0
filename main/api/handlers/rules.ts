import { draftRule } from '../../coding/draft-rule.ts';
import { ruleSentence } from '../../coding/rule-words.ts';
import { deleteRule, enableRule, listRules, orderRules, saveRule } from '../../coding/rules.ts';
import { type TriedLine, testRule } from '../../coding/test-rule.ts';
import type { ruleCalls } from '../calls/rules.ts';
import type { HandlersOf } from '../handler.ts';
import { moneyDocument } from '../money-document.ts';

export const ruleHandlers: HandlersOf<typeof ruleCalls> = {
  'rules.list': async (_, { daybook }) =>
    (await listRules(daybook.store.read)).map((rule) => ({ ...rule, sentence: ruleSentence(rule.document) })),
  'rules.save': ({ rule, id }, { daybook, actor }) => saveRule(daybook.coding, rule, actor, id),
  'rules.order': async ({ names }, { daybook, actor }) => ({ changed: await orderRules(daybook.coding, names, actor) }),
  'rules.enable': async ({ id, enabled }, { daybook, actor }) => {
    await enableRule(daybook.coding, id, enabled, actor);
    return { id };
  },
  'rules.delete': async ({ id }, { daybook, actor }) => {
    await deleteRule(daybook.coding, id, actor);
    return { id };
  },
  'rules.test': async ({ rule, id, limit }, { daybook, stop, progress }) => {
    const { examples, others, ...counts } = await testRule(daybook.coding, rule, {
      ...(limit === undefined ? {} : { limit }),
      ...(id === undefined ? {} : { id }),
      stop,
      progress: (done, total) => progress(done, total, 'Trying the rule on history'),
    });
    return { ...counts, examples: examples.map(triedDocument), others: others.map(triedDocument) };
  },
  'rules.draft': async (from, { daybook }) =>
    draftRule(daybook.store.read, 'lineId' in from ? { lineId: Number(from.lineId) } : from),
};

function triedDocument(line: TriedLine) {
  return { ...line, lineId: String(line.lineId), amount: moneyDocument(line.amount) };
}
