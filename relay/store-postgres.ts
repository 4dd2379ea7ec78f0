import { Pool, TypeOverrides } from 'pg';
import { z } from 'zod';
import type { Clock } from '../main/core/clock.ts';
import { groupedAppend, inTransaction } from './postgres-append.ts';
import { listenForNews } from './postgres-news.ts';
import { POSTGRES_SCHEMA } from './postgres-schema.ts';
import { type Channel, MOST_SESSIONS, type RelayStore } from './store.ts';
import { messageRow, sessionRow, signInRow, totalsRow } from './store-rows.ts';

const NEWS = 'relay_news';
/** Any number that is always the same: nodes that start together make the tables one after the other. */
const SCHEMA_LOCK = 4_706_201;
const INT8 = 20;

const CHANNEL = `id, seal_key AS "sealKey", sign_key AS "signKey", key_version AS "keyVersion", acknowledged, latest`;
const channelRow: z.ZodType<Channel> = z.object({
  id: z.string(),
  sealKey: z.string(),
  signKey: z.string(),
  keyVersion: z.number(),
  acknowledged: z.number(),
  latest: z.number(),
});

/** One database for several nodes behind a balancer. `onTrouble` hears of connections that broke while idle. */
export async function openPostgresStore(
  url: string,
  clock: Clock,
  onTrouble: (error: Error) => void,
): Promise<RelayStore> {
  const types = new TypeOverrides();
  // Counters and times stay far below 2^53.
  types.setTypeParser(INT8, Number);
  const config = { connectionString: url, types, application_name: 'daybook-relay' };
  const pool = new Pool({ ...config, max: 10 });
  pool.on('error', onTrouble);
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
    await client.query(POSTGRES_SCHEMA);
  });
  const listeners: ((channel: string | null) => void)[] = [];
  const news = await listenForNews(config, NEWS, clock, (channel) => {
    for (const listener of listeners) listener(channel);
  });
  const { append, drain } = groupedAppend(pool, NEWS);

  const one = async <T>(schema: z.ZodType<T>, text: string, values: readonly unknown[]): Promise<T | null> => {
    const { rows } = await pool.query(text, [...values]);
    return rows[0] === undefined ? null : schema.parse(rows[0]);
  };
  const changed = async (text: string, values: readonly unknown[]): Promise<number> =>
    (await pool.query(text, [...values])).rowCount ?? 0;
  const forgetUpTo = (channel: string, through: number): Promise<number> =>
    inTransaction(pool, async (client) => {
      // The channel's row first, as `append` does.
      const locked = await client.query('SELECT latest FROM relay_channel WHERE id = $1 FOR UPDATE', [channel]);
      const latest = z.object({ latest: z.number() }).optional().parse(locked.rows[0])?.latest;
      if (latest === undefined) return 0;
      const { rows } = await client.query(
        `WITH gone AS (DELETE FROM relay_message WHERE channel = $1 AND sequence <= $2 RETURNING length(sealed) AS size),
           sums AS (SELECT count(*) AS messages, coalesce(sum(size), 0)::bigint AS bytes FROM gone)
         UPDATE relay_channel SET acknowledged = greatest(acknowledged, $2), held_messages = held_messages - sums.messages,
           held_bytes = held_bytes - sums.bytes FROM sums WHERE id = $1 RETURNING sums.messages`,
        [channel, Math.min(through, latest)],
      );
      return z.object({ messages: z.number() }).parse(rows[0]).messages;
    });

  return {
    createChannel: (id, { sealKey, signKey }, now, mostChannels) =>
      inTransaction(pool, async (client) => {
        const find = async () => {
          const { rows } = await client.query(`SELECT ${CHANNEL} FROM relay_channel WHERE sign_key = $1`, [signKey]);
          return channelRow.optional().parse(rows[0]);
        };
        const there = await find();
        if (there) return there;
        const { rowCount } = await client.query(
          `INSERT INTO relay_channel (id, seal_key, sign_key, key_version, used_at)
           SELECT $1, $2, $3, 1, $4 WHERE (SELECT count(*) FROM relay_channel) < $5 ON CONFLICT (sign_key) DO NOTHING`,
          [id, sealKey, signKey, now, mostChannels],
        );
        // Nothing made, and still none there: no room. Or another node made it in this very moment.
        return (await find()) ?? (rowCount === 0 ? 'full' : Promise.reject(new Error('A new channel was not found.')));
      }),
    channel: (id) => one(channelRow, `SELECT ${CHANNEL} FROM relay_channel WHERE id = $1`, [id]),
    rotate: (id, fromVersion, { sealKey, signKey }) =>
      inTransaction(pool, async (client) => {
        const { rows } = await client.query(
          `UPDATE relay_channel SET seal_key = $1, sign_key = $2, key_version = key_version + 1
           WHERE id = $3 AND key_version = $4 RETURNING ${CHANNEL}`,
          [sealKey, signKey, id, fromVersion],
        );
        if (rows.length === 0) return null;
        await client.query('DELETE FROM relay_session WHERE channel = $1', [id]);
        await client.query('SELECT pg_notify($1, $2)', [NEWS, id]);
        return channelRow.parse(rows[0]);
      }),
    revoke: (id) =>
      inTransaction(pool, async (client) => {
        const { rowCount } = await client.query('DELETE FROM relay_channel WHERE id = $1', [id]);
        await client.query('SELECT pg_notify($1, $2)', [NEWS, id]);
        return rowCount !== null && rowCount > 0;
      }),
    setHookSecret: async (channel, provider, secretHash) => {
      if (secretHash === null)
        await changed('DELETE FROM relay_hook_secret WHERE channel = $1 AND provider = $2', [channel, provider]);
      else
        await changed(
          `INSERT INTO relay_hook_secret VALUES ($1, $2, $3)
           ON CONFLICT (channel, provider) DO UPDATE SET secret_hash = excluded.secret_hash`,
          [channel, provider, secretHash],
        );
    },
    hookSecret: async (channel, provider) =>
      (
        await one(
          z.object({ hash: z.string() }),
          'SELECT secret_hash AS hash FROM relay_hook_secret WHERE channel = $1 AND provider = $2',
          [channel, provider],
        )
      )?.hash ?? null,
    append,
    messagesAfter: async (channel, after, count, bytes) => {
      // The running size decides in the database, so that large messages are not read only to be left out.
      const { rows } = await pool.query(
        `SELECT sequence, provider, received_at AS "receivedAt", key_version AS "keyVersion", sealed FROM (
           SELECT *, sum(length(sealed)) OVER (ORDER BY sequence) - length(sealed) AS before FROM (
             SELECT * FROM relay_message WHERE channel = $1 AND sequence > $2 ORDER BY sequence LIMIT $3) AS next
         ) AS sized WHERE before < $4 ORDER BY sequence`,
        [channel, after, count, bytes],
      );
      return z.array(messageRow).parse(rows);
    },
    acknowledge: async (channel, through) => {
      await forgetUpTo(channel, through);
    },
    saveChallenge: async (hash, expiresAt) => {
      await changed('INSERT INTO relay_challenge VALUES ($1, $2)', [hash, expiresAt]);
    },
    spendChallenge: async (hash, now) =>
      (await changed('DELETE FROM relay_challenge WHERE hash = $1 AND expires_at > $2', [hash, now])) > 0,
    saveSession: (tokenHash, { channel, keyVersion }, now, expiresAt) =>
      inTransaction(pool, async (client) => {
        await client.query('INSERT INTO relay_session VALUES ($1, $2, $3, $4)', [
          tokenHash,
          channel,
          keyVersion,
          expiresAt,
        ]);
        await client.query(
          `DELETE FROM relay_session WHERE channel = $1 AND token_hash NOT IN
             (SELECT token_hash FROM relay_session WHERE channel = $1 ORDER BY expires_at DESC LIMIT $2)`,
          [channel, MOST_SESSIONS],
        );
        await client.query('UPDATE relay_channel SET used_at = $1 WHERE id = $2', [now, channel]);
      }),
    session: (tokenHash, now) =>
      one(
        sessionRow,
        `SELECT channel, key_version AS "keyVersion" FROM relay_session WHERE token_hash = $1 AND expires_at > $2`,
        [tokenHash, now],
      ),
    openSignIn: async ({ channel, provider, stateHash, sealKey, expiresAt }, now, mostOpen) => {
      await changed('DELETE FROM relay_sign_in WHERE expires_at <= $1', [now]);
      const opened = await changed(
        `INSERT INTO relay_sign_in SELECT $1, $2, $3, $4, $5, NULL
         WHERE (SELECT count(*) FROM relay_sign_in WHERE channel = $2) < $6 ON CONFLICT DO NOTHING`,
        [stateHash, channel, provider, sealKey, expiresAt, mostOpen],
      );
      return opened > 0;
    },
    waitingSignIn: (stateHash, provider, now) =>
      one(
        signInRow,
        `SELECT channel, provider, state_hash AS "stateHash", seal_key AS "sealKey", expires_at AS "expiresAt"
         FROM relay_sign_in WHERE state_hash = $1 AND provider = $2 AND expires_at > $3`,
        [stateHash, provider, now],
      ),
    returnSignIn: async (stateHash, sealed) => {
      await pool.query(
        `WITH returned AS (
           UPDATE relay_sign_in SET sealed = $1 WHERE state_hash = $2 AND sealed IS NULL RETURNING channel)
         SELECT pg_notify($3, channel) FROM returned`,
        [sealed, stateHash, NEWS],
      );
    },
    signInReturn: async (channel, stateHash, now) => {
      const row = await one(
        z.object({ sealed: z.instanceof(Buffer).nullable() }),
        'SELECT sealed FROM relay_sign_in WHERE channel = $1 AND state_hash = $2 AND expires_at > $3',
        [channel, stateHash, now],
      );
      return row && (row.sealed ?? 'waiting');
    },
    purge: async (now, messagesBefore, channelsBefore) => {
      const { rows } = await pool.query(
        'SELECT channel, max(sequence) AS through FROM relay_message WHERE received_at < $1 GROUP BY channel',
        [messagesBefore],
      );
      let messages = 0;
      for (const { channel, through } of z.array(z.object({ channel: z.string(), through: z.number() })).parse(rows))
        messages += await forgetUpTo(channel, through);
      for (const table of ['challenge', 'session', 'sign_in'])
        await changed(`DELETE FROM relay_${table} WHERE expires_at <= $1`, [now]);
      return { messages, channels: await changed('DELETE FROM relay_channel WHERE used_at < $1', [channelsBefore]) };
    },
    totals: async () => {
      const totals = await one(
        totalsRow,
        `SELECT count(*) AS channels, coalesce(sum(held_messages), 0)::bigint AS messages,
           coalesce(sum(held_bytes), 0)::bigint AS bytes FROM relay_channel`,
        [],
      );
      return totals ?? { channels: 0, messages: 0, bytes: 0 };
    },
    check: async () => {
      await pool.query('SELECT 1');
    },
    onNews: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await drain();
      await news.close();
      await pool.end();
    },
  };
}
