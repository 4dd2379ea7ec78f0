/** What a rule does, while it is edited, and back to the document. */
import { decimalOf } from './condition-draft.ts';
import type { AccountType, RuleAction, RulePart } from './types.ts';

export const DEEDS = ['account', 'split', 'text', 'exclude'] as const;
export type Deed = (typeof DEEDS)[number];

export type Target = {
  readonly accountType: AccountType;
  readonly account: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly text: string;
};
export type Share = 'percent' | 'amount' | 'rest';
export type PartDraft = Target & { readonly key: string; readonly share: Share; readonly value: string };
export type ActionDraft = Target & {
  readonly does: Deed;
  readonly parts: readonly PartDraft[];
  /** Why the lines stay out of the ledger. */
  readonly why: string;
};

const NO_TARGET: Target = { accountType: 'ledger', account: '', dimensions: {}, text: '' };

export function newPart(share: Share, value = ''): PartDraft {
  return { ...NO_TARGET, key: crypto.randomUUID(), share, value };
}

export const emptyAction = (): ActionDraft => ({ ...NO_TARGET, does: 'account', parts: twoParts(), why: '' });

const twoParts = () => [newPart('percent', '50'), newPart('rest')];

export function actionDraftOf(action: RuleAction): ActionDraft {
  const { account, accountType = 'ledger', dimensions = {}, text = '', split, exclude } = action;
  const base = { ...emptyAction(), accountType, account: account ?? '', dimensions, text };
  if (exclude !== undefined) return { ...base, does: 'exclude', why: exclude };
  if (split !== undefined) return { ...base, does: 'split', parts: split.map(partDraftOf) };
  return { ...base, does: account === undefined ? 'text' : 'account' };
}

function partDraftOf(part: RulePart): PartDraft {
  const { percent, amount, account, accountType = 'ledger', dimensions = {}, text = '' } = part;
  const share: Share = percent !== undefined ? 'percent' : amount !== undefined ? 'amount' : 'rest';
  return { ...newPart(share, percent ?? amount ?? ''), account, accountType, dimensions, text };
}

export type ActionProblem =
  | 'noAccount'
  | 'noReason'
  | 'nothing'
  | 'noShare'
  | 'tooMuch'
  | 'tooLittle'
  | 'twoRests'
  | 'noParts';
/** By `account`, `why`, `text`, `parts`, or the key of a part. */
export type ActionProblems = ReadonlyMap<string, ActionProblem>;

export function actionOf(draft: ActionDraft): { readonly action?: RuleAction; readonly problems: ActionProblems } {
  const problems = new Map<string, ActionProblem>();
  const action = documentOf(draft, problems);
  return problems.size === 0 ? { action, problems } : { problems };
}

function documentOf(draft: ActionDraft, problems: Map<string, ActionProblem>): RuleAction {
  const text = draft.text.trim();
  const common = { ...dimensionsOf(draft), ...(text === '' ? {} : { text }) };
  switch (draft.does) {
    case 'exclude':
      if (draft.why.trim() === '') problems.set('why', 'noReason');
      return { exclude: draft.why.trim() };
    case 'split':
      return { split: splitOf(draft.parts, problems), ...common };
    case 'text':
      if (Object.keys(common).length === 0) problems.set('text', 'nothing');
      return common;
    case 'account':
      if (draft.account === '') problems.set('account', 'noAccount');
      return { account: draft.account, ...typeOf(draft), ...common };
  }
}

function splitOf(parts: readonly PartDraft[], problems: Map<string, ActionProblem>): RulePart[] {
  if (parts.length === 0) problems.set('parts', 'noParts');
  const rests = parts.filter(({ share }) => share === 'rest').length;
  if (rests > 1) problems.set('parts', 'twoRests');
  let percents = 0n;
  const made = parts.map((part): RulePart => {
    if (part.account === '') problems.set(part.key, 'noAccount');
    const text = part.text.trim();
    const target = { account: part.account, ...typeOf(part), ...dimensionsOf(part), ...(text === '' ? {} : { text }) };
    if (part.share === 'rest') return { rest: true, ...target };
    const value = decimalOf(part.value.replace('%', ''));
    const weight = part.share === 'percent' && value !== undefined ? weightOf(value) : 0n;
    if (value === undefined || weight === undefined) problems.set(part.key, 'noShare');
    percents += weight ?? 0n;
    return part.share === 'percent' ? { percent: value ?? '', ...target } : { amount: value ?? '', ...target };
  });
  if (percents > ALL) problems.set('parts', 'tooMuch');
  else if (rests === 0 && percents > 0n && percents < ALL) problems.set('parts', 'tooLittle');
  return made;
}

const ALL = 100_000_000n;

/** A percentage in millionths of a percent; undefined when it is none. */
function weightOf(text: string): bigint | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) return undefined;
  const weight = BigInt((match[1] ?? '') + (match[2] ?? '').padEnd(6, '0'));
  return weight <= ALL ? weight : undefined;
}

function typeOf({ accountType }: Target): { accountType?: AccountType } {
  return accountType === 'ledger' ? {} : { accountType };
}

function dimensionsOf({ dimensions }: Target): { dimensions?: Record<string, string> } {
  const said = Object.fromEntries(Object.entries(dimensions).filter(([, value]) => value !== ''));
  return Object.keys(said).length === 0 ? {} : { dimensions: said };
}
