import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../main/core/clock.ts';
import { type PostgresCluster, postgresPrograms, startPostgres } from '../test/support/postgres-cluster.ts';
import { listenForNews } from './postgres-news.ts';

const programs = postgresPrograms();

describe.skipIf(programs === null)(`news of PostgreSQL${programs === null ? ': SKIPPED, not installed' : ''}`, () => {
  let cluster: PostgresCluster;
  beforeAll(async () => {
    if (programs !== null) cluster = await startPostgres(programs);
  });
  afterAll(() => cluster?.stop());

  test('a way that was cut without a word is found out, and news come again by another one', async () => {
    const database = await cluster.newDatabase();
    const direct = new Client({ connectionString: database });
    await direct.connect();
    const silent = new Set<Socket>();
    const ways: Socket[] = [];
    // A firewall between the node and its database: what goes over a forgotten connection arrives nowhere.
    const firewall = createServer((near) => {
      const far = connect({ path: `${direct.host}/.s.PGSQL.${direct.port}` });
      ways.push(near);
      near.on('data', (bytes) => silent.has(near) || far.write(bytes));
      far.on('data', (bytes) => silent.has(near) || near.write(bytes));
      near.on('close', () => far.destroy());
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
      far.on('close', () => near.destroy());
    });
    firewall.listen(0, '127.0.0.1');
    await once(firewall, 'listening');
    const { port } = firewall.address() as AddressInfo;
    // The machine's clock, a thousand times as fast where it waits.
    const system = systemClock();
    const clock = {
      ...system,
      sleep: (ms: number, stop?: AbortSignal) => system.sleep(ms / 1_000, stop),
      deadline: () => system.deadline(300),
    };
    const told: (string | null)[] = [];
    const { user, database: name } = direct;
    const config = { host: '127.0.0.1', port, user, ...(name === undefined ? {} : { database: name }) };
    const news = await listenForNews(config, 'relay_news', clock, (channel) => void told.push(channel));
    await direct.query("SELECT pg_notify('relay_news', 'first')");
    await expect.poll(() => told).toEqual(['first']);
    const [way] = ways;
    if (way !== undefined) silent.add(way);
    await direct.query("SELECT pg_notify('relay_news', 'lost')");
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['first', null]);
    await direct.query("SELECT pg_notify('relay_news', 'next')");
    await expect.poll(() => told).toEqual(['first', null, 'next']);
    await news.close();
    await direct.end();
    firewall.close();
  });
});
