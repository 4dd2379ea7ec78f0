import { expect, test } from 'vitest';
import { DIVISION } from '../../../practice/exact/seed-small.ts';
import { openPracticeExact } from '../../../test/support/practice-exact.ts';
import { TOPICS } from './webhooks.ts';

const URL_NOW = 'https://daybook.example/hooks/01ABCDEFGHJKMNPQRSTVWXYZ00/exact';
const FORMER = 'https://daybook.example/hooks/FORMER/exact';
const isOurs = (url: string) => url.includes('/hooks/');

/** A division with the topics subscribed, and what came to each address. */
async function open(status = 200) {
  const received: Array<{ url: string; body: string }> = [];
  const world = await openPracticeExact({
    divisions: [DIVISION],
    notify: async (request) => {
      received.push({ url: request.url, body: await request.text() });
      return new Response(null, { status });
    },
  });
  const set = (url: string | null) => world.connector.subscribeNotices(url, isOurs, undefined);
  return { ...world, received, set, states: async (url: string | null) => (await set(url)).map(({ state }) => state) };
}

test('each topic of each division in use is subscribed once, and Exact tries the address with an empty call', async () => {
  const { set, received, calls } = await open();
  const places = await set(URL_NOW);
  expect(places.map(({ legalEntity, topic, state }) => [legalEntity, topic, state])).toEqual(
    TOPICS.map((topic) => [String(DIVISION), topic, 'set']),
  );
  expect(received).toEqual(TOPICS.map(() => ({ url: URL_NOW, body: '' })));
  calls.length = 0;
  expect((await set(URL_NOW)).map(({ state }) => state)).toEqual(TOPICS.map(() => 'set'));
  expect(calls).toHaveLength(1);
});

test('a former address of ours is replaced, and taken away when webhooks are off', async () => {
  const { set, received, states } = await open();
  await set(FORMER);
  received.length = 0;
  expect(await states(URL_NOW)).toEqual(TOPICS.map(() => 'set'));
  expect(new Set(received.map(({ url }) => url))).toEqual(new Set([URL_NOW]));
  expect(await states(null)).toEqual(TOPICS.map(() => 'none'));
  received.length = 0;
  await set(URL_NOW);
  expect(received).toHaveLength(TOPICS.length);
});

test('an address that somebody else set is left', async () => {
  const { connector, received } = await open();
  await connector.subscribeNotices('https://daybook.example/by-hand', isOurs, undefined);
  received.length = 0;
  const places = await connector.subscribeNotices(URL_NOW, isOurs, undefined);
  expect(places.map(({ state }) => state)).toEqual(TOPICS.map(() => 'elsewhere'));
  expect(await connector.subscribeNotices(null, isOurs, undefined)).toEqual([]);
  expect(received).toEqual([]);
});

test('an address at another host than the registered one is refused in plain words, and nothing is sent', async () => {
  const { set, calls } = await open();
  calls.length = 0;
  await expect(set('https://elsewhere.example/hooks/x/exact')).rejects.toMatchObject({
    code: 'registration_needed',
    message: expect.stringContaining('https://elsewhere.example/oauth/exact/callback'),
  });
  expect(calls).toEqual([]);
});

test('a relay that does not answer is told for each topic', async () => {
  const { set } = await open(500);
  const places = await set(URL_NOW);
  expect(places.map(({ state }) => state)).toEqual(TOPICS.map(() => 'failed'));
  expect(places[0]?.error?.sentence).toBeTruthy();
});
