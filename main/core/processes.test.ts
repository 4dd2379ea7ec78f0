import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { systemProcesses } from './processes.ts';

test('a running process is alive, one that ended is not', () => {
  const processes = systemProcesses();
  expect(processes.isAlive(processes.pid)).toBe(true);
  expect(processes.isAlive(process.ppid)).toBe(true);
  const ended = spawnSync(process.execPath, ['--version']);
  expect(ended.status).toBe(0);
  expect(processes.isAlive(ended.pid)).toBe(false);
});
