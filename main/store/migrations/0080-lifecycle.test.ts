import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { MIGRATIONS, migrate } from '../migrate.ts';
import * as lifecycle from './0080-lifecycle.ts';

let db: Database.Database;
let folder: string;
const before = MIGRATIONS.filter(({ version }) => version < lifecycle.version);
const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () => migrate(db, { ...options(), migrations: [...before, lifecycle] });
const rows = (table: string) => db.prepare<[], object>(`SELECT * FROM ${table}`).all();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  await migrate(db, { ...options(), migrations: before });
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'any', 'Bank', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_code, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'needs_person', 'login_required', '', 'unknown', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('a', 'feed', 'p', 'Operating', 'depository', '', '', ''), ('b', 'feed', 'q', 'Payroll', 'depository', '', '', '');
  `);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

test('feeds and accounts keep every field, and no account is replaced', async () => {
  const [feeds, accounts] = [rows('feed'), rows('feed_account')];
  await upgrade();
  expect(rows('feed')).toEqual(feeds);
  expect(rows('feed_account')).toEqual(
    accounts.map((row) => ({ ...row, replaced_by: null, reference_account_id: null })),
  );
  expect(rows('lifecycle')).toEqual([]);
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

test('a new account takes the place of one account at a time', async () => {
  await upgrade();
  const accept = (id: string, state: string) =>
    db.exec(`INSERT INTO account_replacement (id, account_id, new_account_id, reason, state, decided_at, decided_by, moved_json)
      VALUES ('${id}', 'a', 'b', '', '${state}', '', '', '{}')`);
  accept('1', 'accepted');
  expect(() => accept('2', 'accepted')).toThrow('UNIQUE');
  expect(() => accept('3', 'perhaps')).toThrow('CHECK');
  db.exec("UPDATE account_replacement SET state = 'undone'");
  accept('4', 'accepted');
  expect(() =>
    db.exec("INSERT INTO lifecycle VALUES ('feed:f', 'healthy', '', 'rumour', NULL, '{}', NULL, NULL)"),
  ).toThrow('CHECK');
});
