import type { Ports } from '../core/ports.ts';
import type { ScryptCost } from '../vault/passphrase.ts';
import type { Io } from './io.ts';

/** Everything that the command line takes from its process; tests give their own. */
export type CliHost = {
  readonly io: Io;
  readonly platform: NodeJS.Platform;
  /** IANA zone of this computer, for a workspace that is made now. */
  readonly timeZone: string;
  /** For a vault that is made now; tests take less than the default. */
  readonly vaultCost?: ScryptCost;
  /** The engine's ports, with a log in the given folder. `close` writes what the log still holds. */
  openPorts(logFolder: string): Promise<{ readonly ports: Ports; close(): Promise<void> }>;
  /** Calls back at the first Ctrl-C (or a polite request to end); the second one ends the process. Returns the way to stop listening. */
  onInterrupt(stop: () => void): () => void;
};
