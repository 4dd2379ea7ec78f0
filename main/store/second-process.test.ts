import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SecondProcess, secondProcess } from '../../test/support/second-process.ts';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { systemClock } from '../core/clock.ts';
import { openConnection } from './connection.ts';
import { isOpenElsewhere } from './restore.ts';
import { openStore, type Store } from './store.ts';

let workspace: TempWorkspace;
let path: string;
const opened: Store[] = [];
const started: SecondProcess[] = [];

beforeEach(async () => {
  workspace = await tempWorkspace();
  path = join(workspace.folder, 'daybook.db');
});
afterEach(async () => {
  for (const other of started.splice(0)) await other.kill();
  for (const store of opened.splice(0)) await store.close();
  await workspace.close();
});

async function start(): Promise<SecondProcess> {
  const other = await secondProcess(path);
  started.push(other);
  return other;
}

async function open(options: { busyLimitMs?: number } = {}): Promise<Store> {
  const store = await openStore({ path, clock: systemClock(), random: workspace.random, ...options });
  opened.push(store);
  return store;
}

function put(store: Store, name: string): Promise<unknown> {
  return store.write((trx) => trx.insertInto('setting').values({ name, value_json: '1', updated_at: '' }).execute());
}

async function names(store: Store): Promise<string[]> {
  return (await store.read.selectFrom('setting').select('name').orderBy('name').execute()).map((row) => row.name);
}

function closedCleanly(): unknown {
  const connection = openConnection(path, { readonly: true });
  try {
    return connection.prepare('SELECT closed_cleanly FROM workspace').pluck().get();
  } finally {
    connection.close();
  }
}

test('two processes use one workspace, and a write waits for the write of the other', async () => {
  const store = await open();
  const other = await start();
  expect(other.opened).toBe('open');
  expect(await other.ask('hold theirs')).toBe('done');
  let done = false;
  const mine = put(store, 'mine').then(() => {
    done = true;
  });
  expect(await names(store)).toEqual([]);
  expect(done).toBe(false);
  expect(await other.ask('let-go')).toBe('done');
  await mine;
  expect(await names(store)).toEqual(['mine', 'theirs']);
});

test('a write that waits too long says that another process is at work, and can be tried again', async () => {
  const store = await open({ busyLimitMs: 100 });
  const other = await start();
  await other.ask('hold theirs');
  await expect(put(store, 'mine')).rejects.toMatchObject({ code: 'busy_elsewhere', retryable: true });
  await other.ask('let-go');
  await put(store, 'mine');
  expect(await names(store)).toEqual(['mine', 'theirs']);
});

test('a killed process leaves nothing half-written and does not keep the file', async () => {
  await workspace.store.close();
  const other = await start();
  await other.ask('write whole');
  await other.ask('hold half');
  expect(isOpenElsewhere(path)).toBe(true);
  await other.kill();
  expect(isOpenElsewhere(path)).toBe(false);
  expect(closedCleanly()).toBe(0n);
  expect(await names(await open())).toEqual(['whole']);
});

test('the last process to close marks the workspace as cleanly closed', async () => {
  const other = await start();
  await workspace.store.close();
  expect(closedCleanly()).toBe(0n);
  expect(await other.ask('close')).toBe('done');
  expect(closedCleanly()).toBe(1n);
  expect(isOpenElsewhere(path)).toBe(false);
});

test('two processes that make the same workspace at the same moment make one', async () => {
  await workspace.store.close();
  path = join(workspace.folder, 'other', 'daybook.db');
  const [one, two] = await Promise.all([start(), start()]);
  expect([one.opened, two.opened]).toEqual(['open', 'open']);
  const store = await open();
  expect(await store.read.selectFrom('workspace').select('id').execute()).toHaveLength(1);
});
