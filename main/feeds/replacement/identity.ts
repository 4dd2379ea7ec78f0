import type { Writer } from '../../store/store.ts';

/** What a provider says of an account, as against what is ours: its id, mapping, lines, opening balance. */
const IDENTITY = [
  'feed_id',
  'provider_account_id',
  'persistent_account_id',
  'name',
  'official_name',
  'mask',
  'type',
  'subtype',
  'currency',
  'unofficial_currency',
  'verification_status',
  'holder_category',
  'search',
  'last_seen_at',
] as const;

/** Two accounts change identities: what the provider tells of the one is the other's from now on. */
export async function swapIdentities(trx: Writer, a: string, b: string): Promise<void> {
  const read = (id: string) =>
    trx.selectFrom('feed_account').select(IDENTITY).where('id', '=', id).executeTakeFirstOrThrow();
  const [ofA, ofB] = [await read(a), await read(b)];
  const write = (id: string, values: typeof ofA) =>
    trx.updateTable('feed_account').set(values).where('id', '=', id).execute();
  // Both ids are unique in their feed: one must step aside for a moment.
  await write(b, { ...ofB, provider_account_id: `${ofB.provider_account_id} (steps aside for ${a})` });
  await write(a, ofB);
  await write(b, ofA);
}
