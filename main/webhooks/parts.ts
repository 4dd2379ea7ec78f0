import type { Connector } from '../connectors/capabilities.ts';
import type { Ports } from '../core/ports.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { OnNotice } from './notice.ts';

/** What this folder is built from. */
export type WebhookParts = {
  readonly store: Store;
  readonly vault: Vault;
  readonly ports: Ports;
  /** The connector of a stored connection, opened. */
  readonly connector: (connectionId: string) => Promise<Connector>;
  /** Sets the address of one feed at its provider, and keeps it. */
  readonly setFeedWebhook: (feedId: string, url: string | null, actor: string, stop: AbortSignal) => Promise<void>;
  /** Account numbers of a feed, read anew. */
  readonly refreshNumbers: (feedId: string, actor: string, stop: AbortSignal) => Promise<unknown>;
  readonly onNotice: OnNotice;
};

/** Who acts in the trail for what happens by itself. */
export const DAYBOOK = 'daybook';
