import { type Selectable, sql } from 'kysely';
import type { PullTable } from './schema.ts';
import type { Reader } from './store.ts';

export type PullRow = Selectable<PullTable> & { readonly institution_name: string | null };

/** A window of the fetches of all feeds (or one), newest first. */
export async function listPulls(
  db: Reader,
  feedId: string | undefined,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly pulls: PullRow[] }> {
  const base = db
    .selectFrom('pull')
    .innerJoin('feed', 'feed.id', 'pull.feed_id')
    .$if(feedId !== undefined, (query) => query.where('pull.feed_id', '=', feedId ?? ''));
  const { count } = await base.select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const pulls = await base
    .selectAll('pull')
    .select('feed.institution_name')
    .orderBy('pull.started_at', 'desc')
    .orderBy('pull.id', 'desc')
    .offset(window.offset)
    .limit(window.limit)
    .execute();
  return { total: Number(count), pulls };
}
