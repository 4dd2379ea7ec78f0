import fc from 'fast-check';
import { expect, test } from 'vitest';
import { feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aLine, aPage, removal } from '../../test/support/scripted-bank.ts';
import type { LinePage, StatementLineRecord } from '../connectors/capabilities.ts';

/** What one bank did between two syncs: pending lines that were booked, amended, withdrawn; each with its outcome. */
type Fate = 'stays pending' | 'booked anew' | 'booked in place' | 'withdrawn' | 'only booked';
const fates = fc.array(
  fc.constantFrom<Fate>('stays pending', 'booked anew', 'booked in place', 'withdrawn', 'only booked'),
  {
    minLength: 1,
    maxLength: 8,
  },
);

/** The changes of the second sync, in no order: this is all that the provider promises. */
function changesOf(list: readonly Fate[]): Array<{ line?: StatementLineRecord; removed?: string }> {
  return list.flatMap((fate, index) => CHANGES[fate](index));
}

const CHANGES: Record<Fate, (index: number) => Array<{ line?: StatementLineRecord; removed?: string }>> = {
  'stays pending': () => [],
  'booked anew': (index) => [
    { line: aLine(`b${index}`, { replacesProviderLineId: `p${index}`, amount: '-3.00' }) },
    { removed: `p${index}` },
  ],
  'booked in place': (index) => [{ line: aLine(`p${index}`, { amount: '-4.00' }) }],
  withdrawn: (index) => [{ removed: `p${index}` }],
  'only booked': (index) => [{ line: aLine(`x${index}`, { amount: '-5.00' }) }],
};

type Plan = {
  readonly order: readonly number[];
  readonly splits: readonly number[];
  readonly again: readonly number[];
};
const plan = fc.record({
  order: fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }),
  splits: fc.array(fc.nat(40), { maxLength: 5 }),
  again: fc.array(fc.nat(40), { maxLength: 5 }),
});

/** The same changes in another order, some of them twice, cut into pages anywhere. */
function pagesOf(list: readonly Fate[], { order, splits, again }: Plan): LinePage[] {
  const changes = changesOf(list);
  const doubled = [...changes, ...again.flatMap((index) => changes[index] ?? [])];
  const mixed = doubled
    .map((change, index) => ({ change, key: order[index % order.length] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ change }) => change);
  const cuts = [...new Set([0, ...splits.map((split) => Math.min(split, mixed.length)), mixed.length])].sort(
    (a, b) => a - b,
  );
  return cuts.map((cut, index) => {
    const part = mixed.slice(cut, cuts[index + 1] ?? mixed.length);
    return aPage({
      lines: part.flatMap((change) => change.line ?? []),
      removed: part.flatMap((change) => (change.removed === undefined ? [] : [removal(change.removed)])),
      nextCursor: `s${index}`,
      hasMore: index < cuts.length - 1,
    });
  });
}

async function linesAfter(list: readonly Fate[], pages: readonly LinePage[]): Promise<string[]> {
  const at = await feedsWorkspace();
  try {
    const pending = list.flatMap((fate, index) =>
      fate === 'only booked' ? [] : [aLine(`p${index}`, { state: 'pending' })],
    );
    at.bank.says(null, aPage({ lines: pending, nextCursor: 'c1' }));
    await at.feeds.syncFeed(at.feedId);
    for (const [index, page] of pages.entries()) at.bank.says(index === 0 ? 'c1' : `s${index - 1}`, page);
    expect(await at.feeds.syncFeed(at.feedId)).toMatchObject({ outcome: 'applied' });
    const rows = await at.store.read.selectFrom('statement_line').selectAll().orderBy('provider_line_id').execute();
    const aliases = await at.store.read
      .selectFrom('statement_line_alias')
      .selectAll()
      .orderBy('provider_line_id')
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row.provider_line_id]));
    return [
      ...rows.map((row) => `${row.provider_line_id} ${row.state} ${row.amount_minor} r${row.revision}`),
      ...aliases.map((alias) => `${alias.provider_line_id} was ${byId.get(alias.line_id)}`),
    ];
  } finally {
    await at.close();
  }
}

function expected(list: readonly Fate[]): string[] {
  const lines: string[] = [];
  const aliases: string[] = [];
  for (const [index, fate] of list.entries()) {
    if (fate === 'stays pending') lines.push(`p${index} pending -1250 r1`);
    if (fate === 'booked anew') {
      lines.push(`b${index} booked -300 r2`);
      aliases.push(`p${index} was b${index}`);
    }
    if (fate === 'booked in place') lines.push(`p${index} booked -400 r2`);
    if (fate === 'withdrawn') lines.push(`p${index} removed -1250 r2`);
    if (fate === 'only booked') lines.push(`x${index} booked -500 r1`);
  }
  return [...lines.sort(), ...aliases.sort()];
}

test('the same changes give the same lines, in any order, on any pages, however often repeated', async () => {
  await fc.assert(
    fc.asyncProperty(fates, plan, async (list, how) => {
      expect(await linesAfter(list, pagesOf(list, how))).toEqual(expected(list));
    }),
    { numRuns: 25 },
  );
});
