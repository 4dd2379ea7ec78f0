import { statSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';

let at: TempWorkspace;
beforeEach(async () => {
  at = await tempWorkspace();
});
afterEach(() => at.close());

const MIB = 2 ** 20;
const setting = (name: string, bytes: number) => ({
  name,
  value_json: JSON.stringify('x'.repeat(bytes)),
  updated_at: '',
});

test('a very large write lies in the log at first, and a thread moves it into the file', async () => {
  const before = statSync(at.store.path).size;
  await at.store.write((trx) =>
    trx
      .insertInto('setting')
      .values(setting('big', 40 * MIB))
      .execute(),
  );
  await at.store.settle();
  expect(statSync(at.store.path).size - before).toBeGreaterThan(40 * MIB);
  const row = await at.store.read.selectFrom('setting').select('name').execute();
  expect(row).toEqual([{ name: 'big' }]);
});

test('a small log is left where it is, and closing moves it', async () => {
  const before = statSync(at.store.path).size;
  await at.store.write((trx) => trx.insertInto('setting').values(setting('small', MIB)).execute());
  await at.store.settle();
  expect(statSync(at.store.path).size).toBe(before);
  await at.store.close();
  expect(statSync(at.store.path).size).toBeGreaterThan(before + MIB);
});

test('a large write that fails is undone as a whole, and the next one goes on', async () => {
  const failing = at.store.write(async (trx) => {
    await trx.insertInto('setting').values(setting('lost', MIB)).execute();
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await at.store.write((trx) => trx.insertInto('setting').values(setting('kept', 10)).execute());
  expect(await at.store.read.selectFrom('setting').select('name').execute()).toEqual([{ name: 'kept' }]);
});
