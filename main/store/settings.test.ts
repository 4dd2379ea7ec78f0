import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import { clearSetting, readSetting, type Setting, writeSetting } from './settings.ts';

const schedule: Setting<{ hour: number; days: string[] }> = {
  name: 'morning.schedule',
  schema: z.object({ hour: z.number().int().min(0).max(23), days: z.array(z.string()) }),
  fallback: { hour: 6, days: ['Mon'] },
};

let workspace: TempWorkspace;
beforeEach(async () => {
  workspace = await tempWorkspace();
});
afterEach(() => workspace.close());

test('a setting has its fallback until it is set, and again when it is cleared', async () => {
  const { store, clock } = workspace;
  expect(await readSetting(store.read, schedule)).toEqual({ hour: 6, days: ['Mon'] });
  await store.write((trx) => writeSetting(trx, clock, schedule, { hour: 7, days: [] }));
  await store.write((trx) => writeSetting(trx, clock, schedule, { hour: 8, days: ['Tue'] }));
  expect(await readSetting(store.read, schedule)).toEqual({ hour: 8, days: ['Tue'] });
  await store.write((trx) => clearSetting(trx, schedule));
  expect(await readSetting(store.read, schedule)).toEqual(schedule.fallback);
});

test('a setting is part of the write that sets it', async () => {
  const { store, clock } = workspace;
  const failed = store.write(async (trx) => {
    await writeSetting(trx, clock, schedule, { hour: 7, days: [] });
    expect((await readSetting(trx, schedule)).hour).toBe(7);
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect((await readSetting(store.read, schedule)).hour).toBe(6);
});

test('a value that the setting cannot take is refused by name', async () => {
  const { store, clock } = workspace;
  const refused = store.write((trx) => writeSetting(trx, clock, schedule, { hour: 24, days: [] }));
  await expect(refused).rejects.toMatchObject({ code: 'setup_invalid', path: 'morning.schedule' });
});

test.each(['{"hour":"six","days":[]}', 'not json'])('a stored value that cannot be read is named: %s', async (text) => {
  const { store } = workspace;
  const row = { name: 'morning.schedule', value_json: text, updated_at: '' };
  await store.write((trx) => trx.insertInto('setting').values(row).execute());
  await expect(readSetting(store.read, schedule)).rejects.toMatchObject({ code: 'setup_invalid' });
});
