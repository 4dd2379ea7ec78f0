import type { FeedAccountRecord } from '../connectors/capabilities.ts';
import { canonicalJson } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import type { Writer } from '../store/store.ts';

/** Keeps a balance of each account that reports one. `cached` comes free with every pull, `live` was asked of the bank. */
export async function saveBalances(
  trx: Writer,
  clock: Clock,
  accounts: ReadonlyMap<string, string>,
  records: readonly FeedAccountRecord[],
  origin: { readonly source: 'cached' | 'live'; readonly pullId: string | null },
): Promise<void> {
  const taken_at = instantNow(clock);
  for (const { providerAccountId, balance, currency } of records) {
    const feed_account_id = accounts.get(providerAccountId);
    if (feed_account_id === undefined || balance === null) continue;
    const { current, available, limit } = balance;
    await trx
      .insertInto('balance_snapshot')
      .values({
        feed_account_id,
        pull_id: origin.pullId,
        taken_at,
        source: origin.source,
        current_minor: current?.minor ?? null,
        available_minor: available?.minor ?? null,
        limit_minor: limit?.minor ?? null,
        currency: current?.currency ?? available?.currency ?? limit?.currency ?? currency,
        as_of: balance.asOf,
        exact_json: canonicalJson(balance.exact),
      })
      .execute();
  }
}
