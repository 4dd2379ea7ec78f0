import { record } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import type { Reader, Store } from '../../store/store.ts';
import type { StepPorts } from '../lifecycle/step.ts';
import { requirePair } from './pair.ts';

/** A new account that seems to be an old one under another provider id, for a person to confirm. */
export type ReplacementProposal = {
  readonly oldAccountId: string;
  readonly newAccountId: string;
  readonly reason: string;
};

/**
 * A provider's account id changes when the account was renamed, linked anew or its access granted again. Such pairs
 * are found by the bank's persistent id, or by mask, name and type; a person decides, because both are guesses. A pair
 * that was declined is not proposed again.
 */
export async function proposeReplacements(db: Reader): Promise<ReplacementProposal[]> {
  const accounts = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .selectAll('feed_account')
    .select(['feed.institution_id', 'feed.state as feed_state', 'feed.state_code'])
    .where('feed_account.replaced_by', 'is', null)
    .orderBy('feed_account.first_seen_at')
    .orderBy('feed_account.id')
    .execute();
  const mapped = new Set(
    (await db.selectFrom('mapping').select('feed_account_id').execute()).map((row) => row.feed_account_id),
  );
  const decided = await db.selectFrom('account_replacement').select(['account_id', 'new_account_id']).execute();
  const isDecided = (old: string, fresh: string) =>
    decided.some((row) => row.account_id === old && row.new_account_id === fresh);
  const isLive = (account: (typeof accounts)[number]) => account.closed_at === null && !isDead(account);
  const free = accounts.filter((account) => isLive(account) && !mapped.has(account.id));
  const taken = new Set<string>();
  return accounts.flatMap((old) => {
    if (isLive(old)) return [];
    for (const account of free) {
      if (account.id === old.id || taken.has(account.id) || isDecided(old.id, account.id)) continue;
      if (account.institution_id !== old.institution_id || account.first_seen_at < old.first_seen_at) continue;
      const reason = reasonFor(old, account);
      if (reason === null) continue;
      taken.add(account.id);
      return [{ oldAccountId: old.id, newAccountId: account.id, reason }];
    }
    return [];
  });
}

/** A login that the provider no longer knows shows no account any more, though nobody closed them. */
function isDead({
  feed_state,
  state_code,
}: {
  readonly feed_state: string;
  readonly state_code: string | null;
}): boolean {
  return feed_state === 'removed' || state_code === 'feed_gone';
}

type Looks = {
  readonly persistent_account_id: string | null;
  readonly mask: string | null;
  readonly name: string;
  readonly type: string;
  readonly currency: string | null;
};

export function reasonFor(old: Looks, account: Looks): string | null {
  if (old.currency !== null && account.currency !== null && old.currency !== account.currency) return null;
  if (old.persistent_account_id !== null && account.persistent_account_id === old.persistent_account_id)
    return 'The bank gives both the same persistent id.';
  if (old.persistent_account_id !== null && account.persistent_account_id !== null) return null;
  if (old.mask !== null && account.mask === old.mask && account.name === old.name && account.type === old.type)
    return 'Name, type and last digits are the same.';
  return null;
}

/** A person says that two accounts are two. */
export async function declineReplacement(
  store: Store,
  ports: StepPorts,
  pair: { readonly oldAccountId: string; readonly newAccountId: string },
  actor: string,
): Promise<void> {
  await store.write(async (trx) => {
    const { old, fresh } = await requirePair(trx, pair);
    await trx
      .insertInto('account_replacement')
      .values({
        id: newId('repl', ports),
        ...{ account_id: old.id, new_account_id: fresh.id, reason: '', state: 'declined' },
        ...{ decided_at: instantNow(ports.clock), decided_by: actor, moved_json: '{}' },
      })
      .execute();
    await record(trx, ports.clock, {
      actor,
      action: 'feed_account.replacement_declined',
      subject: `feed_account:${old.id}`,
      data: { newAccount: fresh.id, name: fresh.name },
    });
  });
}
