import type { Daybook } from '../daybook.ts';

/** Rows of feeds that could not become lines, newest first. */
export async function exceptionDocuments(daybook: Daybook, options: { readonly settled: boolean }) {
  const feeds = new Map((await daybook.feeds.listFeeds()).map((feed) => [feed.id, feed]));
  const accounts = new Map((await daybook.feeds.listAccounts()).map((account) => [account.id, account]));
  return (await daybook.feeds.exceptions(options))
    .map((row) => ({
      ...row,
      id: String(row.id),
      bank: feeds.get(row.feedId)?.institutionName ?? null,
      accountName: row.feedAccountId === null ? null : (accounts.get(row.feedAccountId)?.name ?? null),
    }))
    .reverse();
}
