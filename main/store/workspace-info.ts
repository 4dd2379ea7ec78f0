import { sql } from 'kysely';
import type { Reader, Writer } from './store.ts';

export type WorkspaceInfo = {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  /** IANA zone in which "today" is decided. */
  readonly timeZone: string;
  readonly locale: string;
  readonly practice: boolean;
};

export async function readWorkspace(db: Reader | Writer): Promise<WorkspaceInfo> {
  const row = await db.selectFrom('workspace').selectAll().executeTakeFirstOrThrow();
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    timeZone: row.time_zone,
    locale: row.locale,
    practice: row.practice === 1n,
  };
}

export async function saveWorkspace(
  trx: Writer,
  change: { readonly name?: string; readonly timeZone?: string; readonly locale?: string },
): Promise<void> {
  const set = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
    ...(change.locale === undefined ? {} : { locale: change.locale }),
  };
  if (Object.keys(set).length > 0) await trx.updateTable('workspace').set(set).execute();
}

/** Versions of SQLite and of the workspace file's schema. */
export async function readVersions(db: Reader): Promise<{ sqlite: string; schema: number }> {
  const { rows } = await sql<{ sqlite: string; schema: bigint }>`
    SELECT sqlite_version() AS sqlite, user_version AS schema FROM pragma_user_version`.execute(db);
  const [row] = rows;
  return { sqlite: row?.sqlite ?? '', schema: Number(row?.schema ?? 0n) };
}

/** A number that changes whenever anybody, in any process, has written to the file since it was last asked. */
export async function dataVersion(db: Reader): Promise<bigint> {
  const { rows } = await sql<{ version: bigint }>`SELECT data_version AS version FROM pragma_data_version`.execute(db);
  return rows[0]?.version ?? 0n;
}
