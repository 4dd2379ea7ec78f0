import { exponentOf } from '../core/currencies.ts';
import type { CodingLine } from './line.ts';
import type { AmountCondition, Condition, DateCondition, TextCondition, TextField } from './rule.ts';
import { foldText } from './text.ts';

/** Says whether a line meets a condition. */
export type Matcher = (line: CodingLine) => boolean;

/** Prepares a condition once, so that each line costs only the comparing. */
export function matcherOf(condition: Condition): Matcher {
  if ('all' in condition) {
    const parts = condition.all.map(matcherOf);
    return (line) => parts.every((matches) => matches(line));
  }
  if ('any' in condition) {
    const parts = condition.any.map(matcherOf);
    return (line) => parts.some((matches) => matches(line));
  }
  if ('not' in condition) {
    const matches = matcherOf(condition.not);
    return (line) => !matches(line);
  }
  if (condition.field === 'amount') return amountMatcher(condition);
  if (condition.field === 'date') return dateMatcher(condition);
  return textMatcher(condition);
}

function textMatcher(condition: TextCondition): Matcher {
  const test = textTest(condition);
  return (line) => valuesOf(line, condition.field).some((value) => value !== null && test(foldOnce(value)));
}

function textTest(condition: TextCondition): (value: string) => boolean {
  if (condition.is !== undefined) {
    const wanted = foldText(condition.is);
    return (value) => value === wanted;
  }
  if (condition.contains !== undefined) {
    const wanted = foldText(condition.contains);
    return (value) => value.includes(wanted);
  }
  if (condition.startsWith !== undefined) {
    const wanted = foldText(condition.startsWith);
    return (value) => value.startsWith(wanted);
  }
  const pattern = foldText(condition.matches ?? '');
  return (value) => matchesPattern(pattern, value);
}

/**
 * `*` stands for any characters, also none; everything else for itself. The pattern's pieces are sought from left to
 * right, so the time grows with the length of text times pieces at most: no pattern can stall the app.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return value === first;
  const last = pieces.at(-1) ?? '';
  if (!value.startsWith(first) || !value.endsWith(last) || value.length < first.length + last.length) return false;
  const end = value.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = value.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

function valuesOf(line: CodingLine, field: TextField): ReadonlyArray<string | null> {
  switch (field) {
    case 'text':
      return [line.text];
    case 'bankText':
      return [line.bankText];
    case 'counterparty':
      return [line.counterparty];
    case 'reference':
      return [line.reference];
    case 'category':
      return [line.category];
    case 'channel':
      return [line.channel];
    case 'account':
      return [line.accountMask, line.accountName];
  }
}

/** Many rules ask for the same text of the same line one after another. */
let lastText = '';
let lastFolded = '';
function foldOnce(text: string): string {
  if (text !== lastText) {
    lastText = text;
    lastFolded = foldText(text);
  }
  return lastFolded;
}

function amountMatcher({ is, from = is, to = is }: AmountCondition): Matcher {
  const low = from === undefined ? undefined : decimalOf(from);
  const high = to === undefined ? undefined : decimalOf(to);
  return ({ amount }) => {
    const decimals = exponentOf(amount.currency) ?? 0;
    const line = { digits: amount.minor, decimals };
    return (low === undefined || compare(line, low) >= 0) && (high === undefined || compare(line, high) <= 0);
  };
}

/** A decimal number as whole digits and how many of them stand after the point; exact in every currency. */
type Decimal = { readonly digits: bigint; readonly decimals: number };

function decimalOf(text: string): Decimal {
  const [whole = '0', fraction = ''] = text.replace('+', '').split('.');
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

function compare(a: Decimal, b: Decimal): number {
  const left = a.digits * 10n ** BigInt(Math.max(0, b.decimals - a.decimals));
  const right = b.digits * 10n ** BigInt(Math.max(0, a.decimals - b.decimals));
  return left < right ? -1 : left > right ? 1 : 0;
}

function dateMatcher({ is, from = is, to = is }: DateCondition): Matcher {
  return ({ date }) => (from === undefined || date >= from) && (to === undefined || date <= to);
}
