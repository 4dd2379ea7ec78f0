import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { MIGRATIONS, migrate } from '../migrate.ts';
import * as statementFiles from './0090-statement-files.ts';

let db: Database.Database;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  db = new Database(join(folder, 'daybook.db'));
  db.defaultSafeIntegers(true);
  const before = MIGRATIONS.filter(({ version }) => version < statementFiles.version);
  await migrate(db, { ...options(), migrations: before });
  db.exec(`
    INSERT INTO connection (id, kind, name, environment, config_json, state, state_at, created_at, updated_at)
      VALUES ('con', 'file', 'Files', 'production', '{}', 'healthy', '', '', '');
    INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
      VALUES ('feed', 'con', 'files', 'healthy', '', 'complete', '[]', '');
    INSERT INTO feed_account (id, feed_id, provider_account_id, name, type, search, first_seen_at, last_seen_at)
      VALUES ('acc', 'feed', 'p', 'Operating', 'depository', '', '', '');
    INSERT INTO pull (id, feed_id, started_at, outcome, pages, restarts, new_lines, changed_lines, removed_lines, rejected_rows)
      VALUES ('pull', 'feed', '', 'applied', 1, 0, 1, 0, 0, 0);
  `);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ path: join(folder, 'daybook.db'), clock: virtualClock(0) });
const upgrade = () =>
  migrate(db, { ...options(), migrations: MIGRATIONS.filter(({ version }) => version <= statementFiles.version) });
const addFile = (id: string) =>
  db
    .prepare(
      `INSERT INTO statement_file VALUES (?, 'feed', 'pull', 'a.sta', 'mt940', 'digest', 3, x'00', '', 'Ada', NULL, NULL)`,
    )
    .run(id);

test('what was there before stays, and there are no statement files yet', async () => {
  const accounts = db.prepare('SELECT * FROM feed_account').all();
  await upgrade();
  expect(db.prepare('SELECT * FROM feed_account').all()).toEqual(accounts);
  expect(db.prepare('SELECT count(*) AS files FROM statement_file').get()).toEqual({ files: 0n });
});

test('a statement cannot name a file, account or line that is not there', async () => {
  await upgrade();
  db.pragma('foreign_keys = ON');
  addFile('one');
  const add = (file: string, account: string) =>
    db
      .prepare(`INSERT INTO bank_statement (file_id, feed_account_id, line, currency) VALUES (?, ?, 1, 'EUR')`)
      .run(file, account);
  expect(() => add('none', 'acc')).toThrow('FOREIGN KEY');
  expect(() => add('one', 'none')).toThrow('FOREIGN KEY');
  add('one', 'acc');
  expect(() => db.exec(`INSERT INTO bank_statement_row VALUES (1, 0, 99, '2026-11-20', 1, NULL, NULL)`)).toThrow(
    'FOREIGN KEY',
  );
});
