import { afterEach, beforeEach, expect, test } from 'vitest';
import { D365_SECRET } from '../../practice/harbor/setup.ts';
import { type PracticeApi, practiceApi } from '../../test/support/practice-api.ts';
import { calls, type WireResult } from './contract.ts';
import { handlers } from './handlers.ts';

let practice: PracticeApi;
beforeEach(async () => {
  practice = await practiceApi();
});
afterEach(() => practice.close());

let counter = 0;
const call = (name: string, input?: unknown, callId = `c${counter++}`): Promise<WireResult> =>
  practice.api.call({ name, input, callId });

async function errorOf(result: Promise<WireResult>) {
  const answer = await result;
  if (answer.ok) throw new Error('it went well');
  return answer.error;
}

const erpSecret = () => practice.host.env[D365_SECRET] ?? '';

async function connect(): Promise<string> {
  const { endpoint, tokenEndpoint, tenant, clientId } = practice.host.setup.connections[1];
  const { id } = await practice.api.run('connections.save', {
    kind: 'd365',
    name: 'ERP',
    environment: 'sandbox',
    settings: { endpoint, tokenEndpoint, tenant, clientId },
    secrets: { secret: erpSecret() },
  });
  return id;
}

test('every call says in one line what it is, and has a handler', () => {
  for (const [name, { about }] of Object.entries(calls)) expect(about, name).toMatch(/^[A-Z][^\n]+\.$/);
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(calls).sort());
});

test('a call that is not in the contract, and an envelope of another form, are refused', async () => {
  expect(await errorOf(call('nonsense.call'))).toMatchObject({ code: 'usage', path: 'name' });
  expect(await errorOf(call('constructor'))).toMatchObject({ code: 'usage', path: 'name' });
  expect(await errorOf(practice.api.call('queue.list'))).toMatchObject({ code: 'usage' });
  expect(await errorOf(practice.api.call({ name: 'queue.list', input: {}, callId: '' }))).toMatchObject({
    path: 'callId',
  });
  expect(await errorOf(practice.api.call({ name: 'queue.list', callId: 'x', actor: 'Eve' }))).toMatchObject({
    path: 'actor',
  });
});

test('a wrong field is named by its path, and nothing is done', async () => {
  expect(await errorOf(call('queue.list', { filter: { from: '2026-02-30' } }))).toMatchObject({
    code: 'usage',
    path: 'filter.from',
  });
  expect(await errorOf(call('queue.list', { filter: { nonsense: 1 } }))).toMatchObject({ path: 'filter.nonsense' });
  expect(await errorOf(call('proposals.approve', { ids: [] }))).toMatchObject({ code: 'usage', path: 'ids' });
  expect(practice.events).toEqual([]);
});

test('amounts travel as decimal texts and no secret leaves the vault', async () => {
  await connect();
  const listed = JSON.stringify(await call('connections.list', {}));
  expect(listed).toContain('"secrets":["secret"]');
  expect(listed).not.toContain(erpSecret());
  const exported = JSON.stringify(await call('setup.export', {}));
  expect(exported).toContain('ERP_SECRET');
  expect(exported).not.toContain(erpSecret());
});

test('what a call may have changed is told after it, also when it failed', async () => {
  await call('settings.save', { name: 'Another name' });
  expect(practice.events).toEqual([{ name: 'changed', data: { topics: ['settings', 'audit'] } }]);
  practice.events.length = 0;
  expect(await errorOf(call('settings.save', { timeZone: 'Mars/Olympus' }))).toMatchObject({ path: 'timeZone' });
  expect(practice.events).toEqual([{ name: 'changed', data: { topics: ['settings', 'audit'] } }]);
  practice.events.length = 0;
  await call('settings.get', {});
  expect(practice.events).toEqual([]);
});

test('the actor of the trail is the host’s, whatever the caller sends', async () => {
  await call('settings.save', { locale: 'nl-NL' });
  const answer = await practice.api.run('audit.search', { filter: { action: 'settings.changed' } });
  expect(answer.events).toMatchObject([{ actor: 'Ada', sentence: 'Settings changed.' }]);
});

test('long work tells how far it is and stops when it is cancelled', async () => {
  const connectionId = await connect();
  const reached = hangingNetwork();
  const checking = call('connections.check', { connectionId }, 'check-1');
  await reached;
  const { value } = (await call('work.list', {})) as { value: unknown };
  expect(value).toMatchObject([{ callId: 'check-1', name: 'connections.check', total: null }]);
  expect(practice.events).toContainEqual({
    name: 'work.progress',
    data: {
      callId: 'check-1',
      name: 'connections.check',
      done: 1,
      total: null,
      sentence: expect.stringContaining('legal entities'),
    },
  });
  expect(await call('work.cancel', { callId: 'check-1' })).toMatchObject({ value: { cancelled: true } });
  expect(await errorOf(checking)).toMatchObject({ code: 'cancelled', retryable: true });
  expect(await call('work.cancel', { callId: 'check-1' })).toMatchObject({ value: { cancelled: false } });
  expect(await call('work.list', {})).toMatchObject({ value: [] });
});

test('a call id that is in use is refused, so that cancelling never means two calls', async () => {
  const connectionId = await connect();
  const reached = hangingNetwork();
  const checking = call('connections.check', { connectionId }, 'same');
  await reached;
  expect(await errorOf(call('settings.get', {}, 'same'))).toMatchObject({ code: 'usage', path: 'callId' });
  practice.api.cancelAll();
  expect(await errorOf(checking)).toMatchObject({ code: 'cancelled' });
});

test('closing cancels what runs and waits for it', async () => {
  const connectionId = await connect();
  const reached = hangingNetwork();
  const checking = call('connections.check', { connectionId });
  await reached;
  await practice.api.close();
  expect(await errorOf(checking)).toMatchObject({ code: 'cancelled' });
});

test('a restore puts the workspace back, cancels other work, and goes on with the same API', async () => {
  const backup = await practice.api.run('backup.make', {});
  await practice.api.run('settings.save', { name: 'After the backup' });
  const connectionId = await connect();
  const reached = hangingNetwork();
  const checking = call('connections.check', { connectionId });
  await reached;
  const restored = await practice.api.run('backup.restore', { path: backup.path });
  expect(restored.replaced).toContain('.replaced-');
  expect(await errorOf(checking)).toMatchObject({ code: 'cancelled' });
  expect((await practice.api.run('settings.get', {})).name).toBe('Daybook');
  expect(await practice.api.run('connections.list', {})).toEqual([]);
});

test('a restore that is refused leaves the workspace open and as it was', async () => {
  await practice.api.run('settings.save', { name: 'Mine' });
  const path = `${practice.folder}/none.backup`;
  expect(await errorOf(call('backup.restore', { path }))).toMatchObject({ code: 'usage' });
  expect((await practice.api.run('settings.get', {})).name).toBe('Mine');
});

test('a backup under another passphrase leaves a locked API that says so', async () => {
  const backup = await practice.api.run('backup.make', {});
  const restore = call('backup.restore', { path: backup.path, passphrase: 'not this one' });
  expect(await errorOf(restore)).toMatchObject({ code: 'vault_wrong_passphrase' });
  expect(await errorOf(call('settings.get', {}))).toMatchObject({ code: 'vault_wrong_passphrase', repair: 'unlock' });
});

/** From now on the ERP never answers; resolves when the first request waits for it. */
function hangingNetwork(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  practice.hang(resolve);
  return promise;
}
