import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

// A thread of `checkFile`: answers with SQLite's finding, `ok` or the first fault.
const connection = new Database(String(workerData), { readonly: true });
try {
  parentPort?.postMessage(findingOf(connection));
} finally {
  connection.close();
}

function findingOf(database: Database.Database): unknown {
  try {
    return database.pragma('integrity_check(1)', { simple: true });
  } catch (thrown) {
    // Damage can be so deep that the check itself stops.
    if (thrown instanceof Database.SqliteError) return thrown.code;
    throw thrown;
  }
}
