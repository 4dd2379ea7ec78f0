import type { Selectable } from 'kysely';
import type { DigestTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type DigestRow = Selectable<DigestTable>;

export async function insertDigest(trx: Writer, digest: DigestRow): Promise<void> {
  await trx.insertInto('digest').values(digest).execute();
}

/** The newest one; null while there is none. */
export async function latestDigest(db: Reader): Promise<DigestRow | null> {
  const row = await db.selectFrom('digest').selectAll().orderBy('until_at', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

/** Entries that the ledger confirmed after an instant and up to another one. */
export async function confirmedBetween(db: Reader, after: string, until: string): Promise<number> {
  const { count } = await db
    .selectFrom('posting')
    .select((expression) => expression.fn.countAll<bigint>().as('count'))
    .where('state', '=', 'posted')
    .where('confirmed_at', '>', after)
    .where('confirmed_at', '<=', until)
    .executeTakeFirstOrThrow();
  return Number(count);
}
