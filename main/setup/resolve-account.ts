import { DaybookError } from '../core/errors.ts';
import type { FeedAccountDocument } from './document.ts';
import type { SetupContext } from './ports.ts';

export type ResolvedAccount = { readonly id: string; readonly label: string };

/**
 * The one feed account that is meant.
 * @throws DaybookError `setup_invalid`: none, with those that are there; or several, with what tells them apart
 */
export async function resolveAccount(
  { store }: Pick<SetupContext, 'store'>,
  wanted: FeedAccountDocument,
): Promise<ResolvedAccount> {
  const rows = await store.read
    .selectFrom('feed_account as account')
    .innerJoin('feed', 'feed.id', 'account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select([
      'account.id',
      'account.provider_account_id',
      'account.reference_account_id',
      'account.name',
      'account.official_name',
      'account.mask',
      'account.closed_at',
      'feed.institution_name',
      'connection.name as connection',
    ])
    .where('account.replaced_by', 'is', null)
    .orderBy('account.name')
    .orderBy('account.id')
    .execute();
  const same = (a: string | null, b: string) => a?.trim().toLowerCase() === b.toLowerCase();
  const found = rows.filter(
    (row) =>
      (wanted.id === undefined || [row.id, row.provider_account_id, row.reference_account_id].includes(wanted.id)) &&
      (wanted.mask === undefined || row.mask === wanted.mask) &&
      (wanted.name === undefined || same(row.name, wanted.name) || same(row.official_name, wanted.name)) &&
      (wanted.bank === undefined || same(row.institution_name, wanted.bank)) &&
      (wanted.connection === undefined || row.connection === wanted.connection),
  );
  // An account that the bank no longer lists is meant only where no other fits.
  const open = found.filter((row) => row.closed_at === null);
  const candidates = open.length > 0 ? open : found;
  const label = (row: (typeof rows)[number]) =>
    `"${row.name}" ${row.mask ?? ''} at ${row.institution_name ?? row.connection}`.replace(/ +/g, ' ');
  const [first, ...others] = candidates;
  if (first && others.length === 0) return { id: first.id, label: label(first) };
  if (!first)
    throw new DaybookError(
      'setup_invalid',
      rows.length === 0
        ? 'No bank account is known yet. Link a bank first, then apply the document again.'
        : `No bank account fits. Known are ${rows.map(label).join(', ')}.`,
      { path: 'feedAccount' },
    );
  throw new DaybookError(
    'setup_invalid',
    `Several bank accounts fit: ${candidates.map((row) => `${label(row)} (id ${row.id}, connection "${row.connection}")`).join(', ')}. Add "name", "bank", "connection" or "id".`,
    { path: 'feedAccount' },
  );
}
