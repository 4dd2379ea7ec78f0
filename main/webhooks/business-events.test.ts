import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  RELAY_URL,
  type TestDesktop,
  until,
  type WebhookWorld,
  webhookWorld,
} from '../../test/support/webhook-world.ts';

let world: WebhookWorld;
let desk: TestDesktop;
let ledger: string;
beforeEach(async () => {
  world = await webhookWorld();
  desk = await world.desktop();
  ledger = await addLedger('Contoso');
});
afterEach(() => world.close());

const never = new AbortController().signal;
const webhooks = () => desk.daybook.webhooks;
const addLedger = async (name: string) => {
  const { id } = await desk.daybook.feeds.saveConnection(
    {
      ...{ kind: 'd365', name, environment: 'sandbox' },
      config: { endpoint: 'https://contoso.example', tenant: 'contoso.example', clientId: 'app' },
      secrets: { secret: 'client-secret' },
    },
    'ada',
  );
  return id;
};
const turnOn = () => webhooks().configure({ relayUrl: RELAY_URL }, 'ada', never);
const listen = async () => {
  desk.listen();
  await until('the desktop is connected', async () => (await webhooks().status()).link === 'connected');
};
const shown = (connectionId = ledger) => webhooks().showAddress(connectionId, 'ada', never);
const secretIn = (address: string) => address.split('/').at(-1) ?? '';
const event = (EventId: string, BusinessEventId = 'VendorPaymentPostedBusinessEvent') =>
  JSON.stringify({
    ...{ BusinessEventId, BusinessEventLegalEntity: 'USMF', ControlNumber: 7, EventId },
    EventTimeIso8601: new Date(desk.daybook.ports.clock.now()).toISOString(),
  });
const post = (address: string, body: string) => world.post(new URL(address).pathname, body);
/** What became of business events; the practice Plaid beside them tells its own. */
const counts = async () =>
  (await webhooks().status()).counts
    .filter(({ provider }) => provider === 'd365')
    .map(({ verdict, count }) => `${verdict} ${count}`)
    .sort();
const reasons = () =>
  desk.daybook.store.read
    .selectFrom('notice_reason')
    .select(['connection_id', 'reads', 'legal_entity'])
    .where('reads', 'in', ['entries', 'masters'])
    .orderBy('id')
    .execute();
const placeOf = async (connectionId = ledger) =>
  (await webhooks().status()).addresses.find((one) => one.connectionId === connectionId);

test('a business event by the address that Daybook made is a reason to read, once; forged ones are only counted', async () => {
  await turnOn();
  await listen();
  const address = await shown();
  expect(address).toMatch(/^https:\/\/relay\.example\/hooks\/[0-9A-HJKMNP-TV-Z]{26}\/d365\/[A-Za-z0-9_-]{86}$/);
  expect(await placeOf()).toMatchObject({ state: 'none', byHand: true, sentence: expect.stringContaining('enter it') });
  expect(await post(address, event('e-1'))).toBe(200);
  expect(await post(address, event('e-1'))).toBe(200);
  expect(await post(address, event('e-2', 'VendBankAccountChangedBusinessEvent'))).toBe(200);
  expect(await post(address, event('e-3', 'FirmsOwnBusinessEvent'))).toBe(200);
  expect(await post(address, '<html>')).toBe(200);
  // Right for the relay, which knows a part of the secret, and not for this connection.
  expect(await post(`${address.slice(0, -43)}${'x'.repeat(43)}`, event('e-4'))).toBe(200);
  expect(await post(address.slice(0, -43), event('e-5'))).toBe(200);
  // Not even right for the relay.
  expect(await post(address.replace(secretIn(address), 'x'.repeat(86)), event('e-6'))).toBe(404);
  expect(await post(address.replace(`/${secretIn(address)}`, ''), event('e-7'))).toBe(404);
  await until('all is judged', async () => (await counts()).length === 4 && (await webhooks().status()).unjudged === 0);
  expect(await counts()).toEqual(['duplicate 1', 'forged 2', 'genuine 3', 'unreadable 1']);
  expect(await reasons()).toEqual([
    { connection_id: ledger, reads: 'entries', legal_entity: 'USMF' },
    { connection_id: ledger, reads: 'masters', legal_entity: 'USMF' },
  ]);
  await until('it was read', () => desk.asked.entries === 1 && desk.asked.masters === 1);
  expect(await placeOf()).toMatchObject({ state: 'set', sentence: null });
});

test('each connection has an address of its own, and an event counts for that one alone', async () => {
  const other = await addLedger('Fabrikam');
  await turnOn();
  await listen();
  const [first, second] = [await shown(), await shown(other)];
  expect(secretIn(first)).not.toBe(secretIn(second));
  await post(second, event('e-1'));
  await until('it was read', () => desk.asked.entries === 1);
  expect((await reasons()).map(({ connection_id }) => connection_id)).toEqual([other]);
  expect(await placeOf()).toMatchObject({ state: 'none' });
  expect(await placeOf(other)).toMatchObject({ state: 'set' });
});

test('an address stays the same until the channel is replaced; then there is another, and a person is asked to enter it', async () => {
  await turnOn();
  const before = await shown();
  await webhooks().rotateKeys('ada', never);
  expect(await shown()).toBe(before);
  await listen();
  await post(before, event('e-1'));
  await until('it came', async () => (await placeOf())?.state === 'set');
  await webhooks().renewChannel('ada', never);
  expect(await placeOf()).toMatchObject({ state: 'none', sentence: expect.stringContaining('enter it') });
  const after = await shown();
  expect(secretIn(after)).not.toBe(secretIn(before));
  expect(new URL(after).pathname.split('/')[2]).not.toBe(new URL(before).pathname.split('/')[2]);
  // The former channel is emptied for an hour. What comes by it counts, and does not say that the new address is entered.
  await post(before, event('e-2'));
  await until('the late one is judged', async () => (await counts()).includes('genuine 2'));
  expect(await placeOf()).toMatchObject({ state: 'none' });
  await post(after, event('e-3'));
  await until('it came by the new one', async () => (await placeOf())?.state === 'set');
  await webhooks().configure({ relayUrl: null }, 'ada', never);
  expect(await placeOf()).toMatchObject({ state: 'none', byHand: false });
  expect(await post(after, event('e-4'))).toBe(404);
});

test('the secret is in no status, row or trail, nor at the relay; the trail keeps who asked for it', async () => {
  await turnOn();
  await listen();
  const address = await shown();
  const secret = secretIn(address);
  const halves = [secret.slice(0, 43), secret.slice(43)];
  await post(address, event('e-1'));
  await post(`${address.slice(0, -43)}${'x'.repeat(43)}`, event('e-2'));
  await until('both are judged', async () => (await counts()).length === 2);
  const { read } = desk.daybook.store;
  const trail = await read.selectFrom('audit_event').selectAll().execute();
  const told = JSON.stringify(
    [
      await webhooks().status(),
      await webhooks().addressFor('d365'),
      trail,
      await read.selectFrom('notice_address').selectAll().execute(),
      await read.selectFrom('notice').selectAll().execute(),
      await read.selectFrom('notice_reason').selectAll().execute(),
      await read.selectFrom('notice_count').selectAll().execute(),
      desk.sent,
    ],
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  for (const half of halves) expect(told).not.toContain(half);
  const stored = await world.relay().parts.store.hookSecret(new URL(address).pathname.split('/')[2] ?? '', 'd365');
  expect(stored).not.toBeNull();
  for (const half of halves) expect(stored).not.toContain(half);
  expect(trail.filter(({ action }) => action === 'webhooks.address_shown')).toMatchObject([
    { actor: 'ada', subject: `connection:${ledger}`, data_json: '{}' },
  ]);
});

test('there is nothing to show while webhooks are off, for another kind of connection, or while the relay is away', async () => {
  await expect(shown()).rejects.toMatchObject({ code: 'usage' });
  expect(desk.sent.join()).not.toContain('channels');
  await turnOn();
  await expect(shown(desk.connectionId)).rejects.toMatchObject({ code: 'not_supported' });
  await expect(shown('nobody')).rejects.toMatchObject({ code: 'usage' });
  await world.stopRelay();
  await expect(shown()).rejects.toMatchObject({ code: 'network_lost' });
  const trail = await desk.daybook.store.read.selectFrom('audit_event').select('action').execute();
  expect(trail.map(({ action }) => action)).not.toContain('webhooks.address_shown');
});

test('an address that could not be made while the relay was away is told as such, and made on the next try', async () => {
  await turnOn();
  const other = await addLedger('Fabrikam');
  await world.stopRelay();
  await webhooks().setAddresses(never);
  expect(await placeOf(other)).toMatchObject({ state: 'failed' });
  await world.startRelay();
  await webhooks().setAddresses(never);
  expect(await placeOf(other)).toMatchObject({ state: 'none', byHand: true });
  expect(await post(await shown(other), event('e-1'))).toBe(200);
});
