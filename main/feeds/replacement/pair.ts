import { DaybookError } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import { isDead, reasonFor } from './looks.ts';

export type AccountPair = { readonly oldAccountId: string; readonly newAccountId: string };

/**
 * The two accounts of a decision: one that the bank no longer shows under its id, and one that nobody has mapped yet.
 * @throws DaybookError `not_found`, `stale` when they are no such pair (any more)
 */
export async function requirePair(db: Reader, { oldAccountId, newAccountId }: AccountPair) {
  const read = async (id: string) => {
    const row = await db
      .selectFrom('feed_account')
      .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
      .selectAll('feed_account')
      .select(['feed.state as feed_state', 'feed.state_code', 'feed.history', 'feed.institution_id'])
      .where('feed_account.id', '=', id)
      .executeTakeFirst();
    if (row === undefined) throw new DaybookError('not_found', `There is no account ${id}.`);
    if (row.replaced_by !== null)
      throw new DaybookError('stale', `${row.name} was taken over by another account already. Look at the list anew.`);
    return row;
  };
  const old = await read(oldAccountId);
  const fresh = await read(newAccountId);
  if (old.id === fresh.id) throw new DaybookError('usage', 'An account cannot take its own place. Name two accounts.');
  if (old.closed_at === null && !isDead(old))
    throw new DaybookError('stale', `The bank shows ${old.name} again, so nothing needs to take its place.`);
  if (fresh.closed_at !== null && !(await wentOn(db, old, fresh)))
    throw new DaybookError('stale', `The bank no longer shows ${fresh.name}, so it cannot take another's place.`);
  if (old.institution_id !== fresh.institution_id)
    throw new DaybookError('usage', `${old.name} and ${fresh.name} are at two banks, so they cannot be one account.`);
  return { old, fresh };
}

type Account = Awaited<ReturnType<typeof requirePair>>['old'];

/** The id changed again since: the bank shows the account under a third one, of which nobody has decided yet. */
async function wentOn(db: Reader, old: Account, fresh: Account): Promise<boolean> {
  const later = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .selectAll('feed_account')
    .select(['feed.state as feed_state', 'feed.state_code'])
    .where('feed.institution_id', 'is', fresh.institution_id)
    .where('feed_account.first_seen_at', '>=', fresh.first_seen_at)
    .where('feed_account.id', '<>', fresh.id)
    .where('feed_account.closed_at', 'is', null)
    .where('feed_account.replaced_by', 'is', null)
    .execute();
  return !isDead(fresh) && later.some((account) => !isDead(account) && reasonFor(old, account) !== null);
}
