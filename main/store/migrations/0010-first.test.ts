import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { APPLICATION_ID } from '../connection.ts';
import { migrate } from '../migrate.ts';
import * as first from './0010-first.ts';

let db: Database.Database;
beforeEach(async () => {
  db = new Database(':memory:');
  db.defaultSafeIntegers(true);
  await migrate(db, { path: 'daybook.db', clock: virtualClock(0), migrations: [first] });
});
afterEach(() => db.close());

/** The rows that lines and postings hang on. */
function seed(): void {
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'plaid', 'Bank', 'sandbox', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'item', 'healthy', '', 'unknown', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO mapping (id, feed_account_id, ledger_connection_id, legal_entity, bank_account, journal_name,
        dimensions_json, pending_policy, grouping, suggestions, created_at, updated_at)
      VALUES ('map', 'acc', 'con', 'USMF', 'OPER', 'GenJrn', '{}', 'wait', 'account_day', 'beside', '', '');
    INSERT INTO journal (id, ledger_connection_id, legal_entity, journal_name, reference, request_json, request_hash,
        approved_by, state, attempts, intended_at)
      VALUES ('jou', 'con', 'USMF', 'GenJrn', 'R', '{}', '', 'Ann', 'intended', 0, '');
  `);
  line(1, 'one');
  proposal('prop_1');
  proposal('prop_2');
}

function line(id: number, providerId: string, state = 'booked'): void {
  db.prepare(
    `INSERT INTO statement_line (id, feed_account_id, provider_line_id, state, amount_minor, currency, date, text,
       counterparty_key, payload, revision, first_pull_id, last_pull_id)
     VALUES (?, 'acc', ?, ?, 100, 'USD', '2026-11-20', 'Rent', '', '{}', 1, 'pull', 'pull')`,
  ).run(id, providerId, state);
}

function proposal(id: string, state = 'ready'): void {
  db.prepare(
    `INSERT INTO proposal (id, kind, mapping_id, ledger_connection_id, legal_entity, journal_name, account_type, account,
       dimensions_json, date, amount_minor, currency, text, state, needs_json, coded_by, reason, generation, revision,
       stem, created_at, updated_at)
     VALUES (?, 'entry', 'map', 'con', 'USMF', 'GenJrn', 'bank', 'OPER', '{}', '2026-11-20', 100, 'USD', 'Rent', ?,
       '[]', 'default', '', 1, 1, 'STEM', '', '')`,
  ).run(id, state);
}

function claim(proposalId: string, claimed: number): void {
  db.prepare('INSERT INTO proposal_line (proposal_id, line_id, claim) VALUES (?, 1, ?)').run(proposalId, claimed);
}

function posting(id: string, state: string, stem = 'STEM', legalEntity = 'USMF'): void {
  db.prepare(
    `INSERT INTO posting (id, journal_id, proposal_id, ledger_connection_id, legal_entity, reference, stem, entry_json,
       entry_hash, state, intended_at)
     VALUES (?, 'jou', 'prop_1', 'con', ?, 'R', ?, '{}', '', ?, '')`,
  ).run(id, legalEntity, stem, state);
}

function plan(query: string): string {
  const rows = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${query}`).all();
  return rows.map((row) => row.detail).join('\n');
}

test('an empty file gets the first schema, and is marked as a workspace', () => {
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all();
  expect(tables).toEqual(
    expect.arrayContaining([
      ...['audit_event', 'audit_head', 'balance_snapshot', 'connection', 'feed', 'feed_account', 'gap', 'journal'],
      ...['lease', 'ledger_bank_line', 'ledger_reference', 'mapping', 'posting', 'proposal', 'proposal_line'],
      ...['proposal_offset', 'pull', 'reconciliation', 'row_exception', 'rule', 'secret', 'setting', 'statement_line'],
      ...['statement_line_alias', 'statement_line_history', 'undo_step', 'vault_key', 'workspace'],
    ]),
  );
  expect(db.pragma('user_version', { simple: true })).toBe(10n);
  expect(db.pragma('application_id', { simple: true })).toBe(BigInt(APPLICATION_ID));
});

test('every table is strict, so that no text lands in an amount', () => {
  const loose = db
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0")
    .pluck()
    .all();
  expect(loose).toEqual(['sqlite_schema']);
  seed();
  expect(() => db.exec("UPDATE statement_line SET amount_minor = '12.50'")).toThrow(/cannot store/);
});

test.each([
  ["SELECT * FROM statement_line WHERE feed_account_id = 'a' AND date >= '2026-01-01'", 'statement_line_date'],
  ["SELECT * FROM statement_line WHERE feed_account_id = 'a' AND provider_line_id = 'p'", 'sqlite_autoindex_statement'],
  ['SELECT * FROM statement_line_history WHERE line_id = 1 ORDER BY revision', 'statement_line_history_line'],
  ["SELECT * FROM proposal WHERE state = 'ready' ORDER BY date", 'proposal_state'],
  ["SELECT * FROM proposal WHERE related_proposal_id = 'p'", 'proposal_related'],
  ['SELECT * FROM proposal_line WHERE line_id = 1 AND claim = 1', 'proposal_line_place'],
  ['SELECT * FROM proposal_line WHERE line_id = 1', 'proposal_line_line'],
  ["SELECT * FROM journal WHERE state = 'unknown'", 'journal_state'],
  ["SELECT * FROM posting WHERE journal_id = 'j'", 'posting_journal'],
  ["SELECT * FROM posting WHERE proposal_id = 'p'", 'posting_proposal'],
  [
    `SELECT * FROM posting WHERE ledger_connection_id = 'c' AND legal_entity = 'e' AND stem = 's'
       AND state IN ('intended', 'unknown', 'posted', 'different')`,
    'posting_live',
  ],
  ["SELECT * FROM balance_snapshot WHERE feed_account_id = 'a' ORDER BY id DESC LIMIT 1", 'balance_snapshot_account'],
  ["SELECT * FROM row_exception WHERE feed_id = 'f' AND settled_at IS NULL", 'row_exception_open'],
  ["SELECT * FROM gap WHERE feed_account_id = 'a' AND closed_at IS NULL", 'gap_open'],
  ["SELECT * FROM pull WHERE feed_id = 'f' ORDER BY started_at DESC LIMIT 1", 'pull_feed'],
  ["SELECT * FROM audit_event WHERE subject = 's'", 'audit_event_subject'],
  [
    `SELECT * FROM ledger_bank_line WHERE ledger_connection_id = 'c' AND legal_entity = 'e' AND bank_account = 'b'
       AND date <= '2026-01-01'`,
    'ledger_bank_line_date',
  ],
])('%s is answered by an index, without sorting', (query, index) => {
  expect(plan(query)).toMatch(new RegExp(`USING (COVERING )?INDEX ${index}`));
  expect(plan(query)).not.toContain('SCAN');
  expect(plan(query)).not.toContain('TEMP B-TREE');
});

test('a line has one place: a second claim on it is refused, a correction beside it is not', () => {
  seed();
  claim('prop_1', 1);
  expect(() => claim('prop_2', 1)).toThrow('UNIQUE constraint failed: proposal_line.line_id');
  claim('prop_2', 0);
  expect(() => db.exec("UPDATE proposal_line SET claim = 1 WHERE proposal_id = 'prop_2'")).toThrow('UNIQUE');
  expect(() => db.exec("UPDATE proposal_line SET claim = 2 WHERE proposal_id = 'prop_2'")).toThrow('CHECK');
});

test.each(['intended', 'unknown', 'posted', 'different'])(
  'beside a posting that is %s, a second one of the same money is refused',
  (state) => {
    seed();
    posting('post_1', state);
    for (const second of ['intended', 'unknown', 'posted', 'different'])
      expect(() => posting('post_2', second)).toThrow(/UNIQUE constraint failed: posting/);
    posting('post_3', 'intended', 'OTHER');
    posting('post_4', 'intended', 'STEM', 'USRT');
  },
);

test.each(['refused', 'gone'])('after a posting that is %s, the same money may be posted again', (state) => {
  seed();
  posting('post_1', state);
  posting('post_2', 'intended');
  expect(() => db.exec("UPDATE posting SET state = 'posted' WHERE id = 'post_1'")).toThrow('UNIQUE');
});

test('a state that nobody knows cannot be stored', () => {
  seed();
  expect(() => line(2, 'two', 'lost')).toThrow('CHECK constraint failed');
  expect(() => proposal('prop_3', 'maybe')).toThrow('CHECK constraint failed');
  expect(() => posting('post_1', 'sent')).toThrow('CHECK constraint failed');
  expect(() => db.exec("UPDATE journal SET state = 'lost'")).toThrow('CHECK constraint failed');
});

test("the provider's line is stored once an account, and an account once a feed", () => {
  seed();
  expect(() => line(2, 'one')).toThrow('UNIQUE');
  expect(() =>
    db.exec(`INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc_2', 'feed', 'p', 'Operating', 'depository', '', '', '')`),
  ).toThrow('UNIQUE');
});

test('nothing refers to a row that is not there', () => {
  seed();
  expect(() => db.exec("DELETE FROM feed_account WHERE id = 'acc'")).toThrow('FOREIGN KEY');
  expect(() => db.exec("INSERT INTO proposal_line (proposal_id, line_id, claim) VALUES ('prop_1', 99, 1)")).toThrow(
    'FOREIGN KEY',
  );
});
