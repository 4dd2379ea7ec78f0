import type { AccountType, Dimensions } from '../core/entry.ts';
import type { Alternative, CodedBy, ProposalOffset } from '../store/proposals.ts';
import { SYSTEM_ACTOR } from './context.ts';
import type { CodingLine } from './line.ts';
import type { Mapping } from './mappings.ts';
import { LOOK_AT_SUGGESTION } from './needs.ts';
import type { RuleAction } from './rule.ts';
import type { Matcher } from './rule-match.ts';
import { splitAmount } from './split.ts';
import { ledgerKey, type Suggestion, type SuggestionModel } from './suggest.ts';
import { entryText, shortReason } from './text.ts';

/** A rule in force, ready to be asked. */
export type ActiveRule = {
  readonly id: string;
  readonly name: string;
  readonly matches: Matcher;
  readonly action: RuleAction;
  readonly autoApprove: boolean;
};

/** What a line is coded as, before anything is checked against the ledger. */
export type Coding = {
  readonly codedBy: CodedBy;
  readonly ruleId: string | null;
  readonly reason: string;
  readonly confidence: number | null;
  readonly alternative: Alternative | null;
  readonly text: string;
  readonly offsets: readonly ProposalOffset[];
  /** What a person must look at although the coding may be complete. */
  readonly advice: readonly string[];
  /** The line is not to be booked. */
  readonly exclude: { readonly why: string; readonly by: string } | null;
  /** Who approves it without a person, because a person switched that on; null: nobody. */
  readonly approver: string | null;
};

const ZERO_AMOUNT = 'zero amount, nothing to book';

type Source = {
  readonly codedBy: CodedBy;
  readonly accountType: AccountType;
  readonly account: string;
  readonly dimensions: Dimensions;
  readonly reason: string;
  readonly confidence: number | null;
};

/** Codes one line: the mapping's default, over it the first rule that matches, beside or before it a suggestion. */
export function codeLine(
  line: CodingLine,
  mapping: Mapping,
  rules: readonly ActiveRule[],
  model: SuggestionModel,
): Coding {
  const text = lineTextOf(line);
  const nothing = { ruleId: null, confidence: null, alternative: null, text, offsets: [], advice: [], approver: null };
  const rule = rules.find((candidate) => candidate.matches(line));
  if (rule?.action.exclude !== undefined)
    return {
      ...nothing,
      codedBy: 'rule',
      ruleId: rule.id,
      reason: ruleReason(rule),
      exclude: { why: rule.action.exclude, by: `rule:${rule.name}` },
    };
  if (line.amount.minor === 0n)
    return {
      ...nothing,
      codedBy: 'system',
      reason: shortReason(ZERO_AMOUNT),
      exclude: { why: ZERO_AMOUNT, by: SYSTEM_ACTOR },
    };
  if (rule && (rule.action.account !== undefined || rule.action.split !== undefined))
    return codeByRule(line, mapping, rule, text);
  return codeByDefault(line, mapping, rule, model, text);
}

/** The text of a line's entry: the bank's own where there is one. */
export function lineTextOf(line: CodingLine): string {
  const { bankText, text, counterparty } = line;
  return entryText(bankText ?? '') || entryText(text) || entryText(counterparty ?? '') || 'Bank line';
}

function ruleReason(rule: ActiveRule): string {
  return shortReason(`rule: ${rule.name}`);
}

function codeByRule(line: CodingLine, mapping: Mapping, rule: ActiveRule, lineText: string): Coding {
  const { action } = rule;
  const text = action.text ?? lineText;
  const dimensions = { ...mapping.dimensions, ...action.dimensions };
  const parts = action.split ?? [
    {
      rest: true as const,
      account: action.account ?? '',
      accountType: action.accountType,
      dimensions: undefined,
      text,
    },
  ];
  const split = splitAmount(
    line.amount,
    parts.map((part) =>
      'percent' in part && part.percent !== undefined
        ? { kind: 'percent', percent: part.percent }
        : 'amount' in part && part.amount !== undefined
          ? { kind: 'amount', amount: part.amount }
          : { kind: 'rest' },
    ),
  );
  const amounts = split.ok
    ? split.amounts
    : [line.amount, ...parts.slice(1).map(() => ({ ...line.amount, minor: 0n }))];
  const offsets = parts.map((part, index): ProposalOffset => {
    const accountType = part.accountType ?? 'ledger';
    return {
      accountType,
      account: part.account,
      // A bank account carries its own dimensions in the ledger.
      dimensions: accountType === 'bank' ? {} : { ...dimensions, ...part.dimensions },
      amount: amounts[index] ?? { ...line.amount, minor: 0n },
      text: part.text ?? text,
    };
  });
  return {
    codedBy: 'rule',
    ruleId: rule.id,
    reason: ruleReason(rule),
    confidence: null,
    alternative: null,
    text,
    // A part of nothing cannot be posted; when the split failed, every part stays for the person to see.
    offsets: split.ok ? offsets.filter((offset) => offset.amount.minor !== 0n) : offsets,
    advice: split.ok ? [] : [split.problem],
    exclude: null,
    approver: split.ok ? approverOf(rule, mapping) : null,
  };
}

/** The rule may have text or dimensions only; the account then comes from the layers below. */
function codeByDefault(
  line: CodingLine,
  mapping: Mapping,
  rule: ActiveRule | undefined,
  model: SuggestionModel,
  lineText: string,
): Coding {
  const text = rule?.action.text ?? lineText;
  const dimensions = { ...mapping.dimensions, ...rule?.action.dimensions };
  const suggestion = model.suggest({
    ledger: ledgerKey(mapping.ledgerConnectionId, mapping.legalEntity),
    moneyIn: line.amount.minor > 0n,
    counterpartyKey: line.counterpartyKey,
    named: line.counterparty !== null,
  });
  const fromDefault: Source | null =
    mapping.offsetAccount === null
      ? null
      : {
          codedBy: 'default',
          accountType: 'ledger',
          account: mapping.offsetAccount,
          dimensions,
          reason: 'default of the account',
          confidence: null,
        };
  const fromSuggestion: Source | null = suggestion && sourceOf(suggestion, rule?.action.dimensions);
  const first = mapping.suggestions === 'first' ? (fromSuggestion ?? fromDefault) : (fromDefault ?? fromSuggestion);
  const other = first === fromDefault ? fromSuggestion : fromDefault;
  const byRule = rule !== undefined && first?.codedBy === 'default';
  return {
    codedBy: byRule ? 'rule' : (first?.codedBy ?? 'none'),
    ruleId: rule?.id ?? null,
    reason: byRule ? ruleReason(rule) : (first?.reason ?? 'nothing known about this line'),
    confidence: first?.confidence ?? null,
    alternative: first && other && !sameTarget(first, other) ? other : null,
    text,
    offsets: [
      {
        accountType: first?.accountType ?? 'ledger',
        account: first?.account ?? null,
        dimensions: first?.dimensions ?? dimensions,
        amount: line.amount,
        text,
      },
    ],
    advice: first?.codedBy === 'suggestion' ? [LOOK_AT_SUGGESTION] : [],
    exclude: null,
    approver: first?.codedBy === 'default' ? approverOf(rule, mapping) : null,
  };
}

function sourceOf(suggestion: Suggestion, overrides: Dimensions | undefined): Source {
  return { ...suggestion, codedBy: 'suggestion', dimensions: { ...suggestion.dimensions, ...overrides } };
}

function sameTarget(a: Source, b: Source): boolean {
  return a.accountType === b.accountType && a.account === b.account;
}

/** Only where a person switched it on, on the rule or on the account. */
function approverOf(rule: ActiveRule | undefined, mapping: Mapping): string | null {
  if (rule?.autoApprove) return `rule:${rule.name}`;
  if (mapping.autoApprove) return rule ? `rule:${rule.name}` : `default:${mapping.bankAccount}`;
  return null;
}
