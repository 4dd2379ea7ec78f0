import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { migrate } from '../migrate.ts';
import * as first from './0010-first.ts';
import * as secondLedger from './0020-second-ledger.ts';
import * as takeBack from './0050-take-back.ts';
import * as webhooks from './0060-webhooks.ts';

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  const options = { path: join(folder, 'daybook.db'), clock: virtualClock(0) };
  await migrate(db, { ...options, migrations: [first, secondLedger, takeBack] });
  db.exec(`INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'any', 'Bank', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at, webhook_url)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'unknown', '[]', '', 'https://hooks.example');`);
  await migrate(db, { ...options, migrations: [first, secondLedger, takeBack, webhooks] });
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const channel = (id: string, state: string) =>
  db.exec(`INSERT INTO relay_channel (id, relay_url, public_url, key_version, state, stored_through, link, link_at, created_at)
    VALUES ('${id}', 'r', 'p', 1, '${state}', 0, 'off', '', '')`);
const notice = (key: string) =>
  db.exec(`INSERT INTO notice (provider, connection_id, dedupe_key, source, topic, action, received_at, taken_at)
    VALUES ('plaid', 'con', '${key}', 'relay', '', '', '', '')`);

test('what was there stays, and nothing is in the inbox', () => {
  expect(db.prepare('SELECT webhook_url FROM feed').all()).toEqual([{ webhook_url: 'https://hooks.example' }]);
  for (const table of ['relay_channel', 'relay_message', 'notice', 'notice_reason', 'notice_count', 'notice_address'])
    expect(db.prepare(`SELECT * FROM ${table}`).all()).toEqual([]);
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

test('a workspace has one channel in use, and any number that it leaves', () => {
  channel('a', 'leaving');
  channel('b', 'leaving');
  channel('c', 'live');
  expect(() => channel('d', 'live')).toThrow('UNIQUE');
  expect(() => channel('e', 'odd')).toThrow('CHECK');
});

test('the same notice cannot be taken in twice', () => {
  notice('k');
  notice('l');
  expect(() => notice('k')).toThrow('UNIQUE');
});

test('what waits is found by an index', () => {
  const plan = db
    .prepare<[], { detail: string }>(
      "EXPLAIN QUERY PLAN SELECT * FROM notice_reason WHERE state = 'waiting' ORDER BY connection_id, feed_id, reads",
    )
    .all();
  expect(plan.map((row) => row.detail).join('\n')).toContain('notice_reason_waiting');
});
