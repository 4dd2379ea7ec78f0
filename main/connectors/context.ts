import type { ZodType } from 'zod';
import type { Instant } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import type { Fetch, Log } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { TokenChains } from '../core/token-chains.ts';
import type { Connector, Environment, Manifest } from './capabilities.ts';

/** What a connector may keep beside the workspace's own data, such as lists it has read and where it stopped. No secrets. */
export type Keep = {
  /** The JSON value last written under this name; null when there is none. Validate it like anything from outside. */
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
};

/** What a connection gives its connector when it is opened. */
export type ConnectorContext = {
  readonly environment: Environment;
  /** An unsealed secret by name. Throws `secret_missing`. Held in memory only. */
  readonly secret: (name: string) => string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly tokens: TokenChains;
  readonly keep: Keep;
};

/** A field of the form by which a person enters a connection. Names are those of `config` and `secrets`. */
export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** `entities`: a list of legal entities; asked once the connection works, from `offerLegalEntities`. */
  readonly kind: 'text' | 'address' | 'secret' | 'choice' | 'entities';
  readonly choices?: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly required: boolean;
};

/** What each connector folder exports as `connector` from its `index.ts`, and the registry lists. */
export type ConnectorModule = {
  readonly manifest: Manifest;
  /** The non-secret settings of a connection, as they stand in the setup document. */
  readonly config: ZodType;
  /** Secrets that a connection of this kind may have, e.g. `secret`, `certificateKey`. */
  readonly secrets: readonly string[];
  /** For a kind without a dialog of its own: the screens draw one from this. */
  readonly form?: readonly FormField[];
  /** A person signs in to a connection of this kind in the system browser (`SignsInByBrowser`). */
  readonly signsIn?: boolean;
  /** Name of the token chain of a connection with these settings; connections of the same application share one. */
  readonly tokenChain?: (config: unknown, environment: Environment) => string;
  /** When the secret of a connection with these settings ends, where a person has noted it; null: nobody has. */
  readonly secretEndsAt?: (config: unknown) => Instant | null;
  /** Opens a connection; no request is sent yet. @throws DaybookError `setup_invalid` for a wrong config. */
  open(config: unknown, context: ConnectorContext): Connector;
};
