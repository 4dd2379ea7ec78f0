import type { Selectable } from 'kysely';
import type { VaultKeyTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type VaultKeyRow = Selectable<VaultKeyTable>;

export type SealedSecret = { readonly owner: string; readonly name: string; readonly sealed: Uint8Array };

/** All keys, oldest first. The one in use has no `retired_at`. */
export function vaultKeys(from: Reader): Promise<VaultKeyRow[]> {
  return from.selectFrom('vault_key').selectAll().orderBy('created_at').orderBy('id').execute();
}

export async function insertVaultKey(trx: Writer, key: Omit<VaultKeyRow, 'retired_at'>): Promise<void> {
  await trx.insertInto('vault_key').values(key).execute();
}

export async function retireVaultKey(trx: Writer, id: string, at: string): Promise<void> {
  await trx.updateTable('vault_key').set({ retired_at: at }).where('id', '=', id).execute();
}

export async function resealVaultKey(
  trx: Writer,
  id: string,
  key: Pick<VaultKeyRow, 'protection_json' | 'sealed_key'>,
): Promise<void> {
  await trx.updateTable('vault_key').set(key).where('id', '=', id).execute();
}

export async function sealedSecret(from: Reader, owner: string, name: string): Promise<Uint8Array | undefined> {
  const row = await from
    .selectFrom('secret')
    .select('sealed')
    .where('owner', '=', owner)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.sealed;
}

export function sealedSecrets(from: Reader): Promise<SealedSecret[]> {
  return from.selectFrom('secret').select(['owner', 'name', 'sealed']).execute();
}

export async function secretNames(from: Reader, owner: string): Promise<string[]> {
  const rows = await from.selectFrom('secret').select('name').where('owner', '=', owner).orderBy('name').execute();
  return rows.map((row) => row.name);
}

export async function saveSecret(trx: Writer, secret: SealedSecret, keyId: string, at: string): Promise<void> {
  const row = { sealed: secret.sealed, key_id: keyId, updated_at: at };
  await trx
    .insertInto('secret')
    .values({ owner: secret.owner, name: secret.name, ...row })
    .onConflict((conflict) => conflict.columns(['owner', 'name']).doUpdateSet(row))
    .execute();
}

/** True when there was one. */
export async function deleteSecret(trx: Writer, owner: string, name: string): Promise<boolean> {
  const result = await trx.deleteFrom('secret').where('owner', '=', owner).where('name', '=', name).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function sealedAccountNumbers(from: Reader): Promise<{ id: string; sealed: Uint8Array }[]> {
  const rows = await from
    .selectFrom('feed_account')
    .select(['id', 'number_sealed'])
    .where('number_sealed', 'is not', null)
    .execute();
  return rows.flatMap(({ id, number_sealed }) => (number_sealed === null ? [] : [{ id, sealed: number_sealed }]));
}

export async function resealAccountNumber(trx: Writer, id: string, sealed: Uint8Array): Promise<void> {
  await trx.updateTable('feed_account').set({ number_sealed: sealed }).where('id', '=', id).execute();
}

export async function sealedStatementFileIds(from: Reader): Promise<string[]> {
  return (await from.selectFrom('statement_file').select('id').execute()).map(({ id }) => id);
}

/** One at a time: a file is megabytes. */
export async function sealedStatementFile(from: Reader, id: string): Promise<Uint8Array> {
  const { raw_sealed } = await from
    .selectFrom('statement_file')
    .select('raw_sealed')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return raw_sealed;
}

export async function resealStatementFile(trx: Writer, id: string, raw_sealed: Uint8Array): Promise<void> {
  await trx.updateTable('statement_file').set({ raw_sealed }).where('id', '=', id).execute();
}

/** Environment of the connection that an owner (`connection:ID`, `feed:ID`) belongs to; undefined for any other. */
export async function environmentOfOwner(from: Reader, owner: string): Promise<string | undefined> {
  const [kind, id = ''] = owner.split(':', 2);
  const connection = from.selectFrom('connection').select('environment');
  if (kind === 'connection') return (await connection.where('id', '=', id).executeTakeFirst())?.environment;
  const ofFeed = from
    .selectFrom('feed')
    .select('connection_id')
    .where('id', '=', kind === 'feed' ? id : '');
  return (await connection.where('id', '=', ofFeed).executeTakeFirst())?.environment;
}
