import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';

let world: CliWorld;
beforeEach(() => {
  world = cliWorld();
});
afterEach(() => world.close());

test('webhooks are off until an address is given, and the command says so', async () => {
  const { exit, out } = await world.run('webhooks', 'status');
  expect([exit, out.split('\n')[0]]).toEqual([0, 'Webhooks: off']);
  expect((await world.json('webhooks')).document).toMatchObject({ relayUrl: null, link: 'off', counts: [] });
});

test('a wrong address or choice is wrong usage, and nothing is changed', async () => {
  const plain = await world.run('webhooks', 'on', 'http://relay.example.com');
  expect(plain.exit).toBe(2);
  expect(plain.err).toContain('must begin with https://');
  expect((await world.run('webhooks', 'lists', 'perhaps')).exit).toBe(2);
  world.typed = null;
  expect((await world.run('webhooks', 'on', 'https://relay.example.com', '--enrolment')).err).toContain(
    'DAYBOOK_RELAY_ENROLMENT',
  );
  expect((await world.json('webhooks')).document).toMatchObject({ relayUrl: null, readLists: false });
});

test('lists are switched on and off', async () => {
  expect((await world.json('webhooks', 'lists', 'on')).document).toMatchObject({ readLists: true });
  expect((await world.json('webhooks', 'lists', 'off')).document).toMatchObject({ readLists: false });
});
