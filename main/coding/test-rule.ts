import type { CalendarDate } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { yieldToOthers } from '../core/clock.ts';
import { formatAmount, type Money } from '../core/money.ts';
import { type ActiveRule, type Coding, codeLine, lineTextOf } from './code-line.ts';
import type { CodingContext } from './context.ts';
import { loadLines } from './line.ts';
import { activeRuleOf, listRules, readRule, type StoredRule } from './rules.ts';
import { startRun } from './run.ts';

/** How lines are coded: where each one's coding comes from. */
export type CodingCounts = {
  readonly rule: number;
  readonly default: number;
  readonly suggestion: number;
  readonly none: number;
  readonly excluded: number;
};

export type RuleTest = {
  /** Lines looked at: the newest of the mapped accounts, history before the start date included. */
  readonly lines: number;
  /** Lines that meet the rule's conditions. */
  readonly matches: number;
  /** Lines that an earlier rule takes first. */
  readonly taken: number;
  /** Lines whose coding would be another. */
  readonly changes: number;
  readonly before: CodingCounts;
  readonly after: CodingCounts;
  /** Lines whose coding would be another, the newest first. */
  readonly examples: readonly TriedLine[];
  /** Lines that meet the conditions and stay as they are. */
  readonly others: readonly TriedLine[];
};

export type TriedLine = {
  readonly lineId: number;
  readonly date: CalendarDate;
  readonly counterparty: string | null;
  readonly text: string;
  /** Positive = money into the account. */
  readonly amount: Money;
  /** Accounts; beside them dimensions and text, where they are what changes. */
  readonly before: string;
  readonly after: string;
  /** Name of the earlier rule that takes the line first. */
  readonly takenBy: string | null;
};

const MOST_EXAMPLES = 50;
const PAGE = 500;

/**
 * Tries a rule on the newest lines without changing anything. A rule of the same name is tried in its place, a new one
 * after the others.
 * @throws DaybookError `setup_invalid` when the rule cannot be read
 */
export async function testRule(
  context: CodingContext,
  value: unknown,
  options: {
    readonly limit?: number;
    /** The stored rule in whose place it is tried, when it may have another name now. */
    readonly id?: string;
    readonly stop?: AbortSignal;
    readonly progress?: (done: number, total: number) => void;
  } = {},
): Promise<RuleTest> {
  const tried = activeRuleOf('tried', readRule(value));
  const run = await startRun(context);
  const all = await listRules(context.store.read);
  const isTried = (rule: StoredRule) =>
    options.id === undefined ? rule.document.name === tried.name : rule.id === options.id;
  const before = all.filter((rule) => rule.document.enabled).map((rule) => activeRuleOf(rule.id, rule.document));
  const after: ActiveRule[] = [
    ...all
      .filter((rule) => rule.document.enabled || isTried(rule))
      .map((rule) => (isTried(rule) ? tried : activeRuleOf(rule.id, rule.document))),
    ...(all.some(isTried) ? [] : [tried]),
  ];
  const rows = await context.store.read
    .selectFrom('statement_line')
    .select('id')
    .where('feed_account_id', 'in', [...run.byAccount.keys()])
    .where('state', '!=', 'removed')
    .orderBy('date', 'desc')
    .orderBy('id', 'desc')
    .limit(options.limit ?? 10_000)
    .execute();
  const counts = { lines: 0, matches: 0, taken: 0, changes: 0, before: noCounts(), after: noCounts() };
  const examples: TriedLine[] = [];
  const others: TriedLine[] = [];
  for (let start = 0; start < rows.length; start += PAGE) {
    options.stop?.throwIfAborted();
    options.progress?.(start, rows.length);
    const ids = rows.slice(start, start + PAGE).map((row) => Number(row.id));
    const lines = new Map((await loadLines(context.store.read, ids)).map((line) => [line.id, line]));
    for (const id of ids) {
      const line = lines.get(id);
      const mapping = line && run.byAccount.get(line.feedAccountId);
      if (!line || !mapping) continue;
      counts.lines += 1;
      const was = codeLine(line, mapping, before, run.model);
      const will = codeLine(line, mapping, after, run.model);
      counts.before[kindOf(was)] += 1;
      counts.after[kindOf(will)] += 1;
      const takes = tried.matches(line);
      const first = takes ? after.find((rule) => rule.matches(line)) : undefined;
      const taker = first === tried ? undefined : first;
      if (takes) counts.matches += 1;
      if (taker) counts.taken += 1;
      const changes = canonicalJson(contentOf(was)) !== canonicalJson(contentOf(will));
      if (changes) counts.changes += 1;
      const shown = changes ? examples : takes ? others : null;
      if (shown && shown.length < MOST_EXAMPLES)
        shown.push({
          ...{ lineId: line.id, date: line.date, counterparty: line.counterparty, text: lineTextOf(line) },
          ...{ amount: line.amount, takenBy: taker?.name ?? null },
          ...wordsOf(was, will),
        });
    }
    await yieldToOthers();
  }
  return { ...counts, examples, others };
}

function noCounts() {
  return { rule: 0, default: 0, suggestion: 0, none: 0, excluded: 0 };
}

function kindOf(coding: Coding): keyof CodingCounts {
  if (coding.exclude !== null) return 'excluded';
  return coding.codedBy === 'rule' || coding.codedBy === 'default' || coding.codedBy === 'suggestion'
    ? coding.codedBy
    : 'none';
}

function contentOf({ text, offsets, exclude }: Coding) {
  return { text, offsets, exclude: exclude?.why };
}

/** Both codings in the same words: accounts, and dimensions and text only where these are what differs. */
function wordsOf(was: Coding, will: Coding): { before: string; after: string } {
  const dimensions = (coding: Coding) =>
    coding.offsets
      .map((offset) =>
        Object.values(offset.dimensions)
          .filter((value) => value !== '')
          .join(' '),
      )
      .join(' + ');
  const moreOf = [
    (coding: Coding) => (dimensions(was) === dimensions(will) ? '' : dimensions(coding)),
    (coding: Coding) => (was.text === will.text ? '' : `“${coding.text}”`),
  ];
  const words = (coding: Coding) =>
    coding.exclude !== null
      ? `excluded: ${coding.exclude.why}`
      : [accountsOf(coding), ...moreOf.map((more) => more(coding))].filter((part) => part !== '').join(' · ');
  return { before: words(was), after: words(will) };
}

function accountsOf({ offsets }: Coding): string {
  if (offsets.length === 0) return 'no account';
  const split = offsets.length > 1;
  return offsets
    .map(({ account, amount }) => `${account ?? 'no account'}${split ? ` ${formatAmount(amount)}` : ''}`)
    .join(' + ');
}
