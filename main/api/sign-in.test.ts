import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPracticeExact, type PracticeExactControl } from '../../practice/exact/index.ts';
import { DIVISION, smallSeed } from '../../practice/exact/seed-small.ts';
import { alone } from '../../test/support/connector-ports.ts';
import { type VirtualClock, virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { seededRandom } from '../core/random.ts';
import { openDaybook } from '../daybook.ts';
import { type Api, createApi } from './executor.ts';
import { startScheduledWork } from './scheduled-work.ts';

const HOUR = 3_600_000;
let folder: string;
let clock: VirtualClock;
let control: PracticeExactControl;
let api: Api;
let connectionId: string;
let tokenCalls: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-api-'));
  clock = virtualClock(Date.UTC(2026, 2, 10, 8));
  const practice = createPracticeExact({ site: 'nl', ledger: smallSeed(), clock, random: seededRandom(1) });
  control = practice.control;
  tokenCalls = 0;
  const fetch = (request: Request) => {
    if (request.url.includes('/oauth2/token')) tokenCalls += 1;
    return practice.fetch(request);
  };
  const ports = { clock, random: seededRandom(2), fetch, log: silentLog, processes: alone };
  const daybook = await openDaybook({
    ...{ database: join(folder, 'daybook.db'), ports, passphrase: 'p', cost: { N: 2, r: 1, p: 1 } },
  });
  api = createApi(daybook, { actor: 'Ada', emit: () => {}, backups: join(folder, 'backups') });
  const { clientId, clientSecret, redirectUri } = control.application;
  ({ id: connectionId } = await api.run('connections.save', {
    ...{ kind: 'exact', name: 'Books', environment: 'production' },
    settings: { site: 'nl', clientId, redirectUri },
    secrets: { clientSecret },
  }));
});
afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn() {
  const { url } = await api.run('connections.startSignIn', { connectionId });
  return api.run('connections.finishSignIn', { connectionId, address: control.consent(url) });
}
const listed = async () => (await api.run('connections.list', {}))[0];

test('the kinds tell what a form and a sign-in need', async () => {
  const kinds = await api.run('connections.kinds', {});
  const exact = kinds.find(({ kind }) => kind === 'exact');
  expect(exact).toMatchObject({ title: 'Exact Online', role: 'ledger', signsIn: true });
  expect(exact?.form?.map((field) => field.name)).toContain('clientSecret');
  expect(kinds.find(({ kind }) => kind === 'plaid')).toMatchObject({ signsIn: false });
});

test('before the sign-in the connection needs a person, in the list and on Today; afterwards it is healthy', async () => {
  const wanting = { state: 'needs_person', code: 'signed_out', repair: 'sign_in_again' };
  expect(await listed()).toMatchObject({ ...wanting, signIn: { state: 'signed_out' }, callBudgets: [] });
  expect((await api.run('today.get', {})).health).toMatchObject([wanting]);
  expect(await signIn()).toMatchObject({ state: 'signed_in', user: 'Anna de Wit', warning: null });
  expect(await listed()).toMatchObject({ state: 'healthy', repair: 'none', signIn: { state: 'signed_in' } });
  expect(await api.run('connections.signInState', { connectionId })).toMatchObject({ signIn: { user: 'Anna de Wit' } });
});

test('calls that are left are told once the provider has answered', async () => {
  await signIn();
  expect(await api.run('connections.callBudgets', {})).toEqual([]);
  await api.run('connections.check', { connectionId, legalEntity: String(DIVISION) });
  const [told] = await api.run('connections.callBudgets', {});
  expect(told).toMatchObject({ connectionId, connection: 'Books' });
  expect(told?.budgets.map((budget) => budget.window).toSorted()).toContain('minute');
  expect((await listed())?.callBudgets).toEqual(told?.budgets);
});

test('no answer holds a token, the code or the secret', async () => {
  const { url } = await api.run('connections.startSignIn', { connectionId });
  const address = control.consent(url);
  const code = new URL(address).searchParams.get('code') ?? '';
  const answers: unknown[] = [
    url,
    await api.run('connections.finishSignIn', { connectionId, address }),
    await listed(),
  ];
  answers.push(await api.run('audit.search', {}), await api.run('connections.keepSignedIn', {}));
  for (const answer of answers) {
    const text = JSON.stringify(answer);
    expect(text).not.toContain(code);
    expect(text).not.toContain(control.application.clientSecret);
    expect(text).not.toContain('stampNL001');
  }
});

test('a host that stays open keeps the sign-in alive, by at most one call a day', async () => {
  await signIn();
  tokenCalls = 0;
  const work = startScheduledWork(api, { clock, log: silentLog });
  const until = clock.now() + 49 * HOUR;
  while (clock.now() < until) {
    // The computer is awake for some looks in each hour.
    clock.set(clock.now() + HOUR);
    await clock.sleep(45_000);
  }
  await work.stop();
  // How many looks fall into two days of virtual time depends on what the disk does meanwhile.
  expect(tokenCalls).toBeGreaterThan(0);
  expect(tokenCalls).toBeLessThanOrEqual(2);
  expect((await listed())?.signIn).toMatchObject({ state: 'signed_in', warning: null });
});

test('removing a connection forgets the tokens of its sign-in, once no other connection signs in by them', async () => {
  await signIn();
  const { clientId, clientSecret, redirectUri } = control.application;
  const other = await api.run('connections.save', {
    ...{ kind: 'exact', name: 'Books of the other office', environment: 'production' },
    settings: { site: 'nl', clientId, redirectUri },
    secrets: { clientSecret },
  });
  expect((await api.run('connections.list', {})).map(({ signIn: state }) => state?.state)).toEqual([
    'signed_in',
    'signed_in',
  ]);
  await api.run('connections.remove', { connectionId });
  expect((await listed())?.signIn).toMatchObject({ state: 'signed_in' });
  await api.run('connections.remove', { connectionId: other.id });
  const removed = await api.run('audit.search', { filter: { action: 'secret.removed' } });
  expect(JSON.stringify(removed)).toContain('secret:tokens');
  await api.run('connections.save', {
    ...{ kind: 'exact', name: 'Books', environment: 'production' },
    settings: { site: 'nl', clientId, redirectUri },
    secrets: { clientSecret },
  });
  expect(await listed()).toMatchObject({ name: 'Books', state: 'needs_person', signIn: { state: 'signed_out' } });
});
