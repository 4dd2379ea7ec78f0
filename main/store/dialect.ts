import type Database from 'better-sqlite3';
import { CompiledQuery, type Driver, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import type { Clock } from '../core/clock.ts';
import { ofSqlite, untilFree } from './busy.ts';

/**
 * Kysely's SQLite dialect with `BEGIN IMMEDIATE`: a write transaction takes its lock at the start, waiting up to
 * `busyLimitMs` for another process's. With the default deferred begin, a second process that wrote meanwhile would
 * make our first write fail half-way (SQLITE_BUSY_SNAPSHOT).
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: Database.Database;
  readonly #waiting: { clock: Clock; busyLimitMs: number };

  constructor(database: Database.Database, waiting: { clock: Clock; busyLimitMs: number }) {
    super({ database: prepared(database) });
    this.#database = database;
    this.#waiting = waiting;
  }

  override createDriver(): Driver {
    const driver = super.createDriver();
    const { clock, busyLimitMs } = this.#waiting;
    driver.beginTransaction = async (connection) => {
      await untilFree(clock, busyLimitMs, () => connection.executeQuery(CompiledQuery.raw('begin immediate')));
    };
    driver.rollbackTransaction = async (connection) => {
      // A full disk makes SQLite roll back by itself; a second rollback would hide the first error.
      if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
    };
    return driver;
  }
}

const MOST_STATEMENTS = 500;

/** What Kysely needs of a database: statements prepared once and used again, and errors turned into ours. */
function prepared(database: Database.Database): SqliteDatabase {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => {
      statements.clear();
      database.close();
    },
    prepare: (sql) =>
      turningErrors(() => {
        const known = statements.get(sql);
        // A statement that is being iterated cannot be run at the same time.
        if (known && !known.busy) return turned(known);
        const statement = database.prepare(sql);
        if (statements.size >= MOST_STATEMENTS) statements.clear();
        statements.set(sql, statement);
        return turned(statement);
      }),
  };
}

function turned(statement: Database.Statement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => turningErrors(() => statement.all(parameters)),
    run: (parameters) => turningErrors(() => statement.run(parameters)),
    iterate: (parameters) => iterating(statement, parameters),
  };
}

function* iterating(statement: Database.Statement, parameters: readonly unknown[]): IterableIterator<unknown> {
  try {
    yield* statement.iterate(parameters);
  } catch (thrown) {
    throw ofSqlite(thrown, 'keep');
  }
}

function turningErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw ofSqlite(thrown, 'keep');
  }
}
