import { hostname } from 'node:os';
import type { Processes } from './ports.ts';

/** The processes of this computer. */
export function systemProcesses(): Processes {
  return { host: hostname(), pid: process.pid, isAlive };
}

/** Signal 0 only asks. EPERM means that the process is there and belongs to another user. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
