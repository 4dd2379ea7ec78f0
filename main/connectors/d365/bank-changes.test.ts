import { expect, test } from 'vitest';
import {
  BANK,
  d365World,
  ENTITY,
  entry,
  FIRST_DAY,
  journal,
  notes,
  offset,
} from '../../../test/support/practice-d365.ts';

const DAY_MS = 86_400_000;

function open() {
  const world = d365World();
  const since = (cursor: string | null) => world.connector.bankChangesSince(ENTITY, BANK, cursor, undefined);
  const post = async (name: string, minor: number) => {
    await world.connector.send(journal([entry(name, minor)]), notes(), undefined);
    world.erp.postJournals();
  };
  return { world, since, post };
}

test('what is posted after the last look is told once, with its first day, and then no more', async () => {
  const { world, since, post } = open();
  const first = await since(null);
  expect(first.from).toBeNull();
  world.clock.advance(3 * DAY_MS);
  const quiet = await since((await since(first.nextCursor)).nextCursor);
  expect(quiet.from).toBeNull();
  await post('late', 500);
  const told = await since(quiet.nextCursor);
  expect(told.from).toBe(FIRST_DAY);
  expect((await since(told.nextCursor)).from).toBeNull();
});

test('a row that becomes visible a little late is not missed', async () => {
  const { world, since, post } = open();
  world.clock.advance(3 * DAY_MS);
  const { nextCursor } = await since((await since(null)).nextCursor);
  await post('one', 500);
  const { nextCursor: after } = await since(nextCursor);
  // Posted in the same second as what was told last.
  await post('two', 600);
  expect((await since(after)).from).toBe(FIRST_DAY);
});

test('a tenant that does not show or filter the column is read whole, and a cursor of another version begins anew', async () => {
  const { world, since } = open();
  const { nextCursor } = await since(null);
  expect((await since('of another version')).from).toBeNull();
  world.erp.denySet('BankAccountTransBiEntities', 'forbidden');
  expect((await since(nextCursor)).from).toBe('1970-01-01');
});

test('from a day on only lines of that day and later are read, with their references', async () => {
  const { world, post } = open();
  await post('one', 500);
  const all = await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined);
  const some = await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined, FIRST_DAY);
  expect(some?.every(({ date }) => date >= FIRST_DAY)).toBe(true);
  expect(some).toEqual(all?.filter(({ date }) => date >= FIRST_DAY));
  expect(some?.some(({ reference }) => reference !== null)).toBe(true);
});

test('an entry on the bank’s main account that names no bank account is a line of the ledger, and is told', async () => {
  const { world, since } = open();
  const { nextCursor } = await since((await since(null)).nextCursor);
  const direct = entry('direct', 0, { offsets: [offset('110110', -75_00)], accountType: 'ledger', account: '111900' });
  await world.connector.send(journal([{ ...direct, amount: { minor: -75_00n, currency: 'USD' } }]), notes(), undefined);
  expect(world.erp.postJournals().refused).toEqual([]);
  expect((await since(nextCursor)).from).toBe('1970-01-01');
  const lines = await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined);
  const found = lines?.filter(({ providerKey }) => providerKey.startsWith('ledger-'));
  expect(found).toMatchObject([{ amount: { minor: 75_00n, currency: 'USD' }, date: FIRST_DAY, reference: null }]);
  // A reading of the same again is the same line.
  expect(await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined, FIRST_DAY)).toEqual(
    expect.arrayContaining(found ?? []),
  );
});
