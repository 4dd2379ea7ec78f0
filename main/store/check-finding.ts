import Database from 'better-sqlite3';

/** SQLite's finding about a file that nobody has open: `ok`, or the first fault. */
export function findingOf(path: string): unknown {
  const connection = new Database(path, { readonly: true });
  try {
    return connection.pragma('integrity_check(1)', { simple: true });
  } catch (thrown) {
    // Damage can be so deep that the check itself stops.
    if (thrown instanceof Database.SqliteError) return thrown.code;
    throw thrown;
  } finally {
    connection.close();
  }
}
