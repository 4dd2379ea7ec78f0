import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { Kysely, type Transaction } from 'kysely';
import { type Clock, instantNow } from '../core/clock.ts';
import { newId } from '../core/ids.ts';
import type { Random } from '../core/random.ts';
import { ImmediateSqliteDialect, openConnection } from './dialect.ts';
import { migrate } from './migrate.ts';
import type { Tables } from './schema.ts';

/** Where queries read from: the store's reader, or a write transaction that must see its own changes. */
export type Reader = Kysely<Tables>;

/** Inside one transaction of `Store.write`. */
export type Writer = Transaction<Tables>;

/** The workspace file, open. All writes go one after another through one connection; reads have their own snapshot. */
export type Store = {
  readonly path: string;
  readonly workspaceId: string;
  readonly read: Reader;
  /** Runs `work` in one immediate transaction; a throw rolls everything back. Waits for the write before it. */
  write<T>(work: (trx: Writer) => Promise<T>): Promise<T>;
  /** As `write`, and on the disk platter before it returns (`synchronous=FULL`): post records, rotating tokens. */
  writeDurably<T>(work: (trx: Writer) => Promise<T>): Promise<T>;
  /** A consistent copy of the whole file while it is in use. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
};

export type OpenOptions = {
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Used when the file is made. */
  readonly name?: string;
  readonly timeZone?: string;
  readonly practice?: boolean;
};

/** Opens the workspace file, makes it when there is none, and brings its schema up to date (after a backup). */
export async function openStore(options: OpenOptions): Promise<Store> {
  mkdirSync(dirname(options.path), { recursive: true });
  const isNew = !existsSync(options.path);
  const writing = openConnection(options.path, { readonly: false });
  await migrate(writing, { path: options.path, isNew, clock: options.clock });
  const reading = openConnection(options.path, { readonly: true });
  const writer = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect({ database: writing }) });
  const reader = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect({ database: reading }) });
  const workspaceId = await ensureWorkspace(writer, options);
  const turn = takeTurns();
  return {
    path: options.path,
    workspaceId,
    read: reader,
    write: (work) => turn(() => writer.transaction().execute(work)),
    writeDurably: (work) => turn(() => durably(writing, () => writer.transaction().execute(work))),
    copyTo: async (path) => {
      await turn(() => writing.backup(path));
    },
    close: () =>
      turn(async () => {
        await writer.updateTable('workspace').set({ closed_cleanly: 1 }).execute();
        await reader.destroy();
        await writer.destroy();
      }),
  };
}

/** `synchronous` cannot be changed inside a transaction, hence around it. */
async function durably<T>(connection: Database.Database, work: () => Promise<T>): Promise<T> {
  connection.pragma('synchronous = FULL');
  try {
    return await work();
  } finally {
    connection.pragma('synchronous = NORMAL');
  }
}

/** One piece of work after another, in the order of asking; a failure does not stop the next. */
function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
}

async function ensureWorkspace(db: Kysely<Tables>, options: OpenOptions): Promise<string> {
  const existing = await db.selectFrom('workspace').selectAll().executeTakeFirst();
  if (existing) {
    await db.updateTable('workspace').set({ closed_cleanly: 0 }).execute();
    return existing.id;
  }
  const id = newId('ws', options);
  await db
    .insertInto('workspace')
    .values({
      id,
      name: options.name ?? 'Daybook',
      created_at: instantNow(options.clock),
      time_zone: options.timeZone ?? 'UTC',
      locale: 'en-GB',
      closed_cleanly: 0,
      practice: options.practice ? 1 : 0,
    })
    .execute();
  return id;
}
