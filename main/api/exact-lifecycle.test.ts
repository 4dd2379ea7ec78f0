import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPracticeExact, type PracticeExactControl } from '../../practice/exact/index.ts';
import { smallSeed } from '../../practice/exact/seed-small.ts';
import { alone } from '../../test/support/connector-ports.ts';
import { type VirtualClock, virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { seededRandom } from '../core/random.ts';
import { type Daybook, openDaybook } from '../daybook.ts';
import { type Api, createApi } from './executor.ts';

const DAY = 86_400_000;
let folder: string;
let clock: VirtualClock;
let control: PracticeExactControl;
let daybook: Daybook;
let api: Api;
let connectionId: string;

const connect = async (name: string) => {
  const { clientId, clientSecret, redirectUri } = control.application;
  const saved = await api.run('connections.save', {
    ...{ kind: 'exact', name, environment: 'production' },
    ...{ settings: { site: 'nl', clientId, redirectUri }, secrets: { clientSecret } },
  });
  return saved.id;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-api-'));
  clock = virtualClock(Date.UTC(2026, 2, 10, 8));
  const practice = createPracticeExact({ site: 'nl', ledger: smallSeed(), clock, random: seededRandom(1) });
  control = practice.control;
  const ports = { clock, random: seededRandom(2), fetch: practice.fetch, log: silentLog, processes: alone };
  daybook = await openDaybook({
    ...{ database: join(folder, 'daybook.db'), ports, passphrase: 'p', cost: { N: 2, r: 1, p: 1 } },
  });
  api = createApi(daybook, { actor: 'Ada', emit: () => {}, backups: join(folder, 'backups') });
  connectionId = await connect('Books');
  await signIn();
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn() {
  const { url } = await api.run('connections.startSignIn', { connectionId });
  return api.run('connections.finishSignIn', { connectionId, address: control.consent(url) });
}
const lifecycle = async () => (await api.run('connections.list', {}))[0]?.lifecycle;
const tokens = async () => {
  const { read } = daybook.store;
  const chains = await read.selectFrom('token_chain').selectAll().execute();
  const secrets = await read.selectFrom('secret').select(['owner', 'name']).execute();
  return { chains: chains.length, owners: secrets.map(({ owner }) => owner) };
};

test('a sign-in that ends is announced a week before, asked for when it has ended, and good again after it', async () => {
  clock.advance(22 * DAY);
  await api.run('connections.keepUp', {});
  expect(await lifecycle()).toMatchObject({ state: 'healthy' });
  clock.advance(2 * DAY);
  await api.run('connections.keepUp', {});
  expect(await lifecycle()).toMatchObject({
    ...{ state: 'expiring', repair: 'sign_in_again' },
    ending: { what: 'sign_in', on: '2026-04-09T08:00:00.000Z' },
  });
  clock.advance(7 * DAY);
  await api.run('connections.keepUp', {});
  expect(await lifecycle()).toMatchObject({ state: 'login_required', repair: 'sign_in_again' });
  await signIn();
  expect(await lifecycle()).toMatchObject({ state: 'healthy', source: 'person', ending: null });
  const history = await api.run('connections.history', { connectionId });
  expect(history.map(({ to }) => to)).toEqual(['healthy', 'login_required', 'expiring']);
});

test.each([
  ['its user took the rights away', () => control.disconnect()],
  ['another computer signed in with the same user', () => control.secondComputer({ takenOver: true })],
])('a sign-in that ended because %s is found by the next call and mended in the browser', async (_why, end) => {
  end();
  clock.advance(20 * 60_000);
  expect(await api.run('connections.check', { connectionId })).toMatchObject({ ok: false });
  await api.run('connections.keepUp', {});
  expect(await lifecycle()).toMatchObject({ state: 'login_required', repair: 'sign_in_again' });
  await signIn();
  expect(await lifecycle()).toMatchObject({ state: 'healthy' });
  expect(await api.run('connections.check', { connectionId })).toMatchObject({ ok: true });
});

test('a removed connection leaves no token of its sign-in, sealed or not', async () => {
  expect(await tokens()).toMatchObject({ chains: 1 });
  await api.run('connections.remove', { connectionId });
  expect(await tokens()).toEqual({ chains: 0, owners: [] });
  expect(await api.run('connections.history', { connectionId })).toMatchObject([{ to: 'removed', source: 'person' }]);
});

test('tokens that another connection signs in by stay until it is removed as well', async () => {
  const second = await connect('Books, again');
  await api.run('connections.remove', { connectionId });
  expect(await tokens()).toMatchObject({ chains: 1 });
  await api.run('connections.remove', { connectionId: second });
  expect(await tokens()).toEqual({ chains: 0, owners: [] });
});
