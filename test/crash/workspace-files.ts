/** What a killed process leaves in the folder of a workspace, looked at from outside. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { verifyTrail } from '../../main/audit/verify.ts';
import { workspaceFiles } from '../../main/cli/paths.ts';
import type { Ports } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import type { Daybook } from '../../main/daybook.ts';
import { removeDatabase } from '../../main/store/copy.ts';
import { checkFile } from '../../main/store/inspect.ts';
import { acquireLease } from '../../main/store/leases.ts';
import * as first from '../../main/store/migrations/0010-first.ts';
import { sealedAccountNumbers } from '../../main/store/vault-rows.ts';
import { accountNumberContext } from '../../main/vault/contexts.ts';
import { type Broken, broken } from '../simulation/judge.ts';

/**
 * Copies a workspace that no process has open, log included, so that looking at it mends nothing: the next process
 * meets the file as the dead one left it. Null while there is none.
 */
export function copyWorkspace(folder: string, into: string): string | null {
  const { database } = workspaceFiles(folder);
  if (!existsSync(database)) return null;
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const copy = join(into, 'daybook.db');
  copyFileSync(database, copy);
  for (const suffix of ['-wal', '-journal'])
    if (existsSync(database + suffix)) copyFileSync(database + suffix, copy + suffix);
  return copy;
}

/** Judges an opened copy: the trail holds, every secret opens, and nothing is held by the dead. */
export async function judgeOpened({ store, vault }: Daybook, ports: Ports): Promise<Broken[]> {
  const trail = await verifyTrail(store.read);
  const sealed = await store.read.selectFrom('secret').select(['owner', 'name']).execute();
  const lost: string[] = [];
  for (const { owner, name } of sealed)
    await vault.get(owner, name).catch((thrown: unknown) => lost.push(`${name}: ${String(thrown)}`));
  for (const { id, sealed: number } of await sealedAccountNumbers(store.read)) {
    try {
      vault.cipher.decrypt(number, accountNumberContext(id));
    } catch (thrown) {
      lost.push(`the number of account ${id}: ${String(thrown)}`);
    }
  }
  const held: string[] = [];
  for (const { name } of await store.read.selectFrom('lease').select('name').execute()) {
    const lease = await acquireLease(store, { name, ...ports, processes: systemProcesses(), ttlMs: 1_000 });
    if (lease === null) held.push(name);
  }
  return [
    ...broken('the trail verifies after a kill', trail.verified ? [] : [trail.firstBroken?.reason ?? 'broken']),
    ...broken('every secret opens after a kill', lost),
    ...broken('a lease of a dead process is free at once', held),
  ];
}

/** Names, with their folder, that nobody would expect in a workspace that is closed. */
export function strays(folder: string): string[] {
  const usual = [
    /^daybook\.db$/,
    /^daybook\.db\.replaced-\d{8}T\d{9}Z$/,
    /^daybook\.db\.v\d+-\d{8}T\d{9}Z\.backup$/,
    /^logs\/[^/]+\.log$/,
    /^backups\/[^/]+\.backup$/,
  ];
  return filesIn(folder, '').filter((name) => !usual.some((pattern) => pattern.test(name)));
}

/** Every file that bears the name of a backup is a whole one, however many were killed while they made it. */
export async function judgeBackups(...folders: readonly string[]): Promise<Broken[]> {
  const details: string[] = [];
  for (const folder of folders.filter(existsSync))
    for (const name of filesIn(folder, '').filter((one) => one.endsWith('.backup')))
      await checkBackup(join(folder, name)).catch((thrown: unknown) => details.push(`${name}: ${String(thrown)}`));
  return broken('what bears the name of a backup is whole', details);
}

async function checkBackup(path: string): Promise<void> {
  await checkFile(path, path);
  const backup = new Database(path, { readonly: true });
  try {
    const whole = backup.prepare('SELECT count(*) FROM workspace WHERE closed_cleanly = 1').pluck().get();
    if (whole !== 1) throw new Error('it holds no workspace that was closed');
  } finally {
    backup.close();
  }
}

/** The passphrases are given to every process; none may write one down. */
export function judgePassphrases(folder: string, passphrases: readonly string[]): Broken[] {
  const told = filesIn(folder, '').filter((name) => {
    const text = readFileSync(join(folder, name), 'latin1');
    return passphrases.some((passphrase) => text.includes(passphrase));
  });
  return broken('no passphrase in a file', told);
}

export function filesIn(folder: string, prefix: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  );
}

/** Makes a closed workspace what the first version of Daybook would have left: its tables, its columns, its rows. */
export function makeVersion10(folder: string): void {
  const { database: path } = workspaceFiles(folder);
  const old = `${path}-v10`;
  const database = new Database(old);
  try {
    database.exec(`${first.sql}; PRAGMA user_version = ${first.version}; PRAGMA foreign_keys = OFF`);
    database.prepare('ATTACH ? AS newer').run(path);
    const master = (column: 'name' | 'sql', type: 'table' | 'trigger') =>
      database
        .prepare<[string], string>(`SELECT ${column} FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'`)
        .pluck()
        .all(type);
    const tables = master('name', 'table');
    const triggers = master('sql', 'trigger');
    for (const name of master('name', 'trigger')) database.exec(`DROP TRIGGER ${name}`);
    for (const table of tables) {
      const columns = database.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
      const names = columns.map((name) => `"${name}"`).join(', ');
      database.exec(`INSERT OR REPLACE INTO main."${table}" (${names}) SELECT ${names} FROM newer."${table}"`);
    }
    for (const trigger of triggers) database.exec(trigger);
  } finally {
    database.close();
  }
  removeDatabase(path);
  renameSync(old, path);
}
