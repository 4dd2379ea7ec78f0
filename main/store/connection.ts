import Database from 'better-sqlite3';

/** One connection of the SQLite library to a workspace file. */
export type Connection = Database.Database;

/** `PRAGMA application_id` of a workspace file ("DBK1"): tells it from any other SQLite file. Set by migration 0010. */
export const APPLICATION_ID = 0x44424b31;

/** The writer waits by `untilFree`; SQLite's own handler only bridges a lock of an instant. */
const WRITER_TIMEOUT_MS = 10;
/** A reader in WAL mode meets a lock only while another process opens or closes the file. */
const READER_TIMEOUT_MS = 1_000;

/** Opens a connection with our settings. Integers come as bigint, so that no amount passes through a float. */
export function openConnection(path: string, options: { readonly: boolean }): Database.Database {
  const timeout = options.readonly ? READER_TIMEOUT_MS : WRITER_TIMEOUT_MS;
  const connection = new Database(path, { readonly: options.readonly, timeout });
  return closingOnFailure(connection, () => {
    if (!options.readonly) {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = NORMAL');
      // At a commit it would stop everything for 0.1 s and more; the store lets a thread do it, see checkpoint.ts.
      connection.pragma('wal_autocheckpoint = 0');
    }
    setUp(connection);
    return connection;
  });
}

/**
 * Opens the file so that nobody else has it open and nobody can open it until this connection closes; null when
 * another connection (of any process, this one included) has it open.
 *
 * It rests on the locks that the operating system holds for SQLite, which vanish with a killed process: no process
 * ids that could be reused, no lock file that stays behind. For the same reason nothing in Daybook may read or copy a
 * workspace file in use through `node:fs`: on POSIX, closing any descriptor of a file drops the process's locks on it.
 */
export function openAlone(path: string): Database.Database | null {
  const connection = new Database(path, { timeout: 0 });
  return closingOnFailure(connection, () => {
    connection.pragma('locking_mode = EXCLUSIVE');
    if (!takeLock(connection)) {
      connection.close();
      return null;
    }
    setUp(connection);
    return connection;
  });
}

function takeLock(connection: Database.Database): boolean {
  try {
    connection.exec('BEGIN EXCLUSIVE; COMMIT');
    return true;
  } catch (thrown) {
    if (thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')) return false;
    throw thrown;
  }
}

function setUp(connection: Database.Database): void {
  connection.defaultSafeIntegers(true);
  connection.pragma('foreign_keys = ON');
  connection.pragma('temp_store = FILE');
  connection.pragma('cache_size = -32000');
}

/** A connection that cannot be set up must not keep its lock. */
function closingOnFailure<T>(connection: Database.Database, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}
