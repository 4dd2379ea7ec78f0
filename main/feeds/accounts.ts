import { record } from '../audit/trail.ts';
import type { FeedAccountRecord } from '../connectors/capabilities.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import { searchWords } from '../core/normalise.ts';
import type { Random } from '../core/random.ts';
import type { Writer } from '../store/store.ts';

type Ids = { readonly clock: Clock; readonly random: Random };

/**
 * Brings the accounts of a feed up to date with what the provider lists. An account that is no longer listed is
 * closed, never deleted: providers say nothing when an account is closed or its access is withdrawn.
 */
export async function saveAccounts(
  trx: Writer,
  ids: Ids,
  feedId: string,
  institution: string | null,
  listed: readonly FeedAccountRecord[],
): Promise<void> {
  const at = instantNow(ids.clock);
  const known = await trx.selectFrom('feed_account').selectAll().where('feed_id', '=', feedId).execute();
  const byProviderId = new Map(known.map((account) => [account.provider_account_id, account]));
  for (const account of listed) {
    const values = {
      ...columnsOf(account),
      search: searchOf(account, institution),
      last_seen_at: at,
      closed_at: null,
      // An identity that was put away and is shown again is an account of its own.
      replaced_by: null,
    };
    const existing = byProviderId.get(account.providerAccountId);
    if (existing) {
      await trx.updateTable('feed_account').set(values).where('id', '=', existing.id).execute();
      if (existing.closed_at !== null) await tell(trx, ids.clock, existing.id, 'feed_account.reopened', account.name);
      continue;
    }
    const id = newId('facc', ids);
    await trx
      .insertInto('feed_account')
      .values({
        id,
        feed_id: feedId,
        provider_account_id: account.providerAccountId,
        first_seen_at: at,
        ...values,
      })
      .execute();
    await tell(trx, ids.clock, id, 'feed_account.added', account.name);
  }
  const listedIds = new Set(listed.map((account) => account.providerAccountId));
  for (const account of known) {
    if (account.closed_at !== null || listedIds.has(account.provider_account_id)) continue;
    await trx.updateTable('feed_account').set({ closed_at: at }).where('id', '=', account.id).execute();
    await tell(trx, ids.clock, account.id, 'feed_account.closed', account.name);
  }
}

/**
 * Lines may come for an account that the provider does not list (closed the same day). Their account is made, closed
 * and named so, because no movement may be dropped for want of a place.
 * @returns our account ids by the provider's, for the whole feed.
 */
export async function ensureAccounts(
  trx: Writer,
  ids: Ids,
  feedId: string,
  spokenOf: readonly string[],
): Promise<Map<string, string>> {
  const known = await trx
    .selectFrom('feed_account')
    .select(['id', 'provider_account_id'])
    .where('feed_id', '=', feedId)
    .execute();
  const accounts = new Map(known.map((row) => [row.provider_account_id, row.id]));
  for (const providerAccountId of spokenOf) {
    if (accounts.has(providerAccountId)) continue;
    const id = newId('facc', ids);
    const at = instantNow(ids.clock);
    const name = 'Account the bank no longer lists';
    await trx
      .insertInto('feed_account')
      .values({
        id,
        feed_id: feedId,
        provider_account_id: providerAccountId,
        name,
        type: 'other',
        search: searchWords(name),
        first_seen_at: at,
        last_seen_at: at,
        closed_at: at,
      })
      .execute();
    await tell(trx, ids.clock, id, 'feed_account.added', name);
    accounts.set(providerAccountId, id);
  }
  return accounts;
}

function columnsOf(account: FeedAccountRecord) {
  return {
    persistent_account_id: account.persistentAccountId,
    name: account.name,
    official_name: account.officialName,
    mask: account.mask,
    type: account.type,
    subtype: account.subtype,
    currency: account.currency,
    unofficial_currency: account.unofficialCurrency,
    verification_status: account.verificationStatus,
    holder_category: account.holderCategory,
  };
}

function searchOf(account: FeedAccountRecord, institution: string | null): string {
  const { name, officialName, mask, type, subtype, currency, unofficialCurrency, holderCategory } = account;
  return searchWords(
    institution,
    name,
    officialName,
    mask,
    type,
    subtype,
    currency,
    unofficialCurrency,
    holderCategory,
  );
}

function tell(trx: Writer, clock: Clock, id: string, action: string, name: string): Promise<void> {
  return record(trx, clock, { actor: 'daybook', action, subject: `feed_account:${id}`, data: { name } });
}
