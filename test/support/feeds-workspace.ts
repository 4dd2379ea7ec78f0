import { connector as statementFiles } from '../../main/connectors/file/index.ts';
import { silentLog } from '../../main/core/ports.ts';
import { createFeeds, type Feeds } from '../../main/feeds/index.ts';
import type { Store } from '../../main/store/store.ts';
import { openVault, type Vault } from '../../main/vault/vault.ts';
import { alone } from './connector-ports.ts';
import { type ScriptedBank, scriptedBank } from './scripted-bank.ts';
import { type TempWorkspace, tempWorkspace } from './temp-workspace.ts';

/** A workspace with one feed of a scripted bank in it. */
export type FeedsWorkspace = TempWorkspace & {
  readonly bank: ScriptedBank;
  readonly vault: Vault;
  readonly feeds: Feeds;
  readonly connectionId: string;
  readonly feedId: string;
  /** Feeds over another store (one that fails on purpose), on the same file. */
  feedsOver(store: Store): Feeds;
};

export async function feedsWorkspace(): Promise<FeedsWorkspace> {
  const workspace = await tempWorkspace();
  const { store, clock, random } = workspace;
  const vault = await openVault({ store, clock, random, passphrase: 'test', cost: { N: 2, r: 1, p: 1 } });
  const bank = scriptedBank();
  const feedsOver = (over: Store) =>
    createFeeds({
      store: over,
      vault,
      moduleFor: (kind) => (kind === 'scripted' ? bank.module : kind === 'file' ? statementFiles : undefined),
      ports: {
        clock,
        random,
        log: silentLog,
        processes: alone,
        fetch: async () => new Response(null, { status: 404 }),
      },
    });
  const feeds = feedsOver(store);
  const { id: connectionId } = await feeds.saveConnection(
    { kind: 'scripted', name: 'Bank', environment: 'sandbox', config: { clientId: 'c' }, secrets: { secret: 's' } },
    'Ada',
  );
  const access = { providerFeedId: 'item-1', accessToken: 'token-1' };
  const { feedId } = await feeds.registerFeed(connectionId, access, 'Ada');
  bank.reset();
  return { ...workspace, bank, vault, feeds, connectionId, feedId, feedsOver };
}
