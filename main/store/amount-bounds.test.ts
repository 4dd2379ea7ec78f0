import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { amountCompares } from './amount-bounds.ts';
import { wordsOccur } from './text-search.ts';
import { totalsOfAmounts } from './totals.ts';

let workspace: TempWorkspace;
beforeEach(async () => {
  workspace = await tempWorkspace();
});
afterEach(() => workspace.close());

async function holds(minor: bigint, currency: string, operator: '>=' | '<=', bound: string): Promise<boolean> {
  const { rows } = await sql<{ holds: bigint }>`SELECT ${amountCompares('amount', operator, bound)} AS holds
    FROM (SELECT ${minor} AS amount_minor, ${currency} AS currency) AS amount`.execute(workspace.store.read);
  return rows[0]?.holds === 1n;
}

test.each([
  [10_000n, 'USD', '>=', '100', true],
  [9_999n, 'USD', '>=', '100', false],
  [-10_000n, 'USD', '>=', '100.00', true],
  [100n, 'JPY', '>=', '100', true],
  [99n, 'JPY', '>=', '99.5', false],
  [100_000n, 'KWD', '<=', '100', true],
  [100_001n, 'KWD', '<=', '100', false],
  [10_000n, 'USD', '<=', '-100', true],
] as const)('%s minor units of %s are %s %s: %s', async (minor, currency, operator, bound, expected) => {
  expect(await holds(minor, currency, operator, bound)).toBe(expected);
});

test.each([
  ['rent', true],
  ['RENT march', true],
  ['rent april', false],
  ['april|march', true],
  ['100%', true],
  ['1__%', false],
  ['a\\b', true],
  ['|', true],
])('searching %j in "Rent March 100%% a\\b": %s', async (search, expected) => {
  const { rows } = await sql<{
    found: bigint;
  }>`SELECT count(*) AS found FROM (SELECT ${'Rent March 100% a\\b'} AS text) AS t
    WHERE ${sql.join(wordsOccur(search, ['t.text']), sql` AND `)}`.execute(workspace.store.read);
  expect(rows[0]?.found === 1n).toBe(expected);
});

test('totals never mix currencies', () => {
  expect(
    totalsOfAmounts([
      { minor: 100n, currency: 'USD' },
      { minor: -30n, currency: 'USD' },
      { minor: -7n, currency: 'EUR' },
    ]),
  ).toEqual([
    { currency: 'EUR', count: 1, debitMinor: 0n, creditMinor: 7n },
    { currency: 'USD', count: 2, debitMinor: 100n, creditMinor: 30n },
  ]);
});
