import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { openAlone } from './connection.ts';
import { MIGRATIONS, type Migration, migrate, newestOf } from './migrate.ts';

const NOON = Date.UTC(2026, 10, 20, 12);
const NEWEST = newestOf(MIGRATIONS);
const NEXT = NEWEST + 10;
const next: Migration = { version: NEXT, sql: 'CREATE TABLE note (id TEXT PRIMARY KEY) STRICT' };
const failing: Migration = { version: NEXT + 10, sql: 'CREATE TABLE half (a TEXT); INSERT INTO missing VALUES (1)' };

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

/** A file as it is in use. */
async function makeWorkspace(): Promise<void> {
  await run(MIGRATIONS);
  const connection = new Database(path);
  connection.exec("INSERT INTO workspace VALUES ('ws', 'Harbor', '2026-11-20T12:00:00.000Z', 'UTC', 'en-GB', 1, 0)");
  connection.close();
}

function backups(): string[] {
  return readdirSync(folder).filter((name) => name !== 'daybook.db');
}

test('the numbers of the migrations rise, and a list that does not is refused', () => {
  expect(newestOf(MIGRATIONS)).toBe(MIGRATIONS.at(-1)?.version);
  expect(() => newestOf([next, ...MIGRATIONS])).toThrow(`Migration 10 may not follow ${NEXT}`);
  expect(() => newestOf([...MIGRATIONS, ...MIGRATIONS])).toThrow(`Migration 10 may not follow ${NEWEST}`);
  expect(() => newestOf([{ version: 15.5, sql: '' }])).toThrow('15.5');
});

test('a new file is brought to the newest version without a backup', async () => {
  await run([...MIGRATIONS, next]);
  expect(look(path).version).toBe(NEXT);
  expect(look(path).tables).toContain('note');
  expect(backups()).toEqual([]);
});

test('an older file is copied beside itself before it is changed, named by version and instant', async () => {
  await makeWorkspace();
  await run([...MIGRATIONS, next]);
  expect(look(path)).toMatchObject({ version: NEXT, tables: expect.arrayContaining(['note']) });
  expect(backups()).toEqual([`daybook.db.v${NEWEST}-20261120T120000000Z.backup`]);
  const backup = look(join(folder, `daybook.db.v${NEWEST}-20261120T120000000Z.backup`));
  expect(backup.version).toBe(NEWEST);
  expect(backup.tables).not.toContain('note');
});

test('a file that a process was killed over while it made it is finished, and nothing is kept of it', async () => {
  await run(MIGRATIONS);
  await run([...MIGRATIONS, next]);
  expect(look(path).version).toBe(NEXT);
  expect(backups()).toEqual([]);
});

test('what a process that was killed left of such a copy is removed by the next one', async () => {
  await makeWorkspace();
  for (const suffix of ['', '-journal'])
    writeFileSync(`${path}.v${NEWEST}-20261120T110000000Z.backup.part${suffix}`, 'half');
  await run([...MIGRATIONS, next]);
  expect(backups()).toEqual([`daybook.db.v${NEWEST}-20261120T120000000Z.backup`]);
});

test('a file of the newest version is left alone', async () => {
  await makeWorkspace();
  await run(MIGRATIONS, NOON + 1);
  expect(backups()).toEqual([]);
});

test('only the newest three backups are kept, and nothing else is removed', async () => {
  await makeWorkspace();
  for (let step = 1; step <= 5; step++)
    await run([...MIGRATIONS, { version: NEWEST + step, sql: `CREATE TABLE t${step} (a TEXT) STRICT` }], NOON + step);
  expect(backups().sort()).toEqual([
    `daybook.db.v${NEWEST + 2}-20261120T120000003Z.backup`,
    `daybook.db.v${NEWEST + 3}-20261120T120000004Z.backup`,
    `daybook.db.v${NEWEST + 4}-20261120T120000005Z.backup`,
  ]);
});

test('a migration that fails changes nothing, and those before it stay', async () => {
  await run(MIGRATIONS);
  await expect(run([...MIGRATIONS, next, failing])).rejects.toThrow('no such table: missing');
  expect(look(path).version).toBe(NEXT);
  expect(look(path).tables).not.toContain('half');
  await run([...MIGRATIONS, next]);
  expect(look(path).version).toBe(NEXT);
});

test('a migration that leaves rows referring to nothing is undone', async () => {
  await run(MIGRATIONS);
  const orphan = `INSERT INTO feed (id, connection_id, provider_feed_id, state, state_at, history, products_json, created_at)
    VALUES ('f', 'missing', 'p', 'healthy', '', 'unknown', '[]', '')`;
  await expect(run([...MIGRATIONS, { version: NEXT, sql: orphan }])).rejects.toThrow('refer to nothing');
  expect(look(path).version).toBe(NEWEST);
});

test('a newer file is refused, and both versions are named', async () => {
  await run([...MIGRATIONS, next]);
  const refused = run(MIGRATIONS);
  await expect(refused).rejects.toMatchObject({ code: 'database_newer' });
  await expect(refused).rejects.toThrow(new RegExp(`version ${NEXT}.*up to ${NEWEST}`));
  expect(look(path).version).toBe(NEXT);
});
