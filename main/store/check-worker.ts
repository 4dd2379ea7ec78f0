import { parentPort, workerData } from 'node:worker_threads';
import { findingOf } from './check-finding.ts';

// A thread of `checkFile`.
parentPort?.postMessage(findingOf(String(workerData)));
