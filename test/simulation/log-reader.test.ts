import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogReader } from './log-reader.ts';

let folder: string;
let database: Database.Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-log-'));
  database = new Database(join(folder, 'some.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  database.exec('CREATE TABLE t (x TEXT)');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = () => database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(10_000));

test('a log that is read piece by piece ends where a log that is read at once ends', () => {
  const readOn = createLogReader(database.name);
  for (let i = 0; i < 5; i++) {
    insert();
    expect(readOn()).toEqual(createLogReader(database.name)());
  }
  expect(readOn()?.commitEnds).toHaveLength(6);
});

test('a log that was begun anew is read from its beginning, and what an earlier round left behind is not taken for it', () => {
  const readOn = createLogReader(database.name);
  for (let i = 0; i < 5; i++) insert();
  const before = readOn();
  database.pragma('wal_checkpoint(PASSIVE)');
  insert();
  const after = readOn();
  expect(after?.salt).not.toBe(before?.salt);
  expect(after?.commitEnds).toHaveLength(1);
  expect(after?.end).toBeLessThan(before?.end ?? 0);
});

test('there is nothing to read where no log is', () => {
  expect(createLogReader(join(folder, 'none.db'))()).toBeNull();
});
