import type { Connector } from '../connectors/capabilities.ts';
import type { Ports } from '../core/ports.ts';
import type { Store } from '../store/store.ts';

/** What posting needs from its host. */
export type PostingContext = Pick<Ports, 'clock' | 'random' | 'log' | 'processes'> & {
  readonly store: Store;
  /** Opens a stored connection. @throws DaybookError `vault_locked`, `secret_missing`, `setup_invalid` */
  readonly connectorFor: (connectionId: string) => Promise<Connector>;
};
