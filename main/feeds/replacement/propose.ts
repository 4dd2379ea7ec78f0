import { record } from '../../audit/trail.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import type { Reader, Store } from '../../store/store.ts';
import type { StepPorts } from '../lifecycle/step.ts';
import { isDead, reasonFor } from './looks.ts';
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
 * that was declined is not proposed again. Where an id changed twice before anybody decided, the one between has lines of
 * its own: it comes first, then the one that the bank shows.
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
  const free = accounts.filter((account) => !isDead(account) && !mapped.has(account.id));
  const taken = new Set<string>();
  return accounts.flatMap((old) => {
    if (isLive(old) || taken.has(old.id)) return [];
    const fitting = free.flatMap((account) => {
      if (account.id === old.id || taken.has(account.id) || isDecided(old.id, account.id)) return [];
      if (account.institution_id !== old.institution_id || account.first_seen_at < old.first_seen_at) return [];
      const reason = reasonFor(old, account);
      return reason === null ? [] : [{ account, reason }];
    });
    const [first] = fitting;
    if (first === undefined || !fitting.some(({ account }) => isLive(account))) return [];
    taken.add(first.account.id);
    return [{ oldAccountId: old.id, newAccountId: first.account.id, reason: first.reason }];
  });
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
