import Database from 'better-sqlite3';
import { CompiledQuery, type Driver, SqliteDialect } from 'kysely';

/**
 * Kysely's SQLite dialect with `BEGIN IMMEDIATE`: a write transaction takes its lock at the start. With the default
 * deferred begin, a second process that wrote meanwhile would make our first write fail half-way (SQLITE_BUSY_SNAPSHOT).
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    };
    return driver;
  }
}

/** How long a statement waits for another process's write lock before `busy_elsewhere`. */
const BUSY_TIMEOUT_MS = 5_000;

/** Opens a connection with our settings. Integers come as bigint, so that no amount passes through a float. */
export function openConnection(path: string, options: { readonly: boolean }): Database.Database {
  const connection = new Database(path, { readonly: options.readonly, timeout: BUSY_TIMEOUT_MS });
  connection.defaultSafeIntegers(true);
  if (!options.readonly) {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = NORMAL');
    // Fewer, larger checkpoints: a first sync writes hundreds of megabytes.
    connection.pragma('wal_autocheckpoint = 8000');
  }
  connection.pragma('foreign_keys = ON');
  connection.pragma('temp_store = FILE');
  connection.pragma('cache_size = -32000');
  return connection;
}
