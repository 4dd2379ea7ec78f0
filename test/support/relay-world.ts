import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Clock, systemClock } from '../../main/core/clock.ts';
import type { Log, LogFields } from '../../main/core/ports.ts';
import { systemRandom } from '../../main/core/random.ts';
import { type RelayConfig, readConfig } from '../../relay/config.ts';
import { createMetrics } from '../../relay/metrics.ts';
import type { RelayParts } from '../../relay/parts.ts';
import { type Relay, startRelay } from '../../relay/server.ts';
import type { RelayStore } from '../../relay/store.ts';
import { openPostgresStore } from '../../relay/store-postgres.ts';
import { openSqliteStore } from '../../relay/store-sqlite.ts';
import { openSqliteThread } from '../../relay/store-thread.ts';
import { type PostgresCluster, postgresPrograms, startPostgres } from './postgres-cluster.ts';

/** A storage under test. `open` opens the same data again and again, as nodes or later processes do. */
export type StorageUnderTest = {
  open(): Promise<RelayStore>;
  /** All that lies on the disk, as text of its bytes. */
  dump(): Promise<string>;
  remove(): void;
  readonly cluster: PostgresCluster | null;
};

export type StorageKind = {
  readonly name: string;
  /** Why it cannot be tested here; null when it can. */
  readonly absent: string | null;
  start(): Promise<void>;
  fresh(): Promise<StorageUnderTest>;
  stop(): Promise<void>;
};

function sqliteKind(name: string, open: (file: string) => Promise<RelayStore>): StorageKind {
  return {
    name,
    absent: null,
    start: async () => {},
    fresh: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'daybook-relay-'));
      return {
        open: () => open(join(folder, 'relay.db')),
        dump: async () =>
          readdirSync(folder)
            .map((file) => readFileSync(join(folder, file), 'latin1'))
            .join('\n'),
        remove: () => rmSync(folder, { recursive: true, force: true }),
        cluster: null,
      };
    },
    stop: async () => {},
  };
}

/** The SQLite store as the process has it: in a thread. Slower to open, so not for every test. */
export function threadKind(): StorageKind {
  return sqliteKind('SQLite in a thread', (file) =>
    openSqliteThread(file, (error) => {
      throw error;
    }),
  );
}

export function storageKinds(): StorageKind[] {
  const programs = postgresPrograms();
  let cluster: PostgresCluster | undefined;
  return [
    sqliteKind('SQLite', async (file) => openSqliteStore(file)),
    {
      name: 'PostgreSQL',
      absent: programs === null ? 'PostgreSQL is not installed (apt-get install postgresql)' : null,
      start: async () => {
        if (programs !== null) cluster = await startPostgres(programs);
      },
      fresh: async () => {
        if (!cluster) throw new Error('The cluster was not started.');
        const url = await cluster.newDatabase();
        return {
          open: () => openPostgresStore(url, systemClock(), () => {}),
          dump: () => dumpDatabase(url),
          remove: () => {},
          cluster,
        };
      },
      stop: async () => cluster?.stop(),
    },
  ];
}

async function dumpDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
  let text = '';
  for (const { tablename } of rows)
    for (const row of (await client.query(`SELECT * FROM ${tablename}`)).rows)
      for (const value of Object.values(row))
        text += `${value instanceof Buffer ? value.toString('latin1') : String(value)}\n`;
  await client.end();
  return text;
}

/** The machine's clock, moved on by hand: what ran out yesterday is asked for today. */
export function shiftedClock(): Clock & { shift(ms: number): void } {
  const clock = systemClock();
  let ahead = 0;
  return {
    ...clock,
    now: () => clock.now() + ahead,
    shift: (ms) => {
      ahead += ms;
    },
  };
}

/** Keeps every line as it would be written before the redactor, so that a secret in it is seen. */
export function listeningLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (fields: LogFields, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: write, info: write, warn: write, error: write };
}

export const ROOMY: Readonly<Record<string, string>> = {
  RELAY_PUBLIC_URL: 'https://relay.example',
  RELAY_PORT: '0',
  RELAY_ADMIN_PORT: '0',
  RELAY_HOOKS_PER_SECOND: '100000',
  RELAY_HOOKS_BURST: '100000',
  RELAY_CALLS_PER_SECOND: '100000',
  RELAY_CALLS_BURST: '100000',
  RELAY_NEW_CHANNELS_PER_HOUR: '100000',
};

export type RunningRelay = Relay & { readonly url: string; readonly adminUrl: string; readonly parts: RelayParts };

/** A node in this process, on loopback. It closes the store when it is closed. */
export async function openRelay(
  store: RelayStore,
  options: { readonly env?: Readonly<Record<string, string>>; readonly clock?: Clock; readonly log?: Log } = {},
): Promise<RunningRelay> {
  const config: RelayConfig = readConfig({ ...ROOMY, ...options.env });
  const parts: RelayParts = {
    config,
    store,
    clock: options.clock ?? systemClock(),
    random: systemRandom(),
    log: options.log ?? listeningLog(),
    metrics: createMetrics(),
  };
  const relay = await startRelay(parts);
  return {
    ...relay,
    parts,
    url: `http://127.0.0.1:${relay.port}`,
    adminUrl: `http://127.0.0.1:${relay.adminPort}`,
  };
}
