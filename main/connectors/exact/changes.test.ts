import { beforeEach, expect, test } from 'vitest';
import { DIVISION, OTHER_DIVISION } from '../../../practice/exact/seed-small.ts';
import { openPracticeExact } from '../../../test/support/practice-exact.ts';
import { money } from '../../core/money.ts';
import { bankEntries } from './entities.ts';
import type { Body } from './odata.ts';

const NL = String(DIVISION);
const REFERENCE = 'DB0000000000000001AA';
const TODAY = '2026-03-10';
const DAY_MS = 86_400_000;

type World = Awaited<ReturnType<typeof openPracticeExact>>;
let world: World;

beforeEach(async () => {
  world = await openPracticeExact();
  // Without it the site's first rows are as young as those of the test.
  world.clock.advance(60_000);
});

const read = (cursor: string | null, since = TODAY, division = NL) =>
  world.connector.readChanges(division, cursor, since, undefined);

async function post(amount: string, vat = '0', notes = `${REFERENCE} 1/1 Coffee`) {
  const { accounts } = await world.tables().of(NL, undefined);
  const GLAccount = accounts?.get('4500')?.ID ?? '';
  const line: Body = {
    AmountFC: { decimal: amount },
    GLAccount,
    VATCode: vat,
    Notes: notes,
    Date: `${TODAY}T00:00:00`,
  };
  return world.client.post(NL, bankEntries, { JournalCode: '20', BankEntryLines: [line] }, undefined);
}

test('an entry of ours is told once, line by line in the sign of the ledger, and then no more', async () => {
  const entry = await post('-121.00', '4');
  const first = await read(null);
  const ours = first.lines.filter(({ reference }) => reference === REFERENCE);
  // The VAT is a row of its own that bears no notes; it belongs to the line all the same.
  expect(ours.map(({ account, amount }) => [account, amount]).sort()).toEqual([
    ['1520', money('21.00', 'EUR')],
    ['4500', money('100.00', 'EUR')],
  ]);
  expect(ours[0]).toMatchObject({
    journalNumber: entry.EntryID,
    voucher: String(entry.EntryNumber),
    journalName: '20',
    bankAccount: null,
    date: TODAY,
    state: 'open',
  });
  expect(first.startOver).toBe(false);
  const second = await read(first.nextCursor);
  expect([second.lines, second.deleted, second.hasMore]).toEqual([[], [], false]);
});

test('what was there before is not read: the row version of the day is where it begins', async () => {
  await post('-5.00');
  world.clock.advance(3 * DAY_MS);
  world.control.postByHand({
    ...{ division: DIVISION, journal: '20', date: '2026-03-13' },
    lines: [{ amount: money('7.00', 'EUR'), text: 'later', glAccount: '2000' }],
  });
  const { lines, deleted } = await read(null, '2026-03-12');
  expect(lines.filter(({ reference }) => reference !== null)).toEqual([]);
  // A line of others on no bank account is nothing that the engine keeps.
  expect(deleted).toHaveLength(1);
});

test('a line that a person edited comes again with the same key, and one that lost our reference is told as gone', async () => {
  const entry = await post('-12.00');
  const first = await read(null);
  const line = first.lines.find(({ reference }) => reference === REFERENCE);
  const books = world.control.books().entries.find(({ entryId }) => entryId === entry.EntryID);
  const lineId = books?.lines.find(({ role }) => role === 'line')?.lineId ?? '';
  const ref = { division: DIVISION, entryId: entry.EntryID, lineId };
  world.control.editLine(ref, { glAccount: '8000' });
  const second = await read(first.nextCursor);
  expect(second.lines).toMatchObject([{ providerKey: line?.providerKey, account: '8000' }]);
  world.control.editLine(ref, { notes: null });
  const third = await read(second.nextCursor);
  expect([third.lines, third.deleted]).toEqual([[], [line?.providerKey]]);
});

test('processing an entry and deleting one are told', async () => {
  const [kept, gone] = [await post('-12.00'), await post('-13.00', '0', 'DB0000000000000002AA 1/1 Tea')];
  const first = await read(null);
  world.control.process(DIVISION);
  world.control.deleteEntry({ division: DIVISION, entryId: gone.EntryID });
  const second = await read(first.nextCursor);
  expect(second.lines.filter(({ journalNumber }) => journalNumber === kept.EntryID)).toMatchObject([
    { state: 'posted' },
  ]);
  const key = first.lines.find(({ journalNumber }) => journalNumber === gone.EntryID)?.providerKey;
  expect(second.deleted).toContain(key);
});

test('pages are told one after another until there are no more', async () => {
  world.control.settings.syncPageSize = 2;
  for (let at = 1; at <= 5; at++) await post(`-${at}.00`, '0', `DB000000000000000${at}AA 1/1 x`);
  const seen = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < 20; page++) {
    const changes = await read(cursor);
    for (const line of changes.lines) if (line.reference !== null) seen.add(line.reference);
    cursor = changes.nextCursor;
    if (!changes.hasMore) break;
    expect(page).toBeLessThan(15);
  }
  expect(seen.size).toBe(5);
});

test('a cursor starts over when the division moved, after two months, and for another division', async () => {
  const { nextCursor } = await read(null);
  expect((await read(nextCursor, TODAY, String(OTHER_DIVISION))).startOver).toBe(true);
  expect((await read('of another version')).startOver).toBe(true);
  world.clock.advance(31 * 60_000);
  expect((await read(nextCursor)).startOver).toBe(false);
  world.control.moveDivision(DIVISION);
  world.clock.advance(31 * 60_000);
  const moved = await read(nextCursor);
  expect(moved).toMatchObject({ startOver: true, lines: [], deleted: [] });
  const again = await read(null);
  expect(again.startOver).toBe(false);
  for (let week = 0; week < 8; week++) {
    world.clock.advance(7 * DAY_MS);
    await world.connector.keepSignedIn(undefined);
  }
  expect((await read(again.nextCursor)).startOver).toBe(true);
});
