import { expect, it } from 'vitest';
import { silentLog } from '../core/ports.ts';
import { updater } from './updates.ts';

it('asks nobody for updates while no feed is set', async () => {
  const updates = updater(import.meta.dirname, '0.1.0', silentLog);
  expect(updates.state()).toEqual({ state: 'off', version: null });
  expect(await updates.check()).toEqual({ state: 'off', version: null });
});
