/** One Daybook: a workspace, open, with everything that works on it. Whoever hosts it supplies the ports. */
import { moduleFor } from './connectors/registry.ts';
import type { Ports } from './core/ports.ts';
import { createFeeds, type Feeds } from './feeds/index.ts';
import type { PostingContext } from './posting/context.ts';
import { openStore, type Store } from './store/store.ts';
import type { ScryptCost } from './vault/passphrase.ts';
import { refusingProduction } from './vault/refuse-production.ts';
import { openVault, type Vault } from './vault/vault.ts';
import { createWebhooks, type Webhooks } from './webhooks/index.ts';

export type DaybookOptions = {
  /** Path of the workspace file. */
  readonly database: string;
  readonly ports: Ports;
  readonly passphrase: string;
  /** Work of guessing the passphrase, for a vault that is made now. Tests take less than the default. */
  readonly cost?: ScryptCost;
  readonly name?: string;
  readonly timeZone?: string;
  /** The practice company's workspace; every host says so on every screen. */
  readonly practice?: boolean;
  /** Asked at each new secret: true refuses those of production connections (the passphrase itself lies open). */
  readonly productionRefused?: () => boolean;
};

export type Daybook = {
  readonly store: Store;
  readonly vault: Vault;
  readonly feeds: Feeds;
  readonly webhooks: Webhooks;
  readonly ports: Ports;
  /** For coding, review and setup: `{ store, clock, random }`. */
  readonly coding: { readonly store: Store } & Pick<Ports, 'clock' | 'random'>;
  /** For posting and reconciliation. */
  readonly posting: PostingContext;
  close(): Promise<void>;
};

/**
 * Opens the workspace and unlocks its vault. Nothing is sent anywhere.
 * @throws DaybookError `vault_wrong_passphrase`, `database_newer`, `database_corrupt`, `database_read_only`, `disk_full`
 */
export async function openDaybook(options: DaybookOptions): Promise<Daybook> {
  const { ports } = options;
  const { clock, random } = ports;
  const store = await openStore({
    path: options.database,
    clock,
    random,
    ...(ports.disk === undefined ? {} : { disk: ports.disk }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.practice === undefined ? {} : { practice: options.practice }),
  });
  try {
    const opened = await openVault({
      ...{ store, clock, random, passphrase: options.passphrase },
      ...(options.cost === undefined ? {} : { cost: options.cost }),
    });
    const vault = refusingProduction(opened, options.productionRefused ?? (() => false));
    const feeds = createFeeds({ store, vault, moduleFor, ports });
    const connectorFor = (connectionId: string) => feeds.connector(connectionId);
    return {
      store,
      vault,
      feeds,
      webhooks: createWebhooks({
        ...{ store, vault, ports, connector: connectorFor },
        setFeedWebhook: feeds.setWebhook,
        refreshNumbers: feeds.refreshNumbers,
        onNotice: feeds.onNotice,
      }),
      ports,
      coding: { store, clock, random },
      posting: { store, clock, random, log: ports.log, processes: ports.processes, connectorFor },
      close: () => store.close(),
    };
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}
