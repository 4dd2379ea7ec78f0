import type { StatementLineRecord } from '../connectors/capabilities.ts';
import { findLines, hasNoLines } from '../store/statement-lines.ts';
import type { Reader } from '../store/store.ts';
import { isSame } from './ingest.ts';
import type { FindStored } from './loop-pages.ts';

/**
 * Finds the lines of a page that are stored exactly so. What is stored when the page arrives is still stored so when
 * the loop is applied, because a run that changed the feed meanwhile makes this one stale.
 */
export async function storedLinesOf(db: Reader, feedId: string): Promise<FindStored> {
  const rows = await db
    .selectFrom('feed_account')
    .select(['id', 'provider_account_id'])
    .where('feed_id', '=', feedId)
    .execute();
  const accounts = new Map<string, string>();
  for (const { id, provider_account_id } of rows) {
    if (!(await hasNoLines(db, id))) accounts.set(provider_account_id, id);
  }
  return async (lines) => {
    const same = new Set<StatementLineRecord>();
    for (const [providerAccountId, ofAccount] of Map.groupBy(lines, (line) => line.providerAccountId)) {
      const accountId = accounts.get(providerAccountId);
      if (accountId === undefined) continue;
      const ids = ofAccount.map((line) => line.providerLineId);
      const stored = await findLines(db, accountId, ids);
      for (const line of ofAccount) {
        const known = stored.get(line.providerLineId);
        if (known && isSame(known, line)) same.add(line);
      }
    }
    return same;
  };
}
