import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openSqliteStore } from '../../relay/store-sqlite.ts';
import { type CliWorld, cliWorld } from '../../test/support/cli-world.ts';
import { openRelay } from '../../test/support/relay-world.ts';

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

test('the address for business events is shown when it is asked for by its connection, and nowhere else', async () => {
  const relay = await openRelay(openSqliteStore(join(world.folder, 'relay.db')));
  const { fetch: practice } = world.host;
  Object.assign(world.host, {
    fetch: (request: Request) => (request.url.startsWith(relay.url) ? fetch(request) : practice(request)),
  });
  try {
    expect((await world.run('setup', 'apply', join(world.folder, 'setup.json'))).exit).toBe(0);
    const ledger = await d365Named();
    expect((await world.run('webhooks', 'address')).exit).toBe(2);
    expect((await world.run('webhooks', 'address', '--connection', 'Nobody')).exit).toBe(2);
    const off = await world.run('webhooks', 'address', '--connection', ledger);
    expect([off.exit, off.out]).toEqual([2, '']);
    expect(off.err).toContain('Webhooks are off');
    const on = await world.run('webhooks', 'on', relay.url);
    const { exit, out } = await world.run('webhooks', 'address', '--connection', ledger);
    expect(exit).toBe(0);
    const [, secret = 'none'] =
      /^https:\/\/relay\.example\/hooks\/[0-9A-HJKMNP-TV-Z]{26}\/d365\/([A-Za-z0-9_-]{86})\n$/.exec(out) ?? [];
    expect(secret).not.toBe('none');
    expect(await world.json('webhooks', 'address', '--connection', ledger)).toEqual({
      exit: 0,
      document: { address: out.trim() },
    });
    const status = await world.run('webhooks', '--json');
    expect(status.out).toContain('"byHand": true');
    for (const told of [on.out, on.err, status.out]) expect(told).not.toContain(secret.slice(0, 43));
  } finally {
    await relay.close();
  }
});

async function d365Named(): Promise<string> {
  const { out } = await world.run('connections', '--json');
  const [name] = z
    .array(z.looseObject({ name: z.string(), kind: z.string() }))
    .parse(Object.values(JSON.parse(out)).flat())
    .flatMap((one) => (one.kind === 'd365' ? [one.name] : []));
  if (name === undefined) throw new Error('The practice company has no connection of Dynamics 365.');
  return name;
}
