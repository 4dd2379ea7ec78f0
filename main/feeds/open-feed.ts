import { type Connector, can, type FeedAccess } from '../connectors/capabilities.ts';
import { DaybookError } from '../core/errors.ts';
import type { FeedParts } from './connections.ts';

/** The parts and the opened connectors, as every file of the feeds takes them. */
export type FeedContext = FeedParts & { readonly connector: (connectionId: string) => Promise<Connector> };

export const feedOwner = (id: string) => `feed:${id}`;
export const FEED_TOKEN = 'accessToken';

export type OpenFeed = {
  readonly feed: {
    readonly id: string;
    readonly connection_id: string;
    readonly cursor: string | null;
    readonly history: string;
  };
  readonly connector: Connector;
  readonly access: FeedAccess;
};

/** @throws DaybookError `not_found`; `feed_gone` for a removed feed and one without its token; `secret_missing`, `vault_locked`. */
export async function openFeed({ store, vault, connector }: FeedContext, feedId: string): Promise<OpenFeed> {
  const feed = await store.read.selectFrom('feed').selectAll().where('id', '=', feedId).executeTakeFirst();
  if (!feed) throw new DaybookError('not_found', `There is no feed ${feedId}.`);
  if (feed.state === 'removed')
    throw new DaybookError(
      'feed_gone',
      'This bank connection was removed. Its lines are kept; link the bank again to go on.',
    );
  const opened = await connector(feed.connection_id);
  // Nobody is asked for what a person brings, so there is no token.
  if (!can(opened, 'pullLines'))
    return { feed, connector: opened, access: { providerFeedId: feed.provider_feed_id, accessToken: '' } };
  // This bank's own trouble: the keys of its connection are good, and only a new link gives another token.
  if (!(await vault.has(feedOwner(feedId), FEED_TOKEN)))
    throw new DaybookError(
      'feed_gone',
      'The access to this bank is not in this workspace any more. Link the bank again; its lines are kept.',
    );
  const accessToken = await vault.get(feedOwner(feedId), FEED_TOKEN);
  return { feed, connector: opened, access: { providerFeedId: feed.provider_feed_id, accessToken } };
}
