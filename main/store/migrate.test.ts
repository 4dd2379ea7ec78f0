import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { openAlone } from './connection.ts';
import { MIGRATIONS, type Migration, migrate, newestOf } from './migrate.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const second: Migration = { version: 20, sql: 'CREATE TABLE note (id TEXT PRIMARY KEY) STRICT' };
const failing: Migration = { version: 30, sql: 'CREATE TABLE half (a TEXT); INSERT INTO missing VALUES (1)' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  path = join(folder, 'daybook.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(migrations: readonly Migration[], at = NOON): Promise<void> {
  const connection = openAlone(path);
  if (!connection) throw new Error('in use');
  try {
    await migrate(connection, { path, clock: virtualClock(at), migrations });
  } finally {
    connection.close();
  }
}

function look(file: string): { version: unknown; tables: unknown[] } {
  const connection = new Database(file, { readonly: true });
  try {
    return {
      version: connection.pragma('user_version', { simple: true }),
      tables: connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").pluck().all(),
    };
  } finally {
    connection.close();
  }
}

function backups(): string[] {
  return readdirSync(folder).filter((name) => name !== 'daybook.db');
}

test('the numbers of the migrations rise, and a list that does not is refused', () => {
  expect(newestOf(MIGRATIONS)).toBe(MIGRATIONS.at(-1)?.version);
  expect(() => newestOf([second, ...MIGRATIONS])).toThrow('Migration 10 may not follow 20');
  expect(() => newestOf([...MIGRATIONS, ...MIGRATIONS])).toThrow('Migration 10 may not follow 10');
  expect(() => newestOf([{ version: 15.5, sql: '' }])).toThrow('15.5');
});

test('a new file is brought to the newest version without a backup', async () => {
  await run([...MIGRATIONS, second]);
  expect(look(path).version).toBe(20);
  expect(look(path).tables).toContain('note');
  expect(backups()).toEqual([]);
});

test('an older file is copied beside itself before it is changed, named by version and instant', async () => {
  await run(MIGRATIONS);
  await run([...MIGRATIONS, second]);
  expect(look(path)).toMatchObject({ version: 20, tables: expect.arrayContaining(['note']) });
  expect(backups()).toEqual(['daybook.db.v10-20261120T120000000Z.backup']);
  const backup = look(join(folder, 'daybook.db.v10-20261120T120000000Z.backup'));
  expect(backup.version).toBe(10);
  expect(backup.tables).not.toContain('note');
});

test('a file of the newest version is left alone', async () => {
  await run(MIGRATIONS);
  await run(MIGRATIONS, NOON + 1);
  expect(backups()).toEqual([]);
});

test('only the newest three backups are kept, and nothing else is removed', async () => {
  await run(MIGRATIONS);
  for (let version = 20; version <= 60; version += 10)
    await run([...MIGRATIONS, { version, sql: `CREATE TABLE t${version} (a TEXT) STRICT` }], NOON + version);
  expect(backups().sort()).toEqual([
    'daybook.db.v30-20261120T120000040Z.backup',
    'daybook.db.v40-20261120T120000050Z.backup',
    'daybook.db.v50-20261120T120000060Z.backup',
  ]);
});

test('a migration that fails changes nothing, and those before it stay', async () => {
  await run(MIGRATIONS);
  await expect(run([...MIGRATIONS, second, failing])).rejects.toThrow('no such table: missing');
  expect(look(path).version).toBe(20);
  expect(look(path).tables).not.toContain('half');
  await run([...MIGRATIONS, second]);
  expect(look(path).version).toBe(20);
});

test('a migration that leaves rows referring to nothing is undone', async () => {
  await run(MIGRATIONS);
  const orphan = `INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
    VALUES ('f', 'missing', 'p', 'healthy', '', 'unknown', '[]', '')`;
  await expect(run([...MIGRATIONS, { version: 20, sql: orphan }])).rejects.toThrow('refer to nothing');
  expect(look(path).version).toBe(10);
});

test('a newer file is refused, and both versions are named', async () => {
  await run([...MIGRATIONS, second]);
  const refused = run(MIGRATIONS);
  await expect(refused).rejects.toMatchObject({ code: 'database_newer' });
  await expect(refused).rejects.toThrow(/version 20.*up to 10/);
  expect(look(path).version).toBe(20);
});
