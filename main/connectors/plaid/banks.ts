import type { FeedAccess, FeedRecord, Stop } from '../capabilities.ts';

export type Bank = { readonly id: string | null; readonly name: string | null };

/**
 * Remembers which bank a login belongs to, as Plaid told us. A login never changes its bank, so the first answer holds
 * for as long as the connection is open.
 */
export type Banks = {
  note(feed: FeedRecord): void;
  nameOf(access: FeedAccess): string | null;
  /** Reads the feed when its bank is not known yet. */
  find(access: FeedAccess, stop: Stop): Promise<Bank>;
};

export function bankBook(readFeed: (access: FeedAccess, stop: Stop) => Promise<FeedRecord>): Banks {
  const known = new Map<string, Bank>();
  const bankIn = (feed: FeedRecord): Bank => ({ id: feed.institutionId, name: feed.institutionName });
  return {
    note: (feed) => {
      known.set(feed.providerFeedId, bankIn(feed));
    },
    nameOf: (access) => known.get(access.providerFeedId)?.name ?? null,
    find: async (access, stop) => known.get(access.providerFeedId) ?? bankIn(await readFeed(access, stop)),
  };
}
