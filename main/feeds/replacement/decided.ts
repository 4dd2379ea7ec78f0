import type { Instant } from '../../core/calendar.ts';
import type { Reader } from '../../store/store.ts';

/** A decision about two accounts. */
export type DecidedReplacement = {
  readonly id: string;
  readonly accountId: string;
  readonly newAccountId: string;
  /** accepted, declined, undone */
  readonly state: string;
  readonly reason: string;
  readonly decidedAt: Instant;
  readonly decidedBy: string;
  /** Can be taken back: nobody has since, and the bank does not show both. */
  readonly undoable: boolean;
};

/** The newest first. */
export async function listDecided(db: Reader): Promise<DecidedReplacement[]> {
  const rows = await db
    .selectFrom('account_replacement')
    .innerJoin('feed_account', 'feed_account.id', 'account_replacement.new_account_id')
    .selectAll('account_replacement')
    .select('feed_account.replaced_by')
    .orderBy('account_replacement.decided_at', 'desc')
    .orderBy('account_replacement.id', 'desc')
    .execute();
  // An earlier pairing of an account lies beneath its last one.
  const accepted = rows.filter(({ state }) => state === 'accepted').reverse();
  const last = new Map(accepted.map(({ account_id, id }) => [account_id, id]));
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    newAccountId: row.new_account_id,
    state: row.state,
    reason: row.reason,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
    undoable: last.get(row.account_id) === row.id && row.replaced_by === row.account_id,
  }));
}
