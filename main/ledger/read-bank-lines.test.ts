import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PostingWorld, postingWorld } from '../../test/support/posting-world.ts';
import type { Connector, LedgerBankLine } from '../connectors/capabilities.ts';
import type { LedgerChanges } from '../connectors/ledger-changes.ts';
import { readBankLines } from './read-bank-lines.ts';

const ACCOUNT = { ledgerConnectionId: 'con_erp', legalEntity: 'USMF', bankAccount: 'OPER', currency: 'USD' };
const DAY_MS = 86_400_000;

let world: PostingWorld;
let inLedger: LedgerBankLine[];
/** The first day of each reading; `all` for a whole one. */
let asked: string[];
let pages: Array<Partial<LedgerChanges>>;
beforeEach(async () => {
  world = await postingWorld();
  inLedger = [];
  asked = [];
  pages = [];
});
afterEach(() => world.workspace.close());

const line = (key: string, minor: bigint, date: string): LedgerBankLine => ({
  ...{ providerKey: key, bankAccount: 'OPER', date, amount: { minor, currency: 'USD' }, voucher: key, text: key },
  reference: null,
});

const showing: Connector = {
  kind: 'scripted',
  readBankLines: async (_entity, _bank, until, _stop, from) => {
    asked.push(from ?? 'all');
    return inLedger.filter(({ date }) => date <= until && (from === undefined || date >= from));
  },
};

/** Tells the pages one after another, then nothing new. */
const telling: Connector = {
  ...showing,
  readChanges: async (_entity, cursor) => {
    const at = Number(cursor ?? '0');
    const page = pages[at];
    // Said once; then it tells from the beginning.
    if (page?.startOver === true) pages[at] = {};
    const next = page === undefined ? at : at + 1;
    return {
      ...{ lines: [], deleted: [], nextCursor: String(next), hasMore: next < pages.length, startOver: false },
      ...page,
    };
  },
};

const read = (connector: Connector) => readBankLines(world.context, connector, ACCOUNT, undefined);
const stored = async () =>
  (
    await world.workspace.store.read
      .selectFrom('ledger_bank_line')
      .select(['provider_key', 'amount_minor', 'gone_at'])
      .orderBy('id')
      .execute()
  ).map((row) => `${row.provider_key} ${row.amount_minor}${row.gone_at === null ? '' : ' gone'}`);

test('at first all of an account is read, then only the days from the first changed one on', async () => {
  inLedger = [line('a', -100n, '2026-11-02'), line('b', -200n, '2026-11-10')];
  expect(await read(telling)).toMatchObject({ how: 'whole', added: 2 });
  expect(await read(telling)).toMatchObject({ how: 'none' });
  inLedger = [line('a', -100n, '2026-11-02'), line('b', -250n, '2026-11-10'), line('c', 70n, '2026-11-12')];
  pages.push({ bank: { from: '2026-11-10', deleted: [] } });
  expect(await read(telling)).toMatchObject({ how: 'from', added: 1, changed: 1, gone: 0 });
  expect(asked).toEqual(['all', '2026-11-10']);
  expect(await stored()).toEqual(['a -100', 'b -250', 'c 70']);
});

test('a line that moved to another day, or went, is neither doubled nor kept', async () => {
  inLedger = [line('a', -100n, '2026-11-02'), line('b', -200n, '2026-11-10')];
  await read(telling);
  // Dated later now: it was on a day before those that are read.
  inLedger = [line('a', -100n, '2026-11-15')];
  pages.push({ bank: { from: '2026-11-10', deleted: [] } });
  expect(await read(telling)).toMatchObject({ added: 0, changed: 1, gone: 1 });
  expect(await stored()).toEqual(['a -100', 'b -200 gone']);
  inLedger.push(line('b', -200n, '2026-11-10'));
  pages.push({ bank: { from: '2026-11-10', deleted: [] } });
  expect(await read(telling)).toMatchObject({ added: 0, changed: 1 });
  expect(await stored()).toEqual(['a -100', 'b -200']);
});

test('a deleted line that nobody told of before could have stood anywhere, so all is read', async () => {
  inLedger = [line('a', -100n, '2026-11-02')];
  await read(telling);
  inLedger = [];
  pages.push({ deleted: ['unknown'], bank: { from: null, deleted: ['unknown'] } });
  expect(await read(telling)).toMatchObject({ how: 'whole', gone: 1 });
  expect(asked).toEqual(['all', 'all']);
});

test('when a ledger begins to tell anew, all is read and nothing comes twice', async () => {
  inLedger = [line('a', -100n, '2026-11-02'), line('b', -200n, '2026-11-10')];
  await read(telling);
  pages.push({ startOver: true });
  expect(await read(telling)).toMatchObject({ how: 'whole', added: 0, changed: 0, gone: 0 });
  expect(await stored()).toEqual(['a -100', 'b -200']);
});

test('a reading that fails loses no change: it is read the next time', async () => {
  inLedger = [line('a', -100n, '2026-11-02')];
  await read(telling);
  inLedger.push(line('b', -200n, '2026-11-10'));
  pages.push({ bank: { from: '2026-11-10', deleted: [] } });
  const failing: Connector = { ...telling, readBankLines: async () => Promise.reject(new Error('down')) };
  await expect(read(failing)).rejects.toThrow('down');
  expect(await read(telling)).toMatchObject({ how: 'from', added: 1 });
});

test('all of an account is read again from time to time, and what was missed is found', async () => {
  inLedger = [line('a', -100n, '2026-11-02')];
  await read(telling);
  inLedger.push(line('missed', -5n, '2026-11-03'));
  expect(await read(telling)).toMatchObject({ how: 'none' });
  world.workspace.clock.advance(31 * DAY_MS);
  expect(await read(telling)).toMatchObject({ how: 'whole', added: 1 });
});

test('a ledger that is asked account by account is asked with the cursor that it gave', async () => {
  const cursors: Array<string | null> = [];
  let from: string | null = null;
  const asking: Connector = {
    ...showing,
    bankChangesSince: async (_entity, _bank, cursor) => {
      cursors.push(cursor);
      return { from, nextCursor: `c${cursors.length}` };
    },
  };
  await read(asking);
  expect(await read(asking)).toMatchObject({ how: 'none' });
  from = '2026-11-10';
  expect(await read(asking)).toMatchObject({ how: 'from' });
  expect([cursors, asked]).toEqual([
    [null, 'c1', 'c2'],
    ['all', '2026-11-10'],
  ]);
});

test('a ledger that tells nothing is read whole each time, and one that shows nothing is said to', async () => {
  inLedger = [line('a', -100n, '2026-11-02')];
  await read(showing);
  expect(await read(showing)).toMatchObject({ how: 'whole', added: 0, changed: 0 });
  expect(await read({ kind: 'scripted' })).toBeNull();
  inLedger = [{ ...line('b', 1n, '2026-11-02'), amount: { minor: 1n, currency: 'EUR' } }];
  await expect(read(showing)).rejects.toMatchObject({ code: 'currency_not_allowed' });
});

test('several accounts of a ledger, brought up in one round, cost one reading of what changed', async () => {
  let readings = 0;
  const counting: Connector = {
    ...showing,
    readChanges: async () => {
      readings += 1;
      return { lines: [], deleted: [], nextCursor: 'end', hasMore: false, startOver: false };
    },
  };
  const round = new Set<string>();
  for (const bankAccount of ['OPER', 'SAVE', 'CARD'])
    await readBankLines(world.context, counting, { ...ACCOUNT, bankAccount }, undefined, round);
  expect(readings).toBe(1);
  await readBankLines(world.context, counting, ACCOUNT, undefined, new Set());
  expect(readings, 'the next round asks again').toBe(2);
});
