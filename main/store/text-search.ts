import { type Expression, type SqlBool, sql } from 'kysely';

/**
 * Words of a search: all must occur, `a|b` finds either. Each word is looked for in every column; case does not count
 * for plain letters.
 */
export function wordsOccur(text: string, columns: readonly string[]): Expression<SqlBool>[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    const alternatives = word.split('|').filter((part) => part !== '');
    const tests = alternatives.flatMap((part) => {
      const pattern = `%${part.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
      return columns.map((column) => sql<SqlBool>`coalesce(${sql.ref(column)}, '') like ${pattern} escape '\\'`);
    });
    return tests.length === 0 ? sql<SqlBool>`1` : sql<SqlBool>`(${sql.join(tests, sql` or `)})`;
  });
}
