import { expect, test } from 'vitest';
import type { Statement, StatementRow } from '../../statement-files/statement.ts';
import { balancesAfter, type KnownStatement, matchRows } from './match-rows.ts';

type Part = { readonly date?: string; readonly minor: bigint; readonly bankReference?: string | null };

const rows = (...parts: Part[]): StatementRow[] =>
  parts.map(({ date = '2026-03-02', minor, bankReference = null }, at) => ({
    ...{ line: at, date, minor, bankReference, valueDate: null, text: 'Text', bankText: null, counterparty: null },
    ...{ reference: null, checkNumber: null, code: null, payload: '{}' },
  }));
const statement = (opening: bigint | null, list: StatementRow[]): Pick<Statement, 'opening' | 'rows'> => ({
  opening: opening === null ? null : { minor: opening, date: '2026-03-01' },
  rows: list,
});
let ids = 0n;
const known = (of: Pick<Statement, 'opening' | 'rows'>, format = 'camt053'): KnownStatement => {
  const balances = balancesAfter(of);
  return {
    format,
    rows: of.rows.map(({ date, minor, bankReference }, at) => {
      ids += 1n;
      return { lineId: ids, date, minor, balance: balances[at] ?? null, reference: bankReference };
    }),
  };
};
const idsOf = (one: KnownStatement) => one.rows.map(({ lineId }) => lineId);

test('two equal movements of a day are two lines, and are found again as those two', () => {
  const coffee = statement(100n, rows({ minor: -3n }, { minor: -3n }));
  const here = known(coffee);
  expect(matchRows(coffee, 'mt940', [here])).toEqual(idsOf(here));
  expect(matchRows(coffee, 'mt940', [])).toEqual([null, null]);
});

test('an equal movement later the same day is a new one, because the balance after it is another', () => {
  const morning = known(statement(100n, rows({ minor: -3n })));
  const noon = statement(97n, rows({ minor: -3n }));
  expect(matchRows(noon, 'camt053', [morning])).toEqual([null]);
});

test('the same day in another order and another format is the same day', () => {
  const here = known(statement(100n, rows({ minor: -3n }, { minor: 10n }, { minor: 4n })));
  const other = statement(100n, rows({ minor: 4n }, { minor: -3n }, { minor: 10n }));
  const [a, b, c] = idsOf(here);
  expect(matchRows(other, 'mt940', [here])).toEqual([c, a, b]);
});

test('a reference of the bank finds its movement where the order of balances does not', () => {
  const here = known(statement(100n, rows({ minor: -3n, bankReference: 'A' }, { minor: -3n, bankReference: 'B' })));
  const other = statement(50n, rows({ minor: -3n, bankReference: 'B' }));
  expect(matchRows(other, 'camt053', [here], true)).toEqual([idsOf(here)[1]]);
  // The bank may use it again: with balances that differ, it is another movement until the chain says otherwise.
  expect(matchRows(other, 'camt053', [here])).toEqual([null]);
});

test('files without balances are matched by day and amount, and by reference where the format has one', () => {
  const here = known(statement(null, rows({ minor: 7n, bankReference: 'F1' })), 'ofx');
  expect(matchRows(statement(null, rows({ minor: 7n, bankReference: 'F2' })), 'ofx', [here])).toEqual([null]);
  expect(matchRows(statement(null, rows({ minor: 7n, bankReference: 'F1' })), 'ofx', [here])).toEqual(idsOf(here));
  expect(matchRows(statement(20n, rows({ minor: 7n, bankReference: 'X' })), 'mt940', [here])).toEqual(idsOf(here));
  expect(matchRows(statement(null, rows({ minor: 7n }, { minor: 7n })), 'qif', [here])).toEqual([...idsOf(here), null]);
});

test('another day or another amount is never the same movement', () => {
  const here = known(statement(100n, rows({ minor: -3n, bankReference: 'A' })));
  expect(matchRows(statement(100n, rows({ minor: -4n, bankReference: 'A' })), 'camt053', [here])).toEqual([null]);
  expect(matchRows(statement(100n, rows({ date: '2026-03-03', minor: -3n })), 'camt053', [here])).toEqual([null]);
});
