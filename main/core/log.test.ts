import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { virtualClock } from './clock.ts';
import { DaybookError } from './errors.ts';
import { createFileLog } from './log.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-log-'));
  folders.push(folder);
  return folder;
}

const clock = virtualClock(Date.UTC(2026, 10, 20, 6));
const Record = z.record(z.string(), z.unknown());

function logFiles(folder: string): string[] {
  return readdirSync(folder).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

function recordsIn(folder: string) {
  return logFiles(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .filter((line) => line !== '')
    .map((line) => Record.parse(JSON.parse(line)));
}

test('a record has the injected time, its level, fields and message, and is on disk after closing', async () => {
  const folder = join(newFolder(), 'not', 'yet', 'there');
  const log = await createFileLog({ folder, clock });
  log.info({ feed: 'feed_1', minor: 9_007_199_254_740_993n }, 'pulled');
  log.debug({}, 'not at this level');
  await log.close();
  expect(recordsIn(folder)).toEqual([
    expect.objectContaining({
      time: '2026-11-20T06:00:00.000Z',
      level: 30,
      feed: 'feed_1',
      minor: '9007199254740993',
      msg: 'pulled',
    }),
  ]);
});

test('secrets of a real axios error are not written, nor those in messages and causes', async () => {
  const folder = newFolder();
  const log = await createFileLog({ folder, clock, level: 'debug' });
  const client = axios.create({
    headers: { 'PLAID-SECRET': 'planted-1' },
    adapter: 'fetch',
    env: { fetch: async () => Response.json({ number: 'planted-2' }, { status: 401 }) },
  });
  const thrown: unknown = await client
    .post('https://bank.example/x?key=planted-3', { access_token: 'access-sandbox-planted-4' })
    .catch((error: unknown) => error);
  log.error({ err: thrown }, 'failed with access-sandbox-planted-5');
  log.warn({ err: new DaybookError('wrong_keys', 'Check the keys.', { cause: thrown }) }, 'again');
  log.info({ password: 'planted-6', nested: [{ account: '11112222planted' }] }, 'third');
  await log.close();
  const text = JSON.stringify(recordsIn(folder));
  expect(text).toContain('Check the keys.');
  expect(text).not.toMatch(/planted-\d|11112222/);
});

test('the log keeps to its size: old files go, also those of earlier runs', async () => {
  const folder = newFolder();
  for (let run = 0; run < 2; run++) {
    const log = await createFileLog({ folder, clock, size: '10k', count: 2 });
    for (let batch = 0; batch < 12; batch++) {
      for (let i = 0; i < 10; i++) log.info({ run, batch, i, fill: 'x'.repeat(500) }, 'filling');
      // The file rolls between two turns of the event loop.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await log.close();
  }
  const files = logFiles(folder);
  expect(files.length).toBeLessThanOrEqual(4);
  for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThan(40_000);
  expect(recordsIn(folder).at(-1)).toMatchObject({ run: 1, batch: 11, i: 9 });
});

test('a log that is closed twice, or written to after closing, does no harm', async () => {
  const folder = newFolder();
  const log = await createFileLog({ folder, clock });
  await log.close();
  await log.close();
  log.info({}, 'too late');
  expect(recordsIn(folder)).toEqual([]);
});

test('a log that cannot be written is told of once, and the app goes on without it', async () => {
  const file = join(newFolder(), 'a-file');
  writeFileSync(file, '');
  const failures: Error[] = [];
  const failed = Promise.withResolvers<void>();
  const onFailure = (error: Error) => {
    failures.push(error);
    failed.resolve();
  };
  const log = await createFileLog({ folder: join(file, 'logs'), clock, onFailure });
  log.info({}, 'first');
  await failed.promise;
  log.info({}, 'second');
  await log.close();
  expect(failures.map((error) => 'code' in error && error.code)).toEqual(['ENOTDIR']);
});
