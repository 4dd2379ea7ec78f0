import { sql } from 'kysely';
import { DaybookError } from '../core/errors.ts';
import type { Reader } from './store.ts';

export type RemovalFigures = {
  readonly bank: string | null;
  readonly accounts: number;
  readonly mappedAccounts: number;
  readonly lines: number;
  /** Entries that are neither posted nor excluded. */
  readonly openEntries: number;
};

/** What stays behind when a feed is removed. @throws DaybookError `not_found` */
export async function readRemovalFigures(db: Reader, feedId: string): Promise<RemovalFigures> {
  const feed = await db.selectFrom('feed').select('institution_name').where('id', '=', feedId).executeTakeFirst();
  if (!feed) throw new DaybookError('not_found', `There is no bank connection with the id ${feedId}.`);
  const accounts = await db
    .selectFrom('feed_account')
    .leftJoin('mapping', 'mapping.feed_account_id', 'feed_account.id')
    .select(['feed_account.id', 'mapping.id as mapping_id'])
    .where('feed_account.feed_id', '=', feedId)
    .execute();
  const { lines } = await db
    .selectFrom('statement_line')
    .select(sql<bigint>`count(*)`.as('lines'))
    .where('feed_account_id', 'in', [...accounts.map((account) => account.id), ''])
    .where('state', '<>', 'removed')
    .executeTakeFirstOrThrow();
  const { open } = await db
    .selectFrom('proposal')
    .select(sql<bigint>`count(*)`.as('open'))
    .where('state', 'in', ['needs_person', 'ready', 'approved', 'posting', 'unknown', 'different', 'refused'])
    .where('mapping_id', 'in', [...accounts.flatMap((account) => account.mapping_id ?? []), ''])
    .executeTakeFirstOrThrow();
  return {
    bank: feed.institution_name,
    accounts: accounts.length,
    mappedAccounts: accounts.filter((account) => account.mapping_id !== null).length,
    lines: Number(lines),
    openEntries: Number(open),
  };
}
