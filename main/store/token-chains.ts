import type { Selectable } from 'kysely';
import type { TokenChainTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export function tokenChainRow(from: Reader, name: string): Promise<Selectable<TokenChainTable> | undefined> {
  return from.selectFrom('token_chain').selectAll().where('name', '=', name).executeTakeFirst();
}

export async function deleteTokenChain(trx: Writer, name: string): Promise<void> {
  await trx.deleteFrom('token_chain').where('name', '=', name).execute();
}

export async function writeTokenChain(
  trx: Writer,
  name: string,
  change: { readonly begun_at: string | null; readonly saved_at?: string },
): Promise<void> {
  await trx
    .insertInto('token_chain')
    .values({ name, ...change })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(change))
    .execute();
}
