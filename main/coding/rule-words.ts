import type { Condition, RuleDocument } from './rule.ts';

const FIELDS: Readonly<Record<string, string>> = {
  text: 'text',
  bankText: 'bank’s text',
  counterparty: 'counterparty',
  reference: 'reference',
  category: 'category',
  channel: 'channel',
  account: 'account',
  amount: 'amount',
  date: 'date',
};

/** A rule in plain words: "counterparty contains “CITY POWER” and amount from -500.00 to 0: account 605100." */
export function ruleSentence({ when, then }: RuleDocument): string {
  return `${conditionWords(when)}: ${actionWords(then)}.`;
}

function conditionWords(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and');
  if ('any' in condition) return joined(condition.any, 'or');
  if ('not' in condition) return `not (${conditionWords(condition.not)})`;
  const field = FIELDS[condition.field] ?? condition.field;
  if (condition.field === 'amount') {
    const { is, from, to } = condition;
    if (is === undefined && from === '0.01' && to === undefined) return 'money in';
    if (is === undefined && to === '-0.01' && from === undefined) return 'money out';
    if (from !== undefined && from === to) return `amount is ${from}`;
  }
  if (condition.field === 'amount' || condition.field === 'date') {
    if (condition.is !== undefined) return `${field} is ${condition.is}`;
    const from = condition.from === undefined ? '' : ` from ${condition.from}`;
    const to = condition.to === undefined ? '' : ` to ${condition.to}`;
    return `${field}${from}${to}`;
  }
  if (condition.is !== undefined) return `${field} is “${condition.is}”`;
  if (condition.contains !== undefined) return `${field} contains “${condition.contains}”`;
  if (condition.startsWith !== undefined) return `${field} begins with “${condition.startsWith}”`;
  return `${field} matches “${condition.matches ?? ''}”`;
}

function joined(conditions: readonly Condition[], word: 'and' | 'or'): string {
  const parts = conditions.map((condition) => {
    const text = conditionWords(condition);
    const inner = 'any' in condition ? condition.any : 'all' in condition ? condition.all : [];
    return conditions.length > 1 && inner.length > 1 ? `(${text})` : text;
  });
  return parts.join(` ${word} `);
}

function actionWords({ account, accountType, dimensions, text, split, exclude }: RuleDocument['then']): string {
  if (exclude !== undefined) return `exclude (${exclude})`;
  const parts: string[] = [];
  if (account !== undefined)
    parts.push(`${accountType === undefined || accountType === 'ledger' ? 'account' : accountType} ${account}`);
  if (split !== undefined) {
    const shares = split.map((part) => {
      const share = part.percent === undefined ? (part.amount ?? 'the rest') : `${part.percent} %`;
      return `${share} to ${part.account}`;
    });
    parts.push(`split ${shares.join(', ')}`);
  }
  for (const [name, value] of Object.entries(dimensions ?? {})) parts.push(`${name} ${value}`);
  if (text !== undefined) parts.push(`text “${text}”`);
  return parts.join(', ');
}
