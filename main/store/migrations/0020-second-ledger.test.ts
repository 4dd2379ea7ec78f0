import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { migrate } from '../migrate.ts';
import * as first from './0010-first.ts';
import * as secondLedger from './0020-second-ledger.ts';

let db: Database.Database;
beforeEach(() => open(':memory:'));
afterEach(() => db.close());

function open(path: string): void {
  db = new Database(path);
  db.defaultSafeIntegers(true);
}

const upgrade = (path = 'daybook.db') =>
  migrate(db, { path, clock: virtualClock(0), migrations: [first, secondLedger] });

/** A connection with a bank, a line, its proposal and posting, and a secret. */
function seed(): void {
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'plaid', 'Bank', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO secret (owner, name, sealed, key_id, updated_at) VALUES ('connection:con', 'secret', x'00FF', 'key', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'unknown', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO statement_line (id, feed_account_id, provider_line_id, state, amount_minor, currency, date, text,
        counterparty_key, payload, revision, first_pull_id, last_pull_id)
      VALUES (1, 'acc', 'one', 'booked', -9007199254740993, 'EUR', '2026-11-20', 'Huur', '', '{}', 1, 'pull', 'pull');
    INSERT INTO mapping (id, feed_account_id, ledger_connection_id, legal_entity, bank_account, journal_name,
        dimensions_json, pending_policy, grouping, suggestions, created_at, updated_at)
      VALUES ('map', 'acc', 'con', 'USMF', 'OPER', 'GenJrn', '{}', 'wait', 'account_day', 'beside', '', '');
    INSERT INTO proposal (id, kind, mapping_id, ledger_connection_id, legal_entity, journal_name, account_type, account,
        dimensions_json, date, amount_minor, currency, text, state, needs_json, coded_by, reason, generation, revision,
        stem, created_at, updated_at)
      VALUES ('prop', 'entry', 'map', 'con', 'USMF', 'GenJrn', 'bank', 'OPER', '{}', '2026-11-20', 100, 'EUR', 'Huur',
        'posted', '[]', 'default', '', 1, 1, 'STEM', '', '');
    INSERT INTO proposal_line (proposal_id, line_id, claim) VALUES ('prop', 1, 1);
    INSERT INTO journal (id, ledger_connection_id, legal_entity, journal_name, reference, request_json, request_hash,
        approved_by, state, attempts, intended_at)
      VALUES ('jou', 'con', 'USMF', 'GenJrn', 'R', '{}', '', 'Ann', 'posted', 1, '');
    INSERT INTO posting (id, journal_id, proposal_id, ledger_connection_id, legal_entity, reference, stem, entry_json,
        entry_hash, state, intended_at)
      VALUES ('post', 'jou', 'prop', 'con', 'USMF', 'R', 'STEM', '{}', '', 'posted', '');
    INSERT INTO setting (name, value_json, updated_at) VALUES ('schedule', '{}', '');
  `);
}

function content(): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  return Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]));
}

test('a workspace of the version before keeps every row, and gets five empty tables', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'daybook.db');
  db.close();
  open(path);
  await migrate(db, { path, clock: virtualClock(0), migrations: [first] });
  seed();
  const before = content();
  await upgrade(path);
  const after = content();
  const added = ['connector_keep', 'journal_question', 'ledger_cursor', 'ledger_line', 'token_chain'];
  expect(Object.keys(after).filter((table) => !(table in before))).toEqual(added);
  for (const table of added) expect(after[table]).toEqual([]);
  for (const [table, rows] of Object.entries(before)) expect(after[table], table).toEqual(rows);
  expect(db.pragma('user_version', { simple: true })).toBe(20n);
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

test('every new table is strict', async () => {
  await upgrade();
  const loose = db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0")
    .pluck()
    .all();
  expect(loose).toEqual(['sqlite_schema']);
});

test.each([
  ["SELECT * FROM token_chain WHERE name = 'n'", 'PRIMARY KEY'],
  ["SELECT * FROM connector_keep WHERE connection_id = 'c' AND name = 'n'", 'PRIMARY KEY'],
  [
    `SELECT * FROM journal_question WHERE ledger_connection_id = 'c' AND legal_entity = 'e' AND journal_name = 'j'
       AND key = 'k'`,
    'sqlite_autoindex_journal_question',
  ],
  [
    `SELECT * FROM ledger_line WHERE ledger_connection_id = 'c' AND legal_entity = 'e' AND bank_account = 'b'
       AND date <= '2026-01-01' ORDER BY date`,
    'ledger_line_bank',
  ],
  ["SELECT * FROM ledger_line WHERE ledger_connection_id = 'c' AND reference = 'r'", 'ledger_line_reference'],
  [
    "SELECT * FROM ledger_line WHERE ledger_connection_id = 'c' AND legal_entity = 'e' AND provider_key = 'k'",
    'sqlite_autoindex_ledger_line',
  ],
  ["SELECT * FROM ledger_cursor WHERE ledger_connection_id = 'c' AND legal_entity = 'e'", 'PRIMARY KEY'],
])('%s is answered by an index, without sorting', async (query, index) => {
  await upgrade();
  const rows = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all();
  const plan = rows.map((row) => row.detail).join('\n');
  expect(plan).toContain(index);
  expect(plan).not.toContain('SCAN');
  expect(plan).not.toContain('TEMP B-TREE');
});

test('a question is asked once under its key, and a line of the ledger is kept once', async () => {
  await upgrade();
  seed();
  const ask = () =>
    db.exec(`INSERT INTO journal_question (ledger_connection_id, legal_entity, journal_name, kind, key, sentence,
      choices_json, asked_at, seen_at) VALUES ('con', '1', '20', 'break', 'k', '', '[]', '', '')`);
  ask();
  expect(ask).toThrow('UNIQUE');
  const line = () =>
    db.exec(`INSERT INTO ledger_line (ledger_connection_id, legal_entity, provider_key, journal_number, journal_name,
      account, date, amount_minor, currency, text, state, read_at)
      VALUES ('con', '1', 'key', 'j', '20', '1100', '2026-11-20', 1, 'EUR', '', 'open', '')`);
  line();
  expect(line).toThrow('UNIQUE');
});
