import type { CalendarDate } from '../core/calendar.ts';
import { type Coding, lineTextOf } from './code-line.ts';
import { dimensionsOfMovedMoney, type LedgerBook } from './ledger-reference.ts';
import type { CodingLine } from './line.ts';
import type { Mapping } from './mappings.ts';
import { shortReason } from './text.ts';

/** One entry for both sides: the receiving bank against the paying one. */
export function pairCoding(into: CodingLine, to: Mapping, from: Mapping): Coding {
  const text = lineTextOf(into);
  return {
    ...byTransfer(text, `transfer from ${from.bankAccount} to ${to.bankAccount}`),
    offsets: [{ accountType: 'bank', account: from.bankAccount, dimensions: {}, amount: into.amount, text }],
  };
}

/**
 * One side of a transfer against the account for money on its way: its sides fall on different days, or the ledger keeps
 * a statement for each side.
 */
export function legCoding(
  line: CodingLine,
  { mapping, book, other }: { readonly mapping: Mapping; readonly book: LedgerBook | null; readonly other: Mapping },
  otherDate: CalendarDate,
): Coding {
  const text = lineTextOf(line);
  const way = line.amount.minor < 0n ? 'to' : 'from';
  const account =
    mapping.transferAccount !== null && mapping.transferAccount === other.transferAccount
      ? mapping.transferAccount
      : null;
  return {
    ...byTransfer(text, `transfer ${way} ${other.bankAccount}, there ${otherDate}`),
    offsets: [
      {
        ...{ accountType: 'ledger', account, amount: line.amount, text },
        dimensions: dimensionsOfMovedMoney(mapping.dimensions, book),
      },
    ],
    advice:
      account === null
        ? [
            `A transfer ${way} ${other.bankAccount} on ${otherDate}. Give both mappings one transfer account, or choose the account here.`,
          ]
        : [],
  };
}

/**
 * A line that looks like a transfer, but not surely enough to be paired. What a rule says goes before a doubt; without
 * one, the account for money on its way is offered, never the default that is meant for other lines.
 */
export function withDoubt(
  coding: Coding,
  doubt: { readonly sentence: string; readonly strong: boolean },
  line: CodingLine,
  { mapping, book }: { readonly mapping: Mapping; readonly book: LedgerBook | null },
): Coding {
  if (coding.codedBy === 'rule' || coding.exclude !== null) return coding;
  if (!doubt.strong)
    return { ...coding, codedBy: 'transfer', advice: [...coding.advice, doubt.sentence], approver: null };
  return {
    ...byTransfer(coding.text, 'looks like a transfer between own accounts'),
    offsets: [
      {
        accountType: 'ledger',
        account: mapping.transferAccount,
        dimensions: dimensionsOfMovedMoney(mapping.dimensions, book),
        amount: line.amount,
        text: coding.text,
      },
    ],
    advice: [doubt.sentence],
  };
}

function byTransfer(text: string, reason: string): Omit<Coding, 'offsets'> {
  return {
    codedBy: 'transfer',
    ruleId: null,
    reason: shortReason(reason),
    confidence: null,
    alternative: null,
    text,
    advice: [],
    exclude: null,
    approver: null,
  };
}
