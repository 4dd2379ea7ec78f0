/**
 * Loaded before Daybook in each process that shall be killed (`node --import`). Daybook itself runs as shipped. This
 * only moves its wall clock, tells the parent on descriptor 3 how far it is, and may end the process by SIGKILL
 * directly before or after the n-th step that changes something on the disk: a statement of SQLite or a call of
 * `node:fs`. So a kill between two steps that follow one another within microseconds is hit, and hit again at a replay.
 * Steps are counted from the start or, where a file is named for that, from the moment at which it is there.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';

const ahead = Number(process.env.CRASH_AHEAD_MS ?? '0');
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + ahead;

const PARENT = 3;
const tell = fs.writeSync.bind(fs, PARENT);
const armedBy = process.env.CRASH_ARMED_BY ?? '';
const [nth = '', side = ''] = (process.env.CRASH_STEP ?? '').split(':');
let steps = 0;
let armed = armedBy === '';
let opened = false;

/** Statements that only read are no steps: a kill beside one is no other than a kill beside its neighbours. */
function isStep(statement: Database.Statement): boolean {
  const { readonly, source } = statement;
  return (!readonly && !/^\s*pragma/i.test(source)) || /^\s*commit\b/i.test(source);
}

function atStep<T>(what: string, work: () => T): T {
  armed ||= fs.existsSync(armedBy);
  if (!armed) return work();
  steps += 1;
  const mine = steps;
  if (nth === String(mine) && side === 'before') die(mine, what);
  const result = work();
  if (nth === String(mine) && side === 'after') die(mine, what);
  return result;
}

function die(step: number, what: string): void {
  tell(`killed ${side} step ${step}: ${what.replace(/\s+/g, ' ').trim().slice(0, 60)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function patchSqlite(): void {
  const probe = new Database(':memory:');
  const statement: object = Object.getPrototypeOf(probe.prepare('SELECT 1'));
  probe.close();
  for (const name of ['run', 'get', 'all'] as const) wrapStatement(statement, name);
  const { exec, pragma, backup } = Database.prototype;
  Database.prototype.exec = function (sql) {
    return atStep(sql, () => exec.call(this, sql));
  };
  Database.prototype.pragma = function (source, options) {
    const work = () => pragma.call(this, source, options);
    return /^(journal_mode|user_version) =/.test(source) ? atStep(`PRAGMA ${source}`, work) : work();
  };
  Database.prototype.backup = async function (target, options) {
    atStep('backup begins', () => {});
    const result = await backup.call(this, target, options);
    atStep('backup ends', () => {});
    return result;
  };
}

function wrapStatement(prototype: object, name: 'run' | 'get' | 'all'): void {
  const original: unknown = Reflect.get(prototype, name);
  if (typeof original !== 'function') throw new TypeError(`better-sqlite3 has no Statement.${name}`);
  Reflect.set(prototype, name, function (this: Database.Statement, ...parameters: unknown[]) {
    if (!opened) {
      opened = true;
      tell('opened\n');
    }
    const work = () => Reflect.apply(original, this, parameters);
    return isStep(this) ? atStep(this.source, work) : work();
  });
}

const FILE_CALLS = ['renameSync', 'linkSync', 'rmSync', 'fsyncSync', 'copyFileSync', 'writeFileSync'] as const;

function patchFiles(): void {
  for (const name of FILE_CALLS) {
    const original: (...parameters: never[]) => unknown = fs[name];
    Reflect.set(fs, name, (...parameters: never[]) => atStep(name, () => original(...parameters)));
  }
  const { copyFile } = fs.promises;
  fs.promises.copyFile = async (...parameters) => {
    atStep('copyFile begins', () => {});
    await copyFile(...parameters);
    atStep('copyFile ends', () => {});
  };
  syncBuiltinESMExports();
}

/** When the parent goes, nobody is left to close this process. */
function endWithParent(): void {
  const parent = new Socket({ fd: PARENT, readable: true, writable: false });
  parent.once('close', () => process.exit(1));
  parent.resume().unref();
}

if (isMainThread) {
  endWithParent();
  patchSqlite();
  patchFiles();
  process.once('exit', () => tell(`steps ${steps}\n`));
}
