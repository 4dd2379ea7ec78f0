import type { ZodType } from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Fetch, Log } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { Connector, Environment, Manifest } from './capabilities.ts';

/** What a connection gives its connector when it is opened. */
export type ConnectorContext = {
  readonly environment: Environment;
  /** An unsealed secret by name. Throws `secret_missing`. Held in memory only. */
  readonly secret: (name: string) => string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** What each connector folder exports as `connector` from its `index.ts`, and the registry lists. */
export type ConnectorModule = {
  readonly manifest: Manifest;
  /** The non-secret settings of a connection, as they stand in the setup document. */
  readonly config: ZodType;
  /** Secrets that a connection of this kind may have, e.g. `secret`, `certificateKey`. */
  readonly secrets: readonly string[];
  /** Opens a connection; no request is sent yet. @throws DaybookError `setup_invalid` for a wrong config. */
  open(config: unknown, context: ConnectorContext): Connector;
};
