import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  RELAY_URL,
  type TestDesktop,
  until,
  type WebhookWorld,
  webhookWorld,
} from '../../test/support/webhook-world.ts';
import { type Api, createApi } from './executor.ts';
import { startWebhookWork } from './webhook-work.ts';

let world: WebhookWorld;
let desk: TestDesktop;
let api: Api;
let topics: string[];
beforeEach(async () => {
  world = await webhookWorld();
  desk = await world.desktop();
  topics = [];
  api = createApi(desk.daybook, {
    actor: 'ada',
    emit: (name, data) => {
      if (name === 'changed' && 'topics' in data) topics.push(...data.topics);
    },
    backups: world.folder,
  });
});
afterEach(() => world.close());

const fire = () => world.plaid.control.fireWebhook(desk.accessToken, 'TRANSACTIONS', 'SYNC_UPDATES_AVAILABLE');

test('a host that stays open listens; a webhook is a run with its story, and the screens are told', async () => {
  await api.run('webhooks.configure', { relayUrl: RELAY_URL });
  const work = startWebhookWork(api, desk.daybook.ports);
  await until('it is connected', async () => (await api.run('webhooks.status', {})).link === 'connected');
  topics.length = 0;
  fire();
  const runs = () =>
    desk.daybook.store.read
      .selectFrom('run')
      .selectAll()
      .where('begun_by', '=', 'webhook')
      .where('state', '=', 'done')
      .execute();
  await until('the run is done', async () => (await runs()).length === 1);
  const [run] = await runs();
  expect(run).toMatchObject({ actor: 'daybook', reason: 'Tidewater Bank announced something new.' });
  expect(topics).toContain('runs');
  expect((await api.run('webhooks.status', {})).counts).toContainEqual(
    expect.objectContaining({ provider: 'plaid', verdict: 'genuine' }),
  );
  await work.stop();
  expect((await api.run('webhooks.status', {})).link).toBe('off');
});

test('nobody but the host itself can begin to listen', async () => {
  await expect(api.run('webhooks.listen', {})).rejects.toMatchObject({ code: 'not_supported' });
  expect(await api.call({ name: 'webhooks.listen', callId: 'x' })).toMatchObject({ ok: false });
});

test('a bank that is linked while webhooks are on is linked with our address', async () => {
  await api.run('webhooks.configure', { relayUrl: RELAY_URL });
  const { linkToken } = await api.run('connections.startLink', { connectionId: desk.connectionId });
  world.plaid.control.completeLink(linkToken, 'cascade');
  await api.run('connections.finishLink', { connectionId: desk.connectionId, linkToken });
  const { itemId } = world.plaid.control.items().find(({ bank }) => bank === 'cascade') ?? {};
  const { accessToken = '' } = world.plaid.control.items().find((item) => item.itemId === itemId) ?? {};
  world.plaid.control.fireWebhook(accessToken, 'TRANSACTIONS', 'INITIAL_UPDATE');
  expect(world.plaid.control.webhooks.at(-1)?.url).toBe(await desk.address());
});

test('the address of a relay that is none, or is no address at all, changes nothing', async () => {
  for (const relayUrl of [
    'http://relay.example',
    'relay',
    'https://user:pass@relay.example',
    'https://relay.example/?x',
  ])
    await expect(api.run('webhooks.configure', { relayUrl })).rejects.toMatchObject({ code: 'usage' });
  await world.stopRelay();
  await expect(api.run('webhooks.configure', { relayUrl: RELAY_URL })).rejects.toMatchObject({ code: 'network_lost' });
  expect(await api.run('webhooks.status', {})).toMatchObject({ relayUrl: null, link: 'off', channel: null });
});
