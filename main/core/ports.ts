import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** The network as a port: the shape of `fetch`. Practice servers answer the same shape in process. */
export type Fetch = (request: Request) => Promise<Response>;

/** A structured log. Fields pass the redactor before they are written. */
export type Log = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};

export type LogFields = Readonly<Record<string, unknown>>;

/** A log for tests and one-off tools that need none. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Encrypts what lies on disk. `context` is authenticated with the text, so that a ciphertext moved to another row does
 * not decrypt; the contexts in use stand in vault/contexts.ts, where key rotation finds them.
 */
export type Cipher = {
  /** Names the key in use; stored beside each ciphertext. */
  readonly keyId: string;
  encrypt(plain: string, context: string): Uint8Array;
  /** Throws `vault_locked` when the key or context is not the one that encrypted it, or a bit was changed. */
  decrypt(sealed: Uint8Array, context: string): string;
  /** A keyed hash for comparing account numbers without storing them: hex SHA-256 HMAC. */
  fingerprint(text: string): string;
};

/** Other processes on this computer: whether the holder of a lease is still alive. */
export type Processes = {
  readonly host: string;
  readonly pid: number;
  isAlive(pid: number): boolean;
};

/**
 * The disk under the workspace file, as far as it can fail. Each write of the store passes through; the simulation fails
 * it, or stops the process before or after it. Whoever supplies none has the machine's own disk.
 */
export type Disk = {
  /** `durable`: on the platter when `work` ends. */
  write<T>(kind: 'usual' | 'durable', work: () => Promise<T>): Promise<T>;
};

/** Everything from outside that the engine may touch. Whoever hosts it (Electron, CLI, tests) supplies these. */
export type Ports = {
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly processes: Processes;
  readonly disk?: Disk;
};
