import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

// A thread of `checkpointInThread`: moves the write-ahead log into the file, as far as nobody still reads the old state.
const connection = new Database(String(workerData));
try {
  connection.pragma('wal_checkpoint(PASSIVE)');
} finally {
  connection.close();
}
parentPort?.postMessage('done');
