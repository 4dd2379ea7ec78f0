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

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  await migrate(db, { ...options(), migrations: [first, secondLedger] });
  seed();
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () => migrate(db, { ...options(), migrations: [first, secondLedger, takeBack] });
const rows = (table: string) => db.prepare<[], object>(`SELECT * FROM ${table} ORDER BY id`).all();

/** A posted and a refused entry in a journal, with all that they refer to. */
function seed(): void {
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'any', 'ERP', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'unknown', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO mapping (id, feed_account_id, ledger_connection_id, legal_entity, bank_account, journal_name,
        dimensions_json, pending_policy, grouping, suggestions, created_at, updated_at)
      VALUES ('map', 'acc', 'con', '1', '20', '20', '{}', 'wait', 'account_day', 'beside', '', '');
    INSERT INTO proposal (id, kind, mapping_id, ledger_connection_id, legal_entity, journal_name, account_type, account,
        dimensions_json, date, amount_minor, currency, text, state, needs_json, coded_by, reason, generation, revision,
        stem, created_at, updated_at)
      VALUES ('prop', 'entry', 'map', 'con', '1', '20', 'bank', '20', '{}', '2026-11-20', 100, 'EUR', 'Huur',
        'posted', '[]', 'default', '', 1, 1, 'STEM', '', '');
    INSERT INTO journal (id, ledger_connection_id, legal_entity, journal_name, reference, request_json, request_hash,
        approved_by, state, attempts, journal_number, intended_at, confirmed_at)
      VALUES ('jou', 'con', '1', '20', 'R', '{}', 'hash', 'Ann', 'posted', 1, 'J1', 'then', 'later');
    INSERT INTO posting (id, journal_id, proposal_id, ledger_connection_id, legal_entity, reference, stem, entry_json,
        entry_hash, state, journal_number, line_ids_json, voucher, ledger_state, intended_at, confirmed_at)
      VALUES ('post', 'jou', 'prop', 'con', '1', 'R', 'STEM', '{}', 'hash', 'posted', 'J1', '[]', 'V', 'open', 'then', 'x'),
        ('post2', 'jou', 'prop', 'con', '1', 'R', 'STEM', '{}', 'hash', 'refused', NULL, NULL, NULL, NULL, 'then', NULL);
  `);
}

test('journals and postings keep every field, and none is being taken back', async () => {
  const [journals, postings] = [rows('journal'), rows('posting')];
  await upgrade();
  expect(rows('journal')).toEqual(journals);
  expect(rows('posting')).toEqual(postings.map((row) => ({ ...row, take_back_id: null })));
  expect(rows('take_back')).toEqual([]);
  expect(db.pragma('foreign_key_check')).toEqual([]);
});

const post = (id: string, state: string) =>
  db.exec(`INSERT INTO posting (id, journal_id, proposal_id, ledger_connection_id, legal_entity, reference, stem,
    entry_json, entry_hash, state, intended_at) VALUES ('${id}', 'jou', 'prop', 'con', '1', 'R', 'STEM', '{}', '', '${state}', '')`);

test('while an entry is being taken back its money has its place, and afterwards it is free', async () => {
  await upgrade();
  expect(() => post('again', 'intended')).toThrow('UNIQUE');
  db.exec("UPDATE posting SET state = 'taking_back' WHERE id = 'post'");
  expect(() => post('again', 'intended')).toThrow('UNIQUE');
  db.exec("UPDATE posting SET state = 'taken_back' WHERE id = 'post'");
  post('again', 'intended');
  expect(() => post('and again', 'intended')).toThrow('UNIQUE');
  expect(() => post('odd', 'elsewhere')).toThrow('CHECK');
});

test('a journal is removed by one deletion at a time', async () => {
  await upgrade();
  const remove = (id: string, state: string) =>
    db.exec(`INSERT INTO take_back (id, ledger_connection_id, legal_entity, journal_name, journal_number, proposal_id,
      requested_by, state, attempts, intended_at) VALUES ('${id}', 'con', '1', '20', 'J1', 'prop', 'Ben', '${state}', 0, '')`);
  remove('a', 'unknown');
  expect(() => remove('b', 'intended')).toThrow('UNIQUE');
  db.exec("UPDATE take_back SET state = 'refused'");
  remove('b', 'intended');
});

test.each([
  [
    "SELECT * FROM posting WHERE ledger_connection_id = 'c' AND legal_entity = '1' AND journal_number = 'J'",
    'posting_number',
  ],
  ["SELECT * FROM posting WHERE take_back_id = 't'", 'posting_take_back'],
  ["SELECT * FROM posting WHERE proposal_id = 'p'", 'posting_proposal'],
  ["SELECT * FROM posting WHERE journal_id = 'j'", 'posting_journal'],
])('%s is answered by an index', async (query, index) => {
  await upgrade();
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all();
  expect(plan.map((row) => row.detail).join('\n')).toContain(index);
});
