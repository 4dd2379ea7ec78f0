import type { Pool, PoolClient } from 'pg';
import { z } from 'zod';
import { yieldToOthers } from '../main/core/clock.ts';
import type { Appended, Quota, SealedMessage } from './store.ts';

/** Messages of one commit at most: a statement's arrays stay of a size that a server takes without effort. */
const MOST_IN_GROUP = 500;

type Waiting = {
  readonly message: SealedMessage;
  readonly quota: Quota;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (reason: unknown) => void;
};

const lockedRow = z.object({
  id: z.string(),
  key_version: z.number(),
  latest: z.number(),
  held_messages: z.number(),
  held_bytes: z.number(),
});

/**
 * Appends in groups, one commit at a time: while one is on its way to the disk, the next one gathers. The rows of the
 * channels are locked in the order of their ids, so that two nodes never wait for each other, and a sequence is seen only
 * when all before it are.
 */
export function groupedAppend(pool: Pool, notify: string) {
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const run = async () => {
    // One turn of the event loop: what arrived together goes together.
    await yieldToOthers();
    while (waiting.length > 0) {
      const group = waiting.splice(0, MOST_IN_GROUP);
      try {
        const results = await inTransaction(pool, (client) => appendAll(client, group, notify));
        for (const [index, { resolve }] of group.entries()) resolve(results[index] ?? 'gone');
      } catch (thrown) {
        for (const { reject } of group) reject(thrown);
      }
    }
    running = undefined;
  };
  return {
    append: (message: SealedMessage, quota: Quota) =>
      new Promise<Appended>((resolve, reject) => {
        waiting.push({ message, quota, resolve, reject });
        running ??= run();
      }),
    drain: async () => running,
  };
}

async function appendAll(client: PoolClient, group: readonly Waiting[], notify: string): Promise<Appended[]> {
  const ids = [...new Set(group.map(({ message }) => message.channel))];
  const locked = await client.query(
    `SELECT id, key_version, latest, held_messages, held_bytes FROM relay_channel
     WHERE id = ANY($1) ORDER BY id FOR UPDATE`,
    [ids],
  );
  const channels = new Map(
    z
      .array(lockedRow)
      .parse(locked.rows)
      .map((row) => [row.id, row]),
  );
  const rows: { readonly message: SealedMessage; readonly sequence: number }[] = [];
  const results = group.map(({ message, quota }): Appended => {
    const channel = channels.get(message.channel);
    if (!channel || channel.key_version !== message.keyVersion) return 'gone';
    const { length } = message.sealed;
    if (channel.held_messages >= quota.messages || channel.held_bytes + length > quota.bytes) return 'full';
    channel.latest += 1;
    channel.held_messages += 1;
    channel.held_bytes += length;
    rows.push({ message, sequence: channel.latest });
    return { sequence: channel.latest };
  });
  if (rows.length === 0) return results;
  await client.query(
    `INSERT INTO relay_message (channel, sequence, provider, received_at, key_version, sealed)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::int[], $6::bytea[])`,
    [
      rows.map(({ message }) => message.channel),
      rows.map(({ sequence }) => sequence),
      rows.map(({ message }) => message.provider),
      rows.map(({ message }) => message.receivedAt),
      rows.map(({ message }) => message.keyVersion),
      rows.map(({ message }) => message.sealed),
    ],
  );
  const changed = [...new Set(rows.map(({ message }) => message.channel))].flatMap((id) => channels.get(id) ?? []);
  await client.query(
    `WITH changed AS (
       UPDATE relay_channel SET latest = news.latest, held_messages = news.messages, held_bytes = news.bytes
       FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS news (id, latest, messages, bytes)
       WHERE relay_channel.id = news.id RETURNING relay_channel.id)
     SELECT pg_notify($5, id) FROM changed`,
    [
      changed.map(({ id }) => id),
      changed.map(({ latest }) => latest),
      changed.map(({ held_messages }) => held_messages),
      changed.map(({ held_bytes }) => held_bytes),
      notify,
    ],
  );
  return results;
}

export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown : new Error(String(thrown));
    throw thrown;
  } finally {
    // After a failure the connection is closed, and the server rolls back: no statement more is asked of it.
    client.release(failure);
  }
}
