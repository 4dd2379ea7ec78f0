import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { MIGRATIONS, migrate } from '../migrate.ts';
import * as signOffs from './0110-sign-offs.ts';

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  await migrate(db, { ...options(), migrations: MIGRATIONS.filter(({ version }) => version < signOffs.version) });
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'plaid', 'Plaid', 'production', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'complete', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO reconciliation (feed_account_id, date, currency, bank_minor, ledger_minor, difference_minor,
        open_items_json, explained, made_at) VALUES ('acc', '2026-10-31', 'USD', 5, 5, 0, '[]', 1, '');
  `);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () =>
  migrate(db, { ...options(), migrations: MIGRATIONS.filter(({ version }) => version <= signOffs.version) });
const sign = (id: string, state: string) =>
  db
    .prepare(
      `INSERT INTO sign_off (id, feed_account_id, from_date, to_date, currency, state, figures_json, figures_hash,
         prepared_by, prepared_at) VALUES (?, 'acc', '2026-10-01', '2026-10-31', 'USD', ?, '{}', '', 'Ann', '')`,
    )
    .run(id, state);

test('reconciliations that were made before stay, and nothing is signed yet', async () => {
  const before = db.prepare('SELECT * FROM reconciliation').all();
  await upgrade();
  expect(db.prepare('SELECT * FROM reconciliation').all()).toEqual(before);
  expect(db.prepare('SELECT count(*) AS signed FROM sign_off').get()).toEqual({ signed: 0n });
});

test('a period is signed once at a time, and again after it broke or was re-opened', async () => {
  await upgrade();
  sign('one', 'broken');
  sign('two', 'reopened');
  sign('three', 'prepared');
  expect(() => sign('four', 'reviewed')).toThrow('UNIQUE');
});
