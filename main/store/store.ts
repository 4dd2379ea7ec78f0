import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { Kysely, type Transaction } from 'kysely';
import type { Clock } from '../core/clock.ts';
import type { Disk } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import { BUSY_LIMIT_MS, ofSqlite, untilFree } from './busy.ts';
import { checkpointInThread, watchLog } from './checkpoint.ts';
import { type Connection, openAlone, openConnection } from './connection.ts';
import { copySnapshot } from './copy.ts';
import { ImmediateSqliteDialect } from './dialect.ts';
import { makeReady } from './make-ready.ts';
import type { Tables } from './schema.ts';

/** Where queries read from: the store's reader, or a write transaction that must see its own changes. */
export type Reader = Kysely<Tables>;

/** Inside one transaction of `Store.write`. */
export type Writer = Transaction<Tables>;

/**
 * The workspace file, open. All writes go one after another through one connection; reads have their own snapshot.
 *
 * Errors are `DaybookError` where SQLite refused (`disk_full`, `database_read_only`, `database_corrupt`,
 * `busy_elsewhere`); what `work` throws by itself passes unchanged. A violated constraint can be caught inside `work`
 * (`isUniqueViolation`), or outside, where it is `internal` with SQLite's error as its cause.
 *
 * Read many rows in pages by key. A Kysely `stream()` holds the one reading connection until it ends, so a second
 * read inside its loop would wait for ever.
 */
export type Store = {
  readonly path: string;
  readonly workspaceId: string;
  readonly read: Reader;
  /**
   * The writer's own connection, for prepared statements on hot paths inside main/store. Only used within `write`,
   * where its statements are part of the transaction.
   */
  readonly connection: Connection;
  /** Runs `work` in one immediate transaction; a throw rolls everything back. Waits for the write before it. */
  write<T>(work: (trx: Writer) => Promise<T>): Promise<T>;
  /** As `write`, and on the disk platter before it returns (`synchronous=FULL`): post records, rotating tokens. */
  writeDurably<T>(work: (trx: Writer) => Promise<T>): Promise<T>;
  /**
   * Waits for the thread that moves what was written from SQLite's log into the file; moved at its commit, the log of a
   * large write would hold up the screens. Nobody has to wait; `close` does.
   */
  settle(): Promise<void>;
  /** A consistent, verified copy of the whole file while it is in use; see `backupTo`. */
  copyTo(path: string): Promise<void>;
  /** Waits for the writes under way. Calling it again does nothing. */
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
  readonly disk?: Disk;
  /** How long to wait for another process that holds the file; default 5 seconds. */
  readonly busyLimitMs?: number;
};

/**
 * Opens the workspace file, makes it when there is none, and brings its schema up to date (after a backup). Several
 * processes may have it open at once; only the making, the upgrade and the check after a crash are done alone.
 *
 * Errors: `database_newer`, `database_corrupt`, `database_read_only`, `disk_full`, `busy_elsewhere`, `usage`.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  const { path, clock, busyLimitMs = BUSY_LIMIT_MS, disk = OWN_DISK } = options;
  const opened = await turningErrors(() =>
    untilFree(clock, busyLimitMs, async () => {
      const workspaceId = await makeReady(options);
      return { workspaceId, ...connect(path) };
    }),
  );
  const { workspaceId, writing, reading } = opened;
  const waiting = { clock, busyLimitMs };
  const writer = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(writing, waiting) });
  const reader = new Kysely<Tables>({ dialect: new ImmediateSqliteDialect(reading, waiting) });
  const turn = takeTurns();
  const transact = <T>(work: (trx: Writer) => Promise<T>) => writer.transaction().execute(work);
  let closing: Promise<void> | undefined;
  let checkpoint: Promise<void> | undefined;
  const isWorthCheckpoint = watchLog(writing);
  const lookAtLog = () => {
    if (checkpoint || !isWorthCheckpoint()) return;
    // A checkpoint that fails loses nothing: the log stays, and is moved after a later write.
    checkpoint = checkpointInThread(path)
      .catch(() => {})
      .finally(() => {
        checkpoint = undefined;
      });
  };
  const written = <T>(kind: 'usual' | 'durable', work: () => Promise<T>) =>
    turn(async () => {
      const result = await turningErrors(() => disk.write(kind, work));
      lookAtLog();
      return result;
    });
  return {
    path,
    workspaceId,
    read: reader,
    connection: writing,
    write: (work) => written('usual', () => transact(work)),
    writeDurably: (work) => written('durable', () => durably(writing, () => transact(work))),
    settle: async () => checkpoint,
    copyTo: (target) => turningErrors(() => copySnapshot(path, target)),
    close: () => {
      closing ??= turn(async () => {
        await checkpoint;
        await turningErrors(() => disconnect(path, { writing, reading }));
      });
      return closing;
    },
  };
}

const OWN_DISK: Disk = { write: (_kind, work) => work() };

/** The two connections. From here on the file counts as in use, so an end without `disconnect` is an unclean one. */
function connect(path: string): { writing: Connection; reading: Connection } {
  const writing = openConnection(path, { readonly: false });
  try {
    writing.exec('UPDATE workspace SET closed_cleanly = 0 WHERE closed_cleanly <> 0');
    return { writing, reading: openConnection(path, { readonly: true }) };
  } catch (thrown) {
    writing.close();
    throw thrown;
  }
}

/**
 * Closes both connections, and marks the file as cleanly closed when nobody else has it open. So with several
 * processes it is the last one that marks it; should two close at the same instant, neither does, and the next start
 * checks the file once more than needed.
 */
async function disconnect(
  path: string,
  { writing, reading }: { writing: Connection; reading: Connection },
): Promise<void> {
  reading.close();
  writing.close();
  // A folder that was removed meanwhile needs no mark, and opening would make a new file.
  if (!existsSync(path)) return;
  const alone = openAlone(path);
  if (!alone) return;
  try {
    // Keeps the statistics of all tables by which SQLite chooses indexes; it reads a sample, not the tables.
    alone.pragma('optimize = 0x10002');
    alone.exec('UPDATE workspace SET closed_cleanly = 1');
  } finally {
    // The last connection: SQLite moves the write-ahead log into the file and removes it.
    alone.close();
  }
}

/** `synchronous` cannot be changed inside a transaction, hence around it. */
async function durably<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  connection.pragma('synchronous = FULL');
  try {
    return await work();
  } finally {
    connection.pragma('synchronous = NORMAL');
  }
}

async function turningErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw ofSqlite(thrown, 'turn');
  }
}

/** One piece of work after another, in the order of asking; a failure does not stop the next. */
function takeTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  const inside = new AsyncLocalStorage<true>();
  return async (work) => {
    // It would wait for itself: a mistake in the program, said aloud instead of standing still.
    if (inside.getStore()) throw new Error('A write may not start another write: pass its transaction on instead.');
    const mine = last.then(() => inside.run(true, work));
    last = mine.catch(() => {});
    return mine;
  };
}
