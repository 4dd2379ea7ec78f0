import { gunzipSync } from 'node:zlib';
import type { CalendarDate, Instant } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import { statementFileContext } from '../../vault/contexts.ts';
import type { FeedContext } from '../open-feed.ts';
import { type Chain, chainOf } from './chain.ts';
import { knownStatements } from './known.ts';

export type StatementFileView = {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly size: number;
  readonly importedAt: Instant;
  readonly importedBy: string;
  readonly undoneAt: Instant | null;
  readonly accounts: ReadonlyArray<{
    readonly feedAccountId: string;
    readonly name: string;
    readonly last4: string | null;
  }>;
  readonly from: CalendarDate | null;
  readonly to: CalendarDate | null;
  readonly statements: number;
  readonly lines: number;
};

/** Files that came, the newest first. */
export async function listFiles(db: Reader, limit = 200): Promise<StatementFileView[]> {
  const files = await db
    .selectFrom('statement_file')
    .select(['id', 'name', 'format', 'size', 'imported_at', 'imported_by', 'undone_at'])
    .orderBy('imported_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return Promise.all(
    files.map(async (file) => {
      const statements = await db
        .selectFrom('bank_statement')
        .innerJoin('feed_account', 'feed_account.id', 'bank_statement.feed_account_id')
        .select(['bank_statement.id', 'from_date', 'to_date', 'feed_account_id', 'name', 'number_last4'])
        .where('file_id', '=', file.id)
        .execute();
      const { lines } = await db
        .selectFrom('bank_statement_row')
        .innerJoin('bank_statement', 'bank_statement.id', 'bank_statement_row.statement_id')
        .select(({ fn }) => fn.countAll<bigint>().as('lines'))
        .where('bank_statement.file_id', '=', file.id)
        .executeTakeFirstOrThrow();
      const byAccount = new Map(statements.map((one) => [one.feed_account_id, one]));
      return {
        id: file.id,
        name: file.name,
        format: file.format,
        size: Number(file.size),
        importedAt: file.imported_at,
        importedBy: file.imported_by,
        undoneAt: file.undone_at,
        accounts: [...byAccount].map(([feedAccountId, { name, number_last4 }]) => ({
          feedAccountId,
          name,
          last4: number_last4,
        })),
        from:
          statements
            .map((one) => one.from_date)
            .filter((day) => day !== null)
            .sort()[0] ?? null,
        to:
          statements
            .map((one) => one.to_date)
            .filter((day) => day !== null)
            .sort()
            .at(-1) ?? null,
        statements: statements.length,
        lines: Number(lines),
      };
    }),
  );
}

/** The file as it came. @throws DaybookError `not_found`, `vault_locked` */
export async function originalFile(
  { store, vault }: FeedContext,
  fileId: string,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const file = await store.read.selectFrom('statement_file').selectAll().where('id', '=', fileId).executeTakeFirst();
  if (file === undefined) throw new DaybookError('not_found', `There is no statement file ${fileId}.`);
  const opened = vault.cipher.decrypt(file.raw_sealed, statementFileContext(fileId));
  return { name: file.name, bytes: gunzipSync(Buffer.from(opened, 'base64')) };
}

/** The chain of an account's statements; null for an account that no file fed. */
export async function accountChain(db: Reader, feedAccountId: string): Promise<Chain | null> {
  const { links } = await knownStatements(db, feedAccountId);
  return links.length === 0 ? null : chainOf(links);
}
