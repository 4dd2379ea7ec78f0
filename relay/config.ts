import { z } from 'zod';
import type { Quota } from './store.ts';

/** An empty variable counts as one that is not set, as compose files have it. */
const set = z
  .string()
  .optional()
  .transform((text) => (text === '' ? undefined : text));
const whole = (fallback: number, least = 1) =>
  set
    .transform((text) => text ?? fallback)
    .pipe(z.coerce.number<string | number>().int().min(least).max(Number.MAX_SAFE_INTEGER));

/** Every environment variable there is; docs/relay.md says what each is for. */
const environment = z.object({
  RELAY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  RELAY_HOST: set.pipe(z.string().default('127.0.0.1')),
  RELAY_PORT: whole(8470, 0),
  RELAY_ADMIN_HOST: set.pipe(z.string().default('127.0.0.1')),
  RELAY_ADMIN_PORT: whole(8471, 0),
  RELAY_DATABASE_URL: set.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  RELAY_SQLITE_FILE: set.pipe(z.string().default('relay-data/relay.db')),
  RELAY_ENROLMENT: set.pipe(z.string().min(16).optional()),
  RELAY_TRUSTED_PROXIES: whole(0, 0),
  RELAY_LOG_LEVEL: set.pipe(z.enum(['debug', 'info', 'warn', 'error']).default('info')),
  RELAY_MAX_BODY_BYTES: whole(256 * 1024),
  RELAY_MAX_CHANNELS: whole(100_000),
  RELAY_MAX_CONNECTIONS: whole(20_000),
  RELAY_MAX_STREAMS_PER_CHANNEL: whole(8),
  RELAY_HELD_MESSAGES: whole(20_000),
  RELAY_HELD_BYTES: whole(64 * 1024 * 1024),
  RELAY_HOOKS_PER_SECOND: whole(50),
  RELAY_HOOKS_BURST: whole(1_000),
  RELAY_HOOKS_AT_ONCE: whole(2_000),
  RELAY_CALLS_PER_SECOND: whole(20),
  RELAY_CALLS_BURST: whole(200),
  RELAY_NEW_CHANNELS_PER_HOUR: whole(20),
  RELAY_REQUEST_TIMEOUT_MS: whole(10_000, 100),
  RELAY_HEARTBEAT_MS: whole(15_000, 50),
  RELAY_SESSION_HOURS: whole(24),
  RELAY_UNUSED_CHANNEL_DAYS: whole(180),
});

export type RelayConfig = {
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  readonly adminPort: number;
  /** Null: the SQLite file. */
  readonly databaseUrl: string | null;
  readonly sqliteFile: string;
  /** What a new channel must bring along; null: anybody may have one. */
  readonly enrolment: string | null;
  /** How many proxies of our own stand before: the caller's address is that many from the end of `x-forwarded-for`. */
  readonly trustedProxies: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly maxBodyBytes: number;
  readonly maxChannels: number;
  readonly maxConnections: number;
  readonly maxStreamsPerChannel: number;
  readonly quota: Quota;
  /** Of one channel, at each node. */
  readonly hookRate: { readonly perSecond: number; readonly burst: number };
  /** Bodies in memory at once; more are told to come again. */
  readonly hooksAtOnce: number;
  /** Of one address, for what desktops ask; and how often it may miss a channel. */
  readonly callRate: { readonly perSecond: number; readonly burst: number };
  readonly newChannelsPerHour: number;
  /** A request must be whole by then: the end of a slow loris. */
  readonly requestTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly sessionMs: number;
  readonly unusedChannelMs: number;
};

export class ConfigError extends Error {}

/** @throws ConfigError that names each variable that is missing or wrong, without its value. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): RelayConfig {
  const known = new Set(Object.keys(environment.shape));
  const strange = Object.keys(env).filter((name) => name.startsWith('RELAY_') && !known.has(name));
  const parsed = environment.safeParse(env);
  const wrong = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  for (const name of strange) wrong.push(`${name}: not a variable of the relay`);
  if (!parsed.success || wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  const given = parsed.data;
  return {
    publicUrl: given.RELAY_PUBLIC_URL,
    host: given.RELAY_HOST,
    port: given.RELAY_PORT,
    adminHost: given.RELAY_ADMIN_HOST,
    adminPort: given.RELAY_ADMIN_PORT,
    databaseUrl: given.RELAY_DATABASE_URL ?? null,
    sqliteFile: given.RELAY_SQLITE_FILE,
    enrolment: given.RELAY_ENROLMENT ?? null,
    trustedProxies: given.RELAY_TRUSTED_PROXIES,
    logLevel: given.RELAY_LOG_LEVEL,
    maxBodyBytes: given.RELAY_MAX_BODY_BYTES,
    maxChannels: given.RELAY_MAX_CHANNELS,
    maxConnections: given.RELAY_MAX_CONNECTIONS,
    maxStreamsPerChannel: given.RELAY_MAX_STREAMS_PER_CHANNEL,
    quota: { messages: given.RELAY_HELD_MESSAGES, bytes: given.RELAY_HELD_BYTES },
    hookRate: { perSecond: given.RELAY_HOOKS_PER_SECOND, burst: given.RELAY_HOOKS_BURST },
    hooksAtOnce: given.RELAY_HOOKS_AT_ONCE,
    callRate: { perSecond: given.RELAY_CALLS_PER_SECOND, burst: given.RELAY_CALLS_BURST },
    newChannelsPerHour: given.RELAY_NEW_CHANNELS_PER_HOUR,
    requestTimeoutMs: given.RELAY_REQUEST_TIMEOUT_MS,
    heartbeatMs: given.RELAY_HEARTBEAT_MS,
    sessionMs: given.RELAY_SESSION_HOURS * 3_600_000,
    unusedChannelMs: given.RELAY_UNUSED_CHANNEL_DAYS * 86_400_000,
  };
}
