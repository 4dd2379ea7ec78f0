import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { record } from '../audit/trail.ts';
import { verifyTrail } from '../audit/verify.ts';
import { backUpDaily, backupTo, listBackups, rotateBackups } from './backup.ts';
import { MIGRATIONS, newestOf } from './migrate.ts';
import { isOpenElsewhere, type Restored, restoreFrom } from './restore.ts';
import { openStore, type Store } from './store.ts';

let workspace: TempWorkspace;
let path: string;
let backupPath: string;
const opened: Store[] = [];

beforeEach(async () => {
  workspace = await tempWorkspace();
  path = workspace.store.path;
  backupPath = join(workspace.folder, 'monday.backup');
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await workspace.close();
});

async function open(file = path): Promise<Store> {
  const store = await openStore({ path: file, clock: workspace.clock, random: workspace.random });
  opened.push(store);
  return store;
}

function put(store: Store, name: string, value = '1'): Promise<void> {
  return store.write(async (trx) => {
    await trx.insertInto('setting').values({ name, value_json: value, updated_at: '' }).execute();
    await record(trx, workspace.clock, { actor: 'Ann', action: 'setting.set', subject: `setting:${name}`, data: {} });
  });
}

async function names(store: Store): Promise<string[]> {
  return (await store.read.selectFrom('setting').select('name').orderBy('name').execute()).map((row) => row.name);
}

function restore(options: { backupPath?: string; workspacePath?: string } = {}): Promise<Restored> {
  return restoreFrom({ backupPath, workspacePath: path, clock: workspace.clock, verifyTrail, ...options });
}

function change(file: string, work: (connection: Database.Database) => void): void {
  const connection = new Database(file);
  try {
    work(connection);
  } finally {
    connection.close();
  }
}

const REPLACED = 'daybook.db.replaced-20261120T080000000Z';

test('a backup made while lines are written holds a whole state, and the writing goes on', async () => {
  const { store } = workspace;
  for (let i = 0; i < 50; i++) await put(store, `before ${i}`, 'x'.repeat(20_000));
  const backup = backupTo(store, backupPath);
  const writes = Array.from({ length: 20 }, (_, i) => put(store, `meanwhile ${i}`));
  await Promise.all([backup, ...writes]);
  expect(await names(store)).toHaveLength(70);
  expect((await backup).bytes).toBeGreaterThan(1_000_000);
  const copy = await open(backupPath);
  const copied = await names(copy);
  expect(copied.filter((name) => name.startsWith('before'))).toHaveLength(50);
  expect(await verifyTrail(copy.read)).toMatchObject({ verified: true, events: copied.length });
});

test('a backup is one file that counts as cleanly closed', async () => {
  await put(workspace.store, 'a');
  await backupTo(workspace.store, backupPath);
  expect(readdirSync(workspace.folder).filter((name) => name.startsWith('monday'))).toEqual(['monday.backup']);
  change(backupPath, (connection) => {
    expect(connection.prepare('SELECT closed_cleanly FROM workspace').pluck().get()).toBe(1);
    expect(connection.pragma('journal_mode', { simple: true })).toBe('delete');
  });
});

test('a backup never replaces a file, and needs a folder', async () => {
  writeFileSync(backupPath, 'mine');
  const refused = { code: 'usage' };
  await expect(backupTo(workspace.store, backupPath)).rejects.toMatchObject(refused);
  expect(readFileSync(backupPath, 'utf8')).toBe('mine');
  await expect(backupTo(workspace.store, join(workspace.folder, 'no', 'a.backup'))).rejects.toMatchObject(refused);
  expect(readdirSync(workspace.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a damaged workspace makes no backup that looks whole', async () => {
  for (let i = 0; i < 100; i++) await put(workspace.store, `name ${i}`, 'x'.repeat(500));
  await workspace.store.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, bytes.length - 12_288, bytes.length - 4_096);
  writeFileSync(path, bytes);
  const { clock, random } = workspace;
  const store = await openStore({ path, clock, random });
  const damaged = { code: 'database_corrupt' };
  await expect(backupTo(store, backupPath)).rejects.toMatchObject(damaged);
  expect(existsSync(backupPath)).toBe(false);
  // Nor does closing mark it as clean, so that the next start refuses it.
  await expect(store.close()).rejects.toMatchObject(damaged);
  await expect(openStore({ path, clock, random })).rejects.toMatchObject(damaged);
});

test('the automatic backup is made once a day, and the newest are kept', async () => {
  const { store, clock } = workspace;
  const folder = join(workspace.folder, 'backups');
  mkdirSync(folder);
  writeFileSync(join(folder, 'daybook-for-the-auditor.backup'), '');
  const daily = () => backUpDaily(store, { clock, folder, keep: 2 });
  expect((await daily())?.path).toBe(join(folder, 'daybook-20261120T080000000Z.backup'));
  clock.advance(3_600_000);
  expect(await daily()).toBeNull();
  for (let day = 0; day < 2; day++) {
    clock.advance(86_400_000);
    expect(await daily()).not.toBeNull();
  }
  const kept = ['daybook-20261122T090000000Z.backup', 'daybook-20261121T090000000Z.backup'];
  expect(listBackups(folder).map((backup) => backup.path)).toEqual(kept.map((name) => join(folder, name)));
  expect(readdirSync(folder)).toContain('daybook-for-the-auditor.backup');
  rotateBackups(folder, 0);
  expect(listBackups(folder)).toHaveLength(1);
});

test('what a process that was killed left of a backup is removed a day later, and one under way is left alone', async () => {
  const folder = join(workspace.folder, 'backups');
  mkdirSync(folder);
  const begun = ['daybook-20261119T075959999Z.backup.part', 'daybook-20261119T075959999Z.backup.part-journal'];
  const underWay = 'daybook-20261119T080000001Z.backup.part';
  const notOurs = 'daybook-20261119T075959999Z.notes.part';
  for (const name of [...begun, underWay, notOurs]) writeFileSync(join(folder, name), 'half');
  await backUpDaily(workspace.store, { clock: workspace.clock, folder, keep: 5 });
  expect(readdirSync(folder).sort()).toEqual([notOurs, underWay, 'daybook-20261120T080000000Z.backup'].sort());
});

test('what a restore that was killed left is removed when the workspace is opened, and what it had is not lost', async () => {
  await put(workspace.store, 'kept');
  await workspace.store.close();
  for (const suffix of ['', '-wal', '-shm', '-journal']) writeFileSync(`${path}.restoring${suffix}`, 'half');
  const store = await open();
  expect(await names(store)).toEqual(['kept']);
  expect(readdirSync(workspace.folder).filter((name) => name.includes('restoring'))).toEqual([]);
});

test('a workspace that is opened while a backup is checked is not replaced', async () => {
  await backupTo(workspace.store, backupPath);
  await workspace.store.close();
  const opening = async (db: Parameters<typeof verifyTrail>[0]) => {
    await open();
    return verifyTrail(db);
  };
  await expect(
    restoreFrom({ backupPath, workspacePath: path, clock: workspace.clock, verifyTrail: opening }),
  ).rejects.toMatchObject({ code: 'busy_elsewhere' });
  expect(readdirSync(workspace.folder).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
});

test('a restored workspace is as it was, and the replaced file is kept aside whole', async () => {
  const { store } = workspace;
  await put(store, 'before');
  await backupTo(store, backupPath);
  await put(store, 'after');
  await store.close();
  const restored = await restore();
  expect(restored).toEqual({
    workspaceId: store.workspaceId,
    version: newestOf(MIGRATIONS),
    replaced: join(workspace.folder, REPLACED),
  });
  expect(readdirSync(workspace.folder).sort()).toEqual(['daybook.db', REPLACED, 'monday.backup']);
  expect(await names(await open())).toEqual(['before']);
  expect(await names(await open(join(workspace.folder, REPLACED)))).toEqual(['after', 'before']);
  expect(existsSync(backupPath)).toBe(true);
});

test('a backup is restored on a computer that has no workspace yet', async () => {
  await put(workspace.store, 'a');
  await backupTo(workspace.store, backupPath);
  const workspacePath = join(workspace.folder, 'new', 'daybook.db');
  expect((await restore({ workspacePath })).replaced).toBeNull();
  expect(await names(await open(workspacePath))).toEqual(['a']);
});

test('a workspace that is open is not replaced', async () => {
  await backupTo(workspace.store, backupPath);
  expect(isOpenElsewhere(path)).toBe(true);
  await expect(restore()).rejects.toMatchObject({ code: 'busy_elsewhere', repair: 'close_other' });
  await put(workspace.store, 'goes on');
  await workspace.store.close();
  expect(isOpenElsewhere(path)).toBe(false);
  expect(isOpenElsewhere(join(workspace.folder, 'none.db'))).toBe(false);
  expect(await names(await open())).toEqual(['goes on']);
});

/** A restore that must fail and change nothing. */
async function refusal(prepare: () => void | Promise<void>): Promise<unknown> {
  await put(workspace.store, 'present');
  await backupTo(workspace.store, backupPath);
  await workspace.store.close();
  await prepare();
  const before = readFileSync(path);
  const files = readdirSync(workspace.folder).sort();
  const thrown = await restore().catch((error: unknown) => error);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(workspace.folder).sort()).toEqual(files);
  return thrown;
}

test('a file that is no backup is refused before anything is replaced', async () => {
  expect(await refusal(() => writeFileSync(backupPath, 'Dear bank, '.repeat(500)))).toMatchObject({
    code: 'database_corrupt',
  });
});

test("another program's database is refused before anything is replaced", async () => {
  const thrown = await refusal(() => {
    writeFileSync(backupPath, '');
    change(backupPath, (connection) => connection.exec('CREATE TABLE recipe (name TEXT)'));
  });
  expect(thrown).toMatchObject({ code: 'database_corrupt' });
  expect(String(thrown)).toContain('monday.backup is not a Daybook workspace');
});

test('a damaged backup is refused before anything is replaced', async () => {
  const thrown = await refusal(() => {
    const bytes = readFileSync(backupPath);
    bytes.fill(0xa5, 8_192, 40_960);
    writeFileSync(backupPath, bytes);
  });
  expect(thrown).toMatchObject({ code: 'database_corrupt' });
});

test('a backup of a newer Daybook is refused before anything is replaced', async () => {
  const thrown = await refusal(() => change(backupPath, (connection) => connection.pragma('user_version = 7770')));
  expect(thrown).toMatchObject({ code: 'database_newer' });
});

test('a backup whose trail was altered is refused before anything is replaced', async () => {
  const thrown = await refusal(() =>
    change(backupPath, (connection) =>
      connection.exec("DROP TRIGGER audit_event_no_update; UPDATE audit_event SET actor = 'Bob' WHERE seq = 1"),
    ),
  );
  expect(thrown).toMatchObject({ code: 'trail_broken' });
  expect(String(thrown)).toContain('Event 1 was changed');
});

test('a backup of another workspace does not replace this one', async () => {
  const thrown = await refusal(async () => {
    const other = await tempWorkspace({ seed: 2 });
    await other.store.copyTo(join(workspace.folder, 'other.backup'));
    await other.close();
    backupPath = join(workspace.folder, 'other.backup');
  });
  expect(thrown).toMatchObject({ code: 'usage' });
});

test('a missing backup, or the workspace itself, cannot be restored', async () => {
  await expect(restore()).rejects.toMatchObject({ code: 'usage' });
  await expect(restore({ backupPath: path })).rejects.toMatchObject({ code: 'usage' });
});

test('a damaged workspace is replaced, and kept aside', async () => {
  await put(workspace.store, 'good');
  await backupTo(workspace.store, backupPath);
  await workspace.store.close();
  writeFileSync(path, 'torn '.repeat(2_000));
  writeFileSync(`${path}-wal`, 'a log of the torn file');
  await restore();
  expect(existsSync(`${path}-wal`)).toBe(false);
  expect(await names(await open())).toEqual(['good']);
  expect(readFileSync(join(workspace.folder, REPLACED), 'utf8')).toContain('torn');
});

test('a copy made by hand while the workspace was in use is restored with the log beside it', async () => {
  await put(workspace.store, 'in the log');
  copyFileSync(path, backupPath);
  copyFileSync(`${path}-wal`, `${backupPath}-wal`);
  await put(workspace.store, 'later');
  await workspace.store.close();
  await restore();
  expect(await names(await open())).toEqual(['in the log']);
});
