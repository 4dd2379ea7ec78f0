import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { MIGRATIONS, migrate } from '../migrate.ts';
import * as matches from './0100-matches.ts';

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  const before = MIGRATIONS.filter(({ version }) => version < matches.version);
  await migrate(db, { ...options(), migrations: before });
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'any', 'ERP', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'unknown', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO ledger_bank_line (id, ledger_connection_id, legal_entity, bank_account, provider_key, date, amount_minor,
        currency, voucher, text, reference, read_at)
      VALUES (7, 'con', '1', 'OPER', 'key', '2026-11-19', -100, 'USD', 'V1', 'Rent', NULL, 'then');
  `);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () =>
  migrate(db, { ...options(), migrations: MIGRATIONS.filter(({ version }) => version <= matches.version) });

test('ledger lines keep their id and every field, and none of them is gone', async () => {
  const [before] = db.prepare<[], object>('SELECT * FROM ledger_bank_line').all();
  await upgrade();
  expect(db.prepare<[], object>('SELECT * FROM ledger_bank_line').all()).toEqual([
    {
      ...before,
      journal_number: null,
      party: null,
      documents: '',
      payment_reference: null,
      revision: 0n,
      gone_at: null,
    },
  ]);
});

test('a line stands in one live match, and is free again when that is undone', async () => {
  await upgrade();
  db.exec(`
    INSERT INTO match_batch (id, kind, at, actor) VALUES ('batch', 'run', '', 'Ann');
    INSERT INTO match (id, feed_account_id, batch_id, state, pass, currency, parts_json, sentence, fingerprint, made_at, made_by)
      VALUES ('m', 'acc', 'batch', 'made', 'document', 'USD', '{}', '', '1:7', '', 'Ann');
  `);
  const leg = () =>
    db.exec(
      `INSERT INTO match_leg (match_id, side, line_id, amount_minor, date, live) VALUES ('m', 'ledger', 7, -100, '2026-11-19', 1)`,
    );
  leg();
  expect(leg).toThrow('UNIQUE');
  db.exec('UPDATE match_leg SET live = 0');
  leg();
});

test.each([
  ["SELECT match_id FROM match_leg WHERE side = 'ledger' AND line_id = 7 AND live = 1", 'match_leg_used'],
  [
    "SELECT * FROM ledger_bank_line WHERE ledger_connection_id = 'c' AND legal_entity = '1' AND bank_account = 'b' AND revision > 5",
    'ledger_bank_line_revision',
  ],
  ["SELECT * FROM match WHERE undone_batch_id = 'b'", 'match_undone'],
])('%s is answered by an index', async (query, index) => {
  await upgrade();
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all();
  expect(plan.map((row) => row.detail).join('\n')).toContain(index);
});
