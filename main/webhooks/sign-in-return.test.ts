import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPracticeExact, PRACTICE_APPLICATION, type PracticeExact } from '../../practice/exact/index.ts';
import { DIVISION, smallSeed } from '../../practice/exact/seed-small.ts';
import {
  RELAY_URL,
  type TestDesktop,
  until,
  type WebhookWorld,
  webhookWorld,
} from '../../test/support/webhook-world.ts';
import { systemClock } from '../core/clock.ts';
import { seededRandom } from '../core/random.ts';

const RETURN = `${RELAY_URL}/oauth/exact/callback`;
const never = new AbortController().signal;

let world: WebhookWorld;
let desk: TestDesktop;
let exact: PracticeExact;
let connectionId: string;

beforeEach(async () => {
  world = await webhookWorld();
  exact = createPracticeExact({
    ...{ site: 'nl', ledger: smallSeed(), clock: systemClock(), random: seededRandom('exact') },
    ...{ application: { ...PRACTICE_APPLICATION, redirectUri: RETURN }, notify: world.toRelay },
  });
  world.outside.set('https://start.exactonline.nl', exact.fetch);
  desk = await world.desktop();
  connectionId = await connect(RETURN);
});
afterEach(() => world.close());

async function connect(redirectUri: string): Promise<string> {
  const { clientId, clientSecret, webhookSecret } = PRACTICE_APPLICATION;
  const { id } = await desk.daybook.feeds.saveConnection(
    {
      ...{ kind: 'exact', name: 'Books', environment: 'production' },
      config: { site: 'nl', clientId, redirectUri, divisions: [DIVISION] },
      secrets: { clientSecret, webhookSecret },
    },
    'ada',
  );
  return id;
}

const begin = async () => {
  const page = await desk.daybook.feeds.startSignIn(connectionId, 'ada');
  return { page, expected: await desk.daybook.webhooks.signIns.expect(connectionId, page) };
};
const turnOn = () => desk.daybook.webhooks.configure({ relayUrl: RELAY_URL }, 'ada', never);
/** The person signs in, and the browser follows to where it is sent. */
const browse = (url: string) => world.toRelay(new Request(exact.control.consent(url)));

test('the browser comes back by the relay, and the sign-in is finished without pasting', async () => {
  await turnOn();
  const { page, expected } = await begin();
  expect(expected).toBe(true);
  const waiting = desk.daybook.webhooks.signIns.wait(connectionId, never);
  expect((await browse(page.url)).status).toBe(200);
  const address = (await waiting) ?? '';
  expect(address.startsWith(`${RETURN}?`)).toBe(true);
  const signIn = await desk.daybook.feeds.finishSignIn(connectionId, address, 'ada');
  expect(signIn.state).toBe('signed_in');
});

test('another desktop of the workspace cannot read what came back', async () => {
  await turnOn();
  const { page } = await begin();
  await browse(page.url);
  const second = await world.desktop('two');
  await expect(second.daybook.webhooks.signIns.wait(connectionId, never)).rejects.toMatchObject({
    code: 'link_expired',
  });
  expect(await desk.daybook.webhooks.signIns.wait(connectionId, never)).toContain('code=');
});

test('a second sign-in takes the place of the first, whose return is no longer waited for', async () => {
  await turnOn();
  const first = await begin();
  const second = await begin();
  await browse(first.page.url);
  await browse(second.page.url);
  const address = (await desk.daybook.webhooks.signIns.wait(connectionId, never)) ?? '';
  await expect(desk.daybook.feeds.finishSignIn(connectionId, address, 'ada')).resolves.toMatchObject({
    state: 'signed_in',
  });
});

test('without a relay, with another return address, or while it is away, the address is pasted as before', async () => {
  expect((await begin()).expected).toBe(false);
  await turnOn();
  await world.stopRelay();
  expect((await begin()).expected).toBe(false);
  await world.startRelay();
  await connect('https://daybook.example/return');
  expect((await begin()).expected).toBe(false);
});

test('the ledger’s own notices come by the same relay, and lead to its entries being asked for', async () => {
  await turnOn();
  const { page } = await begin();
  await browse(page.url);
  const address = (await desk.daybook.webhooks.signIns.wait(connectionId, never)) ?? '';
  await desk.daybook.feeds.finishSignIn(connectionId, address, 'ada');
  await desk.daybook.webhooks.setAddresses(never);
  const status = () => desk.daybook.webhooks.status();
  const ofExact = (await status()).addresses.filter((one) => one.connectionId === connectionId);
  expect(ofExact.map(({ state, sentence }) => [state, sentence])).toEqual(Array(4).fill(['set', null]));
  desk.listen();
  await until('it is connected', async () => (await status()).link === 'connected');
  exact.control.postByHand({
    ...{ division: DIVISION, journal: '20', date: '2026-03-09' },
    lines: [{ amount: { minor: 12_100n, currency: 'EUR' }, text: 'Rent', glAccount: '8000' }],
  });
  expect(await exact.control.deliverNotices()).toBe(1);
  await until('its entries were asked for', () => desk.asked.entries === 1);
  expect((await desk.counts()).genuine).toBeGreaterThan(0);
});
