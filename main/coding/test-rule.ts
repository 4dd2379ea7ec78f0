import type { CalendarDate } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Money } from '../core/money.ts';
import { type ActiveRule, type Coding, codeLine } from './code-line.ts';
import type { CodingContext } from './context.ts';
import { loadLines } from './line.ts';
import { activeRuleOf, listRules, readRule } from './rules.ts';
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
  readonly examples: ReadonlyArray<{
    readonly lineId: number;
    readonly date: CalendarDate;
    readonly text: string;
    /** Positive = money into the account. */
    readonly amount: Money;
    readonly before: string;
    readonly after: string;
  }>;
};

const MOST_EXAMPLES = 50;

/**
 * Tries a rule on the newest lines without changing anything. A rule of the same name is tried in its place, a new one
 * after the others.
 * @throws DaybookError `setup_invalid` when the rule cannot be read
 */
export async function testRule(
  context: CodingContext,
  value: unknown,
  options: { readonly limit?: number } = {},
): Promise<RuleTest> {
  const tried = activeRuleOf('tried', readRule(value));
  const run = await startRun(context);
  const stored = (await listRules(context.store.read)).filter(
    (rule) => rule.document.enabled || rule.document.name === tried.name,
  );
  const before = stored.filter((rule) => rule.document.enabled).map((rule) => activeRuleOf(rule.id, rule.document));
  const inPlace = stored.some((rule) => rule.document.name === tried.name);
  const after: ActiveRule[] = [
    ...stored.map((rule) => (rule.document.name === tried.name ? tried : activeRuleOf(rule.id, rule.document))),
    ...(inPlace ? [] : [tried]),
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
  const examples: Array<RuleTest['examples'][number]> = [];
  for (let start = 0; start < rows.length; start += 500) {
    const ids = rows.slice(start, start + 500).map((row) => Number(row.id));
    for (const line of await loadLines(context.store.read, ids)) {
      const mapping = run.byAccount.get(line.feedAccountId);
      if (!mapping) continue;
      counts.lines += 1;
      const was = codeLine(line, mapping, before, run.model);
      const will = codeLine(line, mapping, after, run.model);
      counts.before[kindOf(was)] += 1;
      counts.after[kindOf(will)] += 1;
      if (tried.matches(line)) {
        counts.matches += 1;
        if (will.ruleId !== tried.id) counts.taken += 1;
      }
      if (canonicalJson(contentOf(was)) === canonicalJson(contentOf(will))) continue;
      counts.changes += 1;
      if (examples.length < MOST_EXAMPLES)
        examples.push({
          lineId: line.id,
          date: line.date,
          text: will.text,
          amount: line.amount,
          before: describe(was),
          after: describe(will),
        });
    }
  }
  return { ...counts, examples };
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

function describe(coding: Coding): string {
  if (coding.exclude !== null) return `excluded: ${coding.exclude.why}`;
  return coding.offsets.map((offset) => offset.account ?? 'no account').join(' + ');
}
