import { CompiledQuery } from 'kysely';
import { yieldToOthers } from '../core/clock.ts';
import type { Tables } from './schema.ts';
import type { Writer } from './store.ts';

/** Rows a statement, and then others get their turn. Larger ones gain nothing; SQLite admits 32,766 variables. */
const ROWS_PER_STATEMENT = 200;

type Column<T extends keyof Tables> = keyof Tables[T] & string;
/** Values in the order of the columns. */
type Values = ReadonlyArray<string | number | bigint | null>;

/**
 * Inserts many rows. The statement's text depends only on the number of rows, so it is not built anew for each row as
 * the query builder would; that is what makes a first run over 100,000 lines quick.
 */
export async function insertRows<T extends keyof Tables & string>(
  trx: Writer,
  table: T,
  columns: ReadonlyArray<Column<T>>,
  rows: readonly Values[],
): Promise<void> {
  for (const page of pages(rows)) {
    await trx.executeQuery(
      CompiledQuery.raw(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples(columns.length, page.length)}`, [
        ...page.flat(),
      ]),
    );
    if (rows.length > page.length) await yieldToOthers();
  }
}

/** Updates many rows by their text key, which comes first in each row, before the values of `columns`. */
export async function updateRows<T extends keyof Tables & string>(
  trx: Writer,
  table: T,
  key: Column<T>,
  columns: ReadonlyArray<Column<T>>,
  rows: readonly Values[],
): Promise<void> {
  const set = columns.map((column) => `${column} = new.${column}`).join(', ');
  const names = ['key', ...columns].join(', ');
  for (const page of pages(rows)) {
    await trx.executeQuery(
      CompiledQuery.raw(
        `WITH new (${names}) AS (VALUES ${tuples(columns.length + 1, page.length)})
        UPDATE ${table} SET ${set} FROM new WHERE ${table}.${key} = new.key`,
        [...page.flat()],
      ),
    );
    if (rows.length > page.length) await yieldToOthers();
  }
}

function tuples(columns: number, rows: number): string {
  const one = `(${Array(columns).fill('?').join(', ')})`;
  return Array(rows).fill(one).join(', ');
}

function* pages(rows: readonly Values[]): Generator<readonly Values[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    yield rows.slice(start, start + ROWS_PER_STATEMENT);
}
