import Database from 'better-sqlite3';

/** A backup tool, a virus scanner, a person with a database browser: another program that holds the workspace file. */
export type OtherProgram = { letGo(): void };

/** Null when somebody writes to it at this very moment. */
export function holdFile(database: string): OtherProgram | null {
  const other = new Database(database, { timeout: 0 });
  try {
    other.exec('BEGIN IMMEDIATE');
    return { letGo: () => void other.close() };
  } catch (thrown) {
    other.close();
    if (thrown instanceof Database.SqliteError && thrown.code === 'SQLITE_BUSY') return null;
    throw thrown;
  }
}
