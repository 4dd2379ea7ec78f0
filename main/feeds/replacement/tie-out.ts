import { formatAmount } from '../../core/money.ts';
import type { Reader } from '../../store/store.ts';
import type { SyncResult } from '../sync.ts';
import type { Accepted } from './accept.ts';

/** What an acceptance brought, and whether balance and lines agree: `214 lines were known already, 3 are new; …`. */
export async function replacementSentence(db: Reader, accepted: Accepted, { error }: SyncResult): Promise<string> {
  const { known, added, accountId } = accepted;
  const lines = `${known} ${known === 1 ? 'line was' : 'lines were'} known already, ${added} ${added === 1 ? 'is' : 'are'} new`;
  if (error !== null) return `${lines}. The balance is not proven yet: ${error.sentence}`;
  const account = await db
    .selectFrom('feed_account')
    .select(['opening_minor', 'closed_at'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (account.closed_at !== null)
    return `${lines}. The bank shows the account under yet another id by now: decide about that one too.`;
  const gap = await db
    .selectFrom('gap')
    .select(['size_minor', 'currency'])
    .where('feed_account_id', '=', accountId)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (gap !== undefined) {
    const minor = gap.size_minor < 0n ? -gap.size_minor : gap.size_minor;
    return `${lines}; the balance differs by ${formatAmount({ minor, currency: gap.currency })} ${gap.currency}. If the two are not one account, take it back.`;
  }
  return account.opening_minor === null
    ? `${lines}; the balance cannot be proven yet.`
    : `${lines}; the balance ties out.`;
}
