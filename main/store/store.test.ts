import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { virtualClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';
import { openStore } from './store.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-test-'));
  folders.push(folder);
  return folder;
}

test('a workspace keeps its identity when it is opened again', async () => {
  const path = join(newFolder(), 'daybook.db');
  const ports = { clock: virtualClock(Date.UTC(2026, 10, 20)), random: seededRandom(1) };
  const first = await openStore({ path, ...ports });
  await first.close();
  const second = await openStore({ path, ...ports });
  expect(second.workspaceId).toBe(first.workspaceId);
  await second.close();
});

test('a failed write leaves nothing behind and the next write goes on', async () => {
  const path = join(newFolder(), 'daybook.db');
  const store = await openStore({ path, clock: virtualClock(0), random: seededRandom(1) });
  const setting = { name: 'a', value_json: '1', updated_at: '' };
  await expect(
    store.write(async (trx) => {
      await trx.insertInto('setting').values(setting).execute();
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await store.writeDurably((trx) =>
    trx
      .insertInto('setting')
      .values({ ...setting, name: 'b' })
      .execute(),
  );
  expect((await store.read.selectFrom('setting').select('name').execute()).map((row) => row.name)).toEqual(['b']);
  await store.close();
});
