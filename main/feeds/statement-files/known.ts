import type { Reader } from '../../store/store.ts';
import type { Link } from './chain.ts';
import type { KnownRow, KnownStatement } from './match-rows.ts';

/** The statements of an account that are here (not taken back), in the order in which they came, each in both views. */
export type KnownStatements = { readonly statements: readonly KnownStatement[]; readonly links: readonly Link[] };

/** `without`: as if this file had not come. */
export async function knownStatements(db: Reader, feedAccountId: string, without?: string): Promise<KnownStatements> {
  const heads = await db
    .selectFrom('bank_statement')
    .innerJoin('statement_file', 'statement_file.id', 'bank_statement.file_id')
    .selectAll('bank_statement')
    .select('statement_file.format')
    .where('bank_statement.feed_account_id', '=', feedAccountId)
    .where('statement_file.undone_at', 'is', null)
    .$if(without !== undefined, (query) => query.where('bank_statement.file_id', '<>', without ?? ''))
    .orderBy('bank_statement.id')
    .execute();
  const rows = await db
    .selectFrom('bank_statement_row')
    .innerJoin('bank_statement', 'bank_statement.id', 'bank_statement_row.statement_id')
    .innerJoin('statement_file', 'statement_file.id', 'bank_statement.file_id')
    .selectAll('bank_statement_row')
    .where('bank_statement.feed_account_id', '=', feedAccountId)
    .where('statement_file.undone_at', 'is', null)
    .orderBy('bank_statement_row.statement_id')
    .orderBy('bank_statement_row.position')
    .execute();
  const byStatement = Map.groupBy(rows, (row) => row.statement_id);
  const parts = heads.map((head) => ({ head, rows: byStatement.get(head.id) ?? [] }));
  return {
    statements: parts.map(({ head, rows: of }) => ({
      format: head.format,
      rows: of.flatMap(({ line_id, ...row }): KnownRow[] =>
        line_id === null
          ? []
          : [
              {
                lineId: line_id,
                date: row.date,
                minor: row.amount_minor,
                balance: row.balance_minor,
                reference: row.reference,
              },
            ],
      ),
    })),
    links: parts.map(({ head, rows: of }) => ({
      from: head.from_date,
      to: head.to_date,
      opening: head.opening_minor,
      closing: head.closing_minor,
      // A row without a line counts in its statement as itself.
      lines: of.map((row) => ({
        key: row.line_id === null ? `${head.id}/${row.position}` : String(row.line_id),
        minor: row.amount_minor,
      })),
    })),
  };
}
