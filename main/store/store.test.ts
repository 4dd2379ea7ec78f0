import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { DaybookError } from '../core/errors.ts';
import { isUniqueViolation } from './busy.ts';
import { MIGRATIONS, newestOf } from './migrate.ts';
import { openStore, type Store, type Writer } from './store.ts';

let workspace: TempWorkspace;
let path: string;
const opened: Store[] = [];

beforeEach(async () => {
  workspace = await tempWorkspace();
  path = workspace.store.path;
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await workspace.close();
});

async function reopen(): Promise<Store> {
  const store = await openStore({ path, clock: workspace.clock, random: workspace.random });
  opened.push(store);
  return store;
}

function put(trx: Writer, name: string, value = '1'): Promise<unknown> {
  return trx.insertInto('setting').values({ name, value_json: value, updated_at: '' }).execute();
}

async function names(store: Store): Promise<string[]> {
  return (await store.read.selectFrom('setting').select('name').orderBy('name').execute()).map((row) => row.name);
}

function raw(work: (connection: Database.Database) => void): void {
  const connection = new Database(path);
  try {
    work(connection);
  } finally {
    connection.close();
  }
}

/** As root, permissions stop nobody: do it as an ordinary user then. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

test('a workspace keeps its identity when it is opened again', async () => {
  await workspace.store.close();
  expect((await reopen()).workspaceId).toBe(workspace.store.workspaceId);
});

test('a failed write leaves nothing behind and the next write goes on', async () => {
  const { store } = workspace;
  await expect(
    store.write(async (trx) => {
      await put(trx, 'a');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await store.writeDurably((trx) => put(trx, 'b'));
  expect(await names(store)).toEqual(['b']);
});

test('writes run one after another, in the order in which they were asked for', async () => {
  const { store } = workspace;
  const seen: string[] = [];
  const slowly = (name: string) => async (trx: Writer) => {
    seen.push(`${name} begins`);
    await put(trx, name);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} ends`);
  };
  await Promise.all([store.write(slowly('a')), store.writeDurably(slowly('b'))]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a write inside a write is refused at once, because it would wait for itself', async () => {
  const { store } = workspace;
  const nested = store.write(() => store.write((trx) => put(trx, 'inner')));
  await expect(nested).rejects.toThrow('may not start another write');
  expect(await names(store)).toEqual([]);
});

test('a durable write is forced to the disk, an ordinary one is left to the next checkpoint', async () => {
  const { store } = workspace;
  const level = (trx: Writer) => sql<{ synchronous: bigint }>`PRAGMA synchronous`.execute(trx);
  expect((await store.writeDurably(level)).rows).toEqual([{ synchronous: 2n }]);
  expect((await store.write(level)).rows).toEqual([{ synchronous: 1n }]);
});

test('integers beyond a float come back exactly', async () => {
  const { rows } = await sql<{ n: bigint }>`SELECT 9007199254740993 AS n`.execute(workspace.store.read);
  expect(rows).toEqual([{ n: 9007199254740993n }]);
});

test('a violated unique key can be told from other failures, inside a write and outside', async () => {
  const { store } = workspace;
  await store.write(async (trx) => {
    await put(trx, 'a');
    const second = await put(trx, 'a').catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(second)).toBe(true);
    await put(trx, 'b');
  });
  const outside = await store.write((trx) => put(trx, 'a')).catch((thrown: unknown) => thrown);
  expect(outside).toBeInstanceOf(DaybookError);
  expect(isUniqueViolation(outside)).toBe(true);
  expect(isUniqueViolation(new Error('no'))).toBe(false);
  expect(await names(store)).toEqual(['a', 'b']);
});

test('a full disk is named, the write leaves nothing behind, and work goes on when there is space', async () => {
  const { store } = workspace;
  const before = await store.write(async (trx) => {
    const { rows } = await sql<{ page_count: bigint }>`PRAGMA page_count`.execute(trx);
    await sql`PRAGMA max_page_count = 1`.execute(trx);
    return rows[0]?.page_count;
  });
  const large = 'x'.repeat(200_000);
  const full = store.write(async (trx) => {
    await put(trx, 'small');
    await put(trx, 'large', large);
  });
  await expect(full).rejects.toMatchObject({ code: 'disk_full', repair: 'free_disk' });
  expect(await names(store)).toEqual([]);
  await store.write(async (trx) => {
    await sql`PRAGMA max_page_count = 1000000`.execute(trx);
    await put(trx, 'large', large);
  });
  expect(await names(store)).toEqual(['large']);
  expect(before).toBeGreaterThan(1n);
});

test('a data folder that Daybook may not write to is named as such', async () => {
  await workspace.store.close();
  chmodSync(path, 0o444);
  chmodSync(workspace.folder, 0o555);
  const refused = { code: 'database_read_only', repair: 'free_disk' };
  const inNewFolder = join(workspace.folder, 'new', 'daybook.db');
  const { clock, random } = workspace;
  try {
    await asOrdinaryUser(async () => {
      await expect(reopen()).rejects.toMatchObject(refused);
      await expect(openStore({ path: inNewFolder, clock, random })).rejects.toMatchObject(refused);
    });
  } finally {
    chmodSync(workspace.folder, 0o755);
    chmodSync(path, 0o644);
  }
});

test('a folder under a file, or a folder in the place of the file, cannot be a workspace', async () => {
  const { clock, random } = workspace;
  const underFile = join(path, 'daybook.db');
  await expect(openStore({ path: underFile, clock, random })).rejects.toMatchObject({ code: 'usage' });
  mkdirSync(join(workspace.folder, 'folder.db'));
  const isFolder = join(workspace.folder, 'folder.db');
  await expect(openStore({ path: isFolder, clock, random })).rejects.toMatchObject({ code: 'database_read_only' });
});

test('a file that is no database is refused and left as it is', async () => {
  await workspace.store.close();
  const text = 'Dear bank, '.repeat(1_000);
  writeFileSync(path, text);
  await expect(reopen()).rejects.toMatchObject({ code: 'database_corrupt', repair: 'restore_backup' });
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test("another program's database is refused and left as it is", async () => {
  path = join(workspace.folder, 'other.db');
  raw((connection) => connection.exec('CREATE TABLE recipe (name TEXT)'));
  const before = readFileSync(path);
  await expect(reopen()).rejects.toThrow('is not a Daybook workspace');
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('an empty file becomes a workspace', async () => {
  path = join(workspace.folder, 'empty.db');
  writeFileSync(path, '');
  expect((await reopen()).workspaceId).toMatch(/^ws_/);
});

test('a file of a newer Daybook is refused and both versions are named', async () => {
  await workspace.store.close();
  raw((connection) => connection.pragma('user_version = 7770'));
  const refused = reopen();
  await expect(refused).rejects.toMatchObject({ code: 'database_newer' });
  await expect(refused).rejects.toThrow(new RegExp(`7770.*\\b${newestOf(MIGRATIONS)}\\b`));
  raw((connection) => expect(connection.pragma('user_version', { simple: true })).toBe(7770));
});

/** Overwrites the middle of the largest table's pages, as a failing disk does. */
function damage(): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, bytes.length - 20_000, bytes.length - 4_000);
  writeFileSync(path, bytes);
}

test('damage is found when the workspace was not closed cleanly', async () => {
  const { store } = workspace;
  await store.write(async (trx) => {
    for (let i = 0; i < 200; i++) await put(trx, `name ${i}`, 'x'.repeat(500));
  });
  await store.close();
  damage();
  raw((connection) => connection.exec('UPDATE workspace SET closed_cleanly = 0'));
  const refused = reopen();
  await expect(refused).rejects.toMatchObject({ code: 'database_corrupt', repair: 'restore_backup' });
  await expect(refused).rejects.toThrow('Restore the latest backup');
});

test('a workspace that was copied while in use is whole, and is checked when it is opened', async () => {
  const { store } = workspace;
  await store.write((trx) => put(trx, 'a'));
  const folder = join(workspace.folder, 'copy');
  mkdirSync(folder);
  await store.copyTo(join(workspace.folder, 'unused.backup'));
  for (const name of readdirSync(workspace.folder).filter((file) => /^daybook\.db(-wal)?$/.test(file)))
    copyFileSync(join(workspace.folder, name), join(folder, name));
  path = join(folder, 'daybook.db');
  expect(await names(await reopen())).toEqual(['a']);
});

test('after a clean close everything is in the one file', async () => {
  await workspace.store.write((trx) => put(trx, 'a'));
  await workspace.store.close();
  await workspace.store.close();
  expect(readdirSync(workspace.folder)).toEqual(['daybook.db']);
  raw((connection) => {
    expect(connection.prepare('SELECT closed_cleanly FROM workspace').pluck().get()).toBe(1);
    expect(connection.prepare('SELECT name FROM setting').pluck().all()).toEqual(['a']);
  });
});

test('two stores in one process wait for each other and see what the other wrote', async () => {
  const second = await reopen();
  await Promise.all([
    workspace.store.write(async (trx) => {
      await put(trx, 'first');
      await new Promise((resolve) => setImmediate(resolve));
    }),
    second.write((trx) => put(trx, 'second')),
  ]);
  expect(await names(workspace.store)).toEqual(['first', 'second']);
  expect(await names(second)).toEqual(['first', 'second']);
});
