import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { groupedWrites } from './grouped-writes.ts';
import { type Channel, MOST_SESSIONS, type RelayStore, type StoredMessage } from './store.ts';
import { messageRow, sessionRow, signInRow, totalsRow } from './store-rows.ts';

const SCHEMA_VERSION = 1;
const PURGED_AT_ONCE = 1_000;

const SCHEMA = `
CREATE TABLE channel (
  id TEXT PRIMARY KEY, seal_key TEXT NOT NULL, sign_key TEXT NOT NULL UNIQUE, key_version INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL DEFAULT 0, latest INTEGER NOT NULL DEFAULT 0,
  held_messages INTEGER NOT NULL DEFAULT 0, held_bytes INTEGER NOT NULL DEFAULT 0,
  used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE message (
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE, sequence INTEGER NOT NULL, provider TEXT NOT NULL,
  received_at INTEGER NOT NULL, key_version INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (channel, sequence)
) STRICT;
CREATE TABLE hook_secret (
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE, provider TEXT NOT NULL, secret_hash TEXT NOT NULL,
  PRIMARY KEY (channel, provider)
) STRICT, WITHOUT ROWID;
CREATE TABLE challenge (hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  key_version INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_channel ON session (channel);
CREATE TABLE sign_in (
  state_hash TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE, provider TEXT NOT NULL,
  seal_key TEXT NOT NULL, expires_at INTEGER NOT NULL, sealed BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_channel ON sign_in (channel);
`;

const channelRow = z
  .object({
    id: z.string(),
    seal_key: z.string(),
    sign_key: z.string(),
    key_version: z.number(),
    acknowledged: z.number(),
    latest: z.number(),
  })
  .transform(
    (row): Channel => ({
      id: row.id,
      sealKey: row.seal_key,
      signKey: row.sign_key,
      keyVersion: row.key_version,
      acknowledged: row.acknowledged,
      latest: row.latest,
    }),
  );
const oldestRow = z.object({ channel: z.string(), through: z.number() });
const held = z.object({ messages: z.number(), bytes: z.number() });
const CHANNEL = 'SELECT id, seal_key, sign_key, key_version, acknowledged, latest FROM channel';

/** One file for one node. WAL with a full sync at each (grouped) commit: what was answered 200 survives a power cut. */
export function openSqliteStore(file: string): RelayStore {
  mkdirSync(dirname(file), { recursive: true });
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // Under load the log grows by some megabytes between two copies of it into the file.
  db.pragma('wal_autocheckpoint = 4000');
  db.pragma('foreign_keys = ON');
  // Deleted rows are overwritten: sealed as they are, nothing is kept for longer than was said.
  db.pragma('secure_delete = ON');
  const version = z.number().parse(db.pragma('user_version', { simple: true }));
  if (version > SCHEMA_VERSION) throw new Error(`${file} was made by a newer relay (schema ${version}).`);
  if (version === 0) db.transaction(() => db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}`))();

  const listeners: ((channel: string | null) => void)[] = [];
  const tell = (channel: string) => {
    for (const listener of listeners) listener(channel);
  };
  const grouped = groupedWrites((work) => db.transaction(work).immediate());
  const { write } = grouped;
  const sql = (text: string) => db.prepare<unknown[], unknown>(text);

  const byId = sql(`${CHANNEL} WHERE id = ?`);
  const bySignKey = sql(`${CHANNEL} WHERE sign_key = ?`);
  const countChannels = sql('SELECT count(*) FROM channel').pluck();
  const insertChannel = sql(
    'INSERT INTO channel (id, seal_key, sign_key, key_version, used_at) VALUES (?, ?, ?, 1, ?)',
  );
  const setKeys = sql(
    'UPDATE channel SET seal_key = ?, sign_key = ?, key_version = key_version + 1 WHERE id = ? AND key_version = ?',
  );
  const endSessions = sql('DELETE FROM session WHERE channel = ?');
  const dropOldSessions = sql(
    `DELETE FROM session WHERE channel = ? AND token_hash NOT IN
       (SELECT token_hash FROM session WHERE channel = ? ORDER BY expires_at DESC LIMIT ?)`,
  );
  const deleteChannel = sql('DELETE FROM channel WHERE id = ?');
  const nextSequence = sql(
    `UPDATE channel SET latest = latest + 1, held_messages = held_messages + 1, held_bytes = held_bytes + ?
     WHERE id = ? AND key_version = ? AND held_messages < ? AND held_bytes + ? <= ? RETURNING latest`,
  ).pluck();
  const insertMessage = sql(
    'INSERT INTO message (channel, sequence, provider, received_at, key_version, sealed) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const readMessages = sql(
    `SELECT sequence, provider, received_at AS receivedAt, key_version AS keyVersion, sealed FROM message
     WHERE channel = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
  );
  const heldUpTo = sql(
    'SELECT count(*) AS messages, coalesce(sum(length(sealed)), 0) AS bytes FROM message WHERE channel = ? AND sequence <= ?',
  );
  const deleteUpTo = sql('DELETE FROM message WHERE channel = ? AND sequence <= ?');
  const setAcknowledged = sql(
    `UPDATE channel SET acknowledged = max(acknowledged, ?), held_messages = held_messages - ?, held_bytes = held_bytes - ?
     WHERE id = ?`,
  );
  const oldest = sql(
    `SELECT channel, max(sequence) AS through FROM (
       SELECT channel, sequence, received_at FROM message ORDER BY rowid LIMIT ?
     ) WHERE received_at < ? GROUP BY channel`,
  );
  const findChannel = (id: string): Channel | null => channelRow.nullable().parse(byId.get(id) ?? null);
  const forgetUpTo = (channel: string, through: number): number => {
    const { messages, bytes } = held.parse(heldUpTo.get(channel, through));
    deleteUpTo.run(channel, through);
    setAcknowledged.run(through, messages, bytes, channel);
    return messages;
  };
  /** Rows lie in the order in which they came, so the old ones are found without an index of their times. */
  const forgetOldest = (before: number): number => {
    const old = oldest.all(PURGED_AT_ONCE, before);
    let messages = 0;
    for (const { channel, through } of z.array(oldestRow).parse(old)) messages += forgetUpTo(channel, through);
    return messages;
  };

  return {
    createChannel: (id, keys, now, mostChannels) =>
      write(() => {
        const there = bySignKey.get(keys.signKey);
        if (there !== undefined) return channelRow.parse(there);
        if (z.number().parse(countChannels.get()) >= mostChannels) return 'full';
        insertChannel.run(id, keys.sealKey, keys.signKey, now);
        return channelRow.parse(byId.get(id));
      }),
    channel: async (id) => findChannel(id),
    rotate: async (id, fromVersion, keys) => {
      const rotated = await write(() => {
        if (setKeys.run(keys.sealKey, keys.signKey, id, fromVersion).changes === 0) return null;
        endSessions.run(id);
        return findChannel(id);
      });
      tell(id);
      return rotated;
    },
    revoke: async (id) => {
      const revoked = await write(() => deleteChannel.run(id).changes > 0);
      tell(id);
      return revoked;
    },
    setHookSecret: (channel, provider, secretHash) =>
      write(() => {
        sql('DELETE FROM hook_secret WHERE channel = ? AND provider = ?').run(channel, provider);
        if (secretHash !== null) sql('INSERT INTO hook_secret VALUES (?, ?, ?)').run(channel, provider, secretHash);
      }),
    hookSecret: async (channel, provider) =>
      z
        .string()
        .nullable()
        .parse(
          sql('SELECT secret_hash FROM hook_secret WHERE channel = ? AND provider = ?')
            .pluck()
            .get(channel, provider) ?? null,
        ),
    append: async (message, quota) => {
      const { channel, provider, receivedAt, keyVersion, sealed } = message;
      const appended = await write(() => {
        const next = nextSequence.get(sealed.length, channel, keyVersion, quota.messages, sealed.length, quota.bytes);
        if (next === undefined) return findChannel(channel)?.keyVersion === keyVersion ? 'full' : 'gone';
        const sequence = z.number().parse(next);
        insertMessage.run(channel, sequence, provider, receivedAt, keyVersion, sealed);
        return { sequence };
      });
      if (typeof appended === 'object') tell(channel);
      return appended;
    },
    messagesAfter: async (channel, after, count, bytes) => {
      const rows: StoredMessage[] = [];
      let size = 0;
      for (const row of readMessages.iterate(channel, after, count)) {
        const parsed = messageRow.parse(row);
        rows.push(parsed);
        size += parsed.sealed.length;
        if (size >= bytes) break;
      }
      return rows;
    },
    acknowledge: (channel, through) =>
      write(() => {
        const latest = findChannel(channel)?.latest;
        if (latest !== undefined) forgetUpTo(channel, Math.min(through, latest));
      }),
    saveChallenge: (hash, expiresAt) =>
      write(() => {
        sql('INSERT INTO challenge VALUES (?, ?)').run(hash, expiresAt);
      }),
    spendChallenge: (hash, now) =>
      write(() => sql('DELETE FROM challenge WHERE hash = ? AND expires_at > ?').run(hash, now).changes > 0),
    saveSession: (tokenHash, { channel, keyVersion }, now, expiresAt) =>
      write(() => {
        sql('INSERT INTO session VALUES (?, ?, ?, ?)').run(tokenHash, channel, keyVersion, expiresAt);
        dropOldSessions.run(channel, channel, MOST_SESSIONS);
        sql('UPDATE channel SET used_at = ? WHERE id = ?').run(now, channel);
      }),
    session: async (tokenHash, now) =>
      sessionRow
        .nullable()
        .parse(
          sql('SELECT channel, key_version AS keyVersion FROM session WHERE token_hash = ? AND expires_at > ?').get(
            tokenHash,
            now,
          ) ?? null,
        ),
    openSignIn: ({ channel, provider, stateHash, sealKey, expiresAt }, now, mostOpen) =>
      write(() => {
        sql('DELETE FROM sign_in WHERE expires_at <= ?').run(now);
        const open = sql('SELECT count(*) FROM sign_in WHERE channel = ?').pluck().get(channel);
        if (z.number().parse(open) >= mostOpen) return false;
        return (
          sql('INSERT INTO sign_in VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING').run(
            stateHash,
            channel,
            provider,
            sealKey,
            expiresAt,
          ).changes > 0
        );
      }),
    waitingSignIn: async (stateHash, provider, now) =>
      signInRow.nullable().parse(
        sql(
          `SELECT channel, provider, state_hash AS stateHash, seal_key AS sealKey, expires_at AS expiresAt FROM sign_in
             WHERE state_hash = ? AND provider = ? AND expires_at > ?`,
        ).get(stateHash, provider, now) ?? null,
      ),
    returnSignIn: async (stateHash, sealed) => {
      const channel = await write(() =>
        sql('UPDATE sign_in SET sealed = ? WHERE state_hash = ? AND sealed IS NULL RETURNING channel')
          .pluck()
          .get(sealed, stateHash),
      );
      if (typeof channel === 'string') tell(channel);
    },
    signInReturn: async (channel, stateHash, now) => {
      const row = sql('SELECT sealed FROM sign_in WHERE channel = ? AND state_hash = ? AND expires_at > ?').get(
        channel,
        stateHash,
        now,
      );
      return row === undefined
        ? null
        : (z.object({ sealed: z.instanceof(Buffer).nullable() }).parse(row).sealed ?? 'waiting');
    },
    purge: async (now, messagesBefore, channelsBefore) => {
      let messages = 0;
      let forgotten: number;
      do {
        forgotten = await write(() => forgetOldest(messagesBefore));
        messages += forgotten;
      } while (forgotten > 0);
      const channels = await write(() => {
        for (const table of ['challenge', 'session', 'sign_in'])
          sql(`DELETE FROM ${table} WHERE expires_at <= ?`).run(now);
        return sql('DELETE FROM channel WHERE used_at < ?').run(channelsBefore).changes;
      });
      return { messages, channels };
    },
    totals: async () =>
      totalsRow.parse(
        sql(
          `SELECT count(*) AS channels, coalesce(sum(held_messages), 0) AS messages, coalesce(sum(held_bytes), 0) AS bytes
             FROM channel`,
        ).get(),
      ),
    check: async () => {
      sql('SELECT 1').get();
    },
    onNews: (listener) => {
      listeners.push(listener);
    },
    close: async () => {
      await grouped.drain();
      db.close();
    },
  };
}
