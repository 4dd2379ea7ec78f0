import type { Connection, Feed, Open } from './types.ts';

/** Opens what repairs a feed, as its repair action says. */
export function repairFeed(connection: Connection, feed: Feed, open: Open): void {
  const { id: connectionId } = connection;
  if (feed.lifecycle.repair === 'check_keys') open({ dialog: 'plaid', connection });
  else if (feed.lifecycle.repair === 'link_again') open({ dialog: 'bank', connectionId });
  else open({ dialog: 'repair', connectionId, feed, selectAccounts: feed.lifecycle.repair === 'choose_accounts' });
}
