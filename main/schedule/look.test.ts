import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { writeSetting } from '../store/settings.ts';
import { mayFetch, UNKNOWN_CONDITIONS } from './look.ts';
import { type Schedule, scheduleSetting } from './settings.ts';

let workspace: FeedsWorkspace;
beforeEach(async () => {
  workspace = await feedsWorkspace();
});
afterEach(() => workspace.close());

test('a retry that nobody asked for waits for power and network as the morning run does', async () => {
  const free = { onBattery: false, metered: false, online: true };
  const may = (conditions: typeof free) => mayFetch(workspace.store.read, conditions);
  expect(await may(free)).toBe(true);
  expect(await mayFetch(workspace.store.read, UNKNOWN_CONDITIONS)).toBe(true);
  expect(await may({ ...free, onBattery: true })).toBe(false);
  expect(await may({ ...free, metered: true })).toBe(false);
  expect(await may({ ...free, online: false })).toBe(false);
  const runs: Schedule = { ...scheduleSetting.fallback, onBattery: 'run', onMetered: 'run' };
  await workspace.store.write((trx) => writeSetting(trx, workspace.clock, scheduleSetting, runs));
  expect(await may({ onBattery: true, metered: true, online: true })).toBe(true);
});
