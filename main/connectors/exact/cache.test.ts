import { beforeEach, expect, test } from 'vitest';
import { DIVISION, smallSeed } from '../../../practice/exact/seed-small.ts';
import { openPracticeExact } from '../../../test/support/practice-exact.ts';

const NL = String(DIVISION);
const DAY_MS = 86_400_000;
const NAME = `masters:${NL}`;

type World = Awaited<ReturnType<typeof openPracticeExact>>;
let world: World;

beforeEach(async () => {
  world = await openPracticeExact();
});

/** As after a restart: only what was kept is known. */
const names = async () => {
  const { accounts } = await world.tables().of(NL, undefined);
  return accounts?.rows.map(({ Code, IsBlocked }) => `${Code}${IsBlocked ? ' blocked' : ''}`) ?? null;
};
const synced = () => world.calls.filter((call) => call.includes('sync/Financial/GLAccounts')).length;

/** How many rows the next reading is sent. */
async function rowsSent(read: () => Promise<unknown>): Promise<number> {
  world.control.settings.syncPageSize = 1;
  world.calls.length = 0;
  await read();
  world.control.settings.syncPageSize = 1000;
  return synced();
}

test('after a restart only what changed is asked for, and what is gone or blocked is known', async () => {
  const first = await names();
  expect(first).toHaveLength(smallSeed().divisions[0]?.glAccounts.length ?? 0);
  // One page, which is empty.
  expect(await rowsSent(names)).toBe(1);
  world.control.blockGlAccount(DIVISION, '4500');
  expect(await rowsSent(names)).toBe(1);
  expect(await names()).toContain('4500 blocked');
  expect(await names()).toHaveLength(first?.length ?? 0);
});

test('all is read anew when the division moved to another server', async () => {
  const first = await names();
  world.control.moveDivision(DIVISION);
  expect(await rowsSent(names)).toBeGreaterThan(10);
  expect(await names()).toEqual(first);
});

test('all is read anew after two months, because Exact forgets what was deleted', async () => {
  await names();
  for (let week = 0; week < 8; week++) {
    world.clock.advance(7 * DAY_MS);
    await world.connector.keepSignedIn(undefined);
  }
  expect(await rowsSent(names)).toBeGreaterThan(10);
});

test.each([
  ['of another form', { version: 0 }],
  ['of another division', { division: '999' }],
  ['of another country site', { origin: 'https://start.exactonline.be' }],
])('what was kept %s is not used', async (_name, change) => {
  await names();
  const kept = await world.keep.read(NAME);
  if (typeof kept !== 'object' || kept === null) throw new Error('nothing was kept');
  const other = 'version' in change ? change : { ...kept, ...change };
  await world.keep.write(NAME, other);
  expect(await rowsSent(names)).toBeGreaterThan(10);
  expect(await world.keep.read(NAME)).toMatchObject({ division: NL, origin: 'https://start.exactonline.nl' });
});

test('codes go out as Exact pads them and are found without', async () => {
  const { relations, vatCodes, costCenters, journals, accounts, periodOf, periodState } = await world
    .tables()
    .of(NL, undefined);
  expect(relations?.get('25')).toMatchObject({ Name: 'Brouwer Interieur', Code: '25' });
  expect(relations?.byId(relations.get('25')?.ID ?? null)?.Code).toBe('25');
  expect(vatCodes?.get('4')?.Code.trim()).toBe('4');
  expect(costCenters?.get('AMS')).toMatchObject({ Description: 'Amsterdam' });
  expect(accounts?.byId(journals?.get('20')?.GLAccount ?? null)?.Code).toBe('1100');
  expect(periodOf('2026-03-10')).toMatchObject({ FinYear: 2026, FinPeriod: 3 });
  expect(periodOf('2031-01-01')).toBe(undefined);
  expect([periodState('20', 2025, 12), periodState('20', 2026, 3)]).toEqual(['closed', 'open']);
});

test('a list of journal states that may not be read leaves open what is open', async () => {
  world.control.denyScope('financial.accounting', 'read');
  const { periodState, periods } = await world.tables().of(NL, undefined);
  expect([periodState('20', 2026, 3), periods]).toEqual(['unknown', null]);
});
