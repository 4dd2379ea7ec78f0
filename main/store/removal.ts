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

export type ConnectionRemoval = {
  readonly name: string;
  /** Banks that are linked through it, by name, and their ids. */
  readonly banks: readonly string[];
  readonly liveFeeds: readonly string[];
  /** A ledger: open accounts whose lines are posted into it. */
  readonly postingAccounts: number;
  /** A ledger: entries of which nobody knows yet whether they are there. */
  readonly unfinished: number;
  readonly lines: number;
  /** Entries of its banks' lines that are neither posted nor excluded. */
  readonly openEntries: number;
  /** A ledger: entries that it holds. */
  readonly posted: number;
};

/** What hangs on a connection that is to be removed. @throws DaybookError `not_found` */
export async function readConnectionRemoval(db: Reader, id: string): Promise<ConnectionRemoval> {
  const connection = await db
    .selectFrom('connection')
    .select('name')
    .where('id', '=', id)
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  if (!connection) throw new DaybookError('not_found', `There is no connection with the id ${id}.`);
  const feeds = await db
    .selectFrom('feed')
    .select(['id', 'institution_name'])
    .where('connection_id', '=', id)
    .where('state', '<>', 'removed')
    .execute();
  let [lines, openEntries] = [0, 0];
  for (const feed of feeds) {
    const figures = await readRemovalFigures(db, feed.id);
    lines += figures.lines;
    openEntries += figures.openEntries;
  }
  const { accounts } = await db
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select(sql<bigint>`count(*)`.as('accounts'))
    .where('mapping.ledger_connection_id', '=', id)
    .where('feed_account.closed_at', 'is', null)
    .executeTakeFirstOrThrow();
  const postings = await db
    .selectFrom('posting')
    .select(['state', sql<bigint>`count(*)`.as('count')])
    .where('ledger_connection_id', '=', id)
    .groupBy('state')
    .execute();
  const inState = (...states: string[]) =>
    postings.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + Number(count), 0);
  return {
    name: connection.name,
    banks: feeds.map((feed) => feed.institution_name ?? 'Bank without a name'),
    liveFeeds: feeds.map((feed) => feed.id),
    postingAccounts: Number(accounts),
    unfinished: inState('intended', 'sending', 'unknown'),
    lines,
    openEntries,
    posted: inState('posted', 'different'),
  };
}
