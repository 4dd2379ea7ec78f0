import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../test/support/feeds-workspace.ts';
import { aLine, anAccount, aPage, aRejectedRow, removal } from '../../test/support/scripted-bank.ts';
import { digestOfPull } from './pull-digest.ts';

let at: FeedsWorkspace;
beforeEach(async () => {
  at = await feedsWorkspace();
});
afterEach(() => at.close());

/** Syncs once: from the stored cursor the bank says these pages, one after another. */
let round = 0;
async function sync(...pages: Array<Partial<Parameters<typeof aPage>[0]>>) {
  round += 1;
  const { cursor } = await at.store.read.selectFrom('feed').select('cursor').executeTakeFirstOrThrow();
  let from: string | null = cursor;
  for (const [index, page] of pages.entries()) {
    const nextCursor = `r${round}-${index}`;
    at.bank.says(from, aPage({ ...page, nextCursor, hasMore: index < pages.length - 1 }));
    from = nextCursor;
  }
  const result = await at.feeds.syncFeed(at.feedId);
  expect(result.error).toBeNull();
  return result;
}

async function lines() {
  const rows = await at.store.read.selectFrom('statement_line').selectAll().orderBy('id').execute();
  return rows.map((row) => `${row.provider_line_id} ${row.state} ${row.amount_minor} r${row.revision}`);
}

async function history() {
  const rows = await at.store.read.selectFrom('statement_line_history').selectAll().orderBy('id').execute();
  return rows.map((row) => `${row.provider_line_id} ${row.change} ${row.state} ${row.amount_minor} r${row.revision}`);
}

test('new lines are stored with their raw payload and a normalised counterparty', async () => {
  const line = aLine('a', { counterparty: 'Café Olé', category: 'FOOD', amount: '-4.35' });
  const result = await sync({ lines: [line] });
  expect(result).toMatchObject({ newLines: 1, changedLines: 0, outcome: 'applied' });
  const stored = await at.store.read.selectFrom('statement_line').selectAll().executeTakeFirstOrThrow();
  expect(stored).toMatchObject({
    amount_minor: -435n,
    payload: line.payload,
    counterparty_key: 'CAFE OLE',
    category: 'FOOD',
  });
});

test('the same lines again change nothing', async () => {
  await sync({ lines: [aLine('a'), aLine('b')] });
  const result = await sync({ lines: [aLine('b'), aLine('a')] });
  expect(result).toMatchObject({ newLines: 0, changedLines: 0, removedLines: 0, unchangedLines: 2 });
  expect(await history()).toEqual([]);
});

test('an amended line keeps its former content as history', async () => {
  await sync({ lines: [aLine('a', { amount: '-10.00' })] });
  await sync({ lines: [aLine('a', { amount: '-11.00' })] });
  expect(await lines()).toEqual(['a booked -1100 r2']);
  expect(await history()).toEqual(['a amended booked -1000 r1']);
});

test('a change in the payload alone is kept too', async () => {
  await sync({ lines: [aLine('a', { payload: '{"logo":1}' })] });
  expect(await sync({ lines: [aLine('a', { payload: '{"logo":2}' })] })).toMatchObject({ changedLines: 1 });
});

test('a pending line and the booked one that replaces it are one line, on whatever pages they come', async () => {
  await sync({ lines: [aLine('p', { state: 'pending', amount: '-20.00' })] });
  await sync({ removed: [removal('p')] }, { lines: [aLine('b', { replacesProviderLineId: 'p', amount: '-23.00' })] });
  expect(await lines()).toEqual(['b booked -2300 r2']);
  expect(await history()).toEqual(['p booked pending -2000 r1']);
  const alias = await at.store.read.selectFrom('statement_line_alias').selectAll().executeTakeFirstOrThrow();
  expect(alias.provider_line_id).toBe('p');
});

test('pending and booked in one loop are one line from the start, in either order', async () => {
  const pending = (id: string) => aLine(id, { state: 'pending' });
  const booked = (id: string, old: string) => aLine(id, { replacesProviderLineId: old });
  await sync({ lines: [booked('b1', 'p1')] }, { lines: [pending('p1')], removed: [removal('p1')] });
  await sync({ lines: [pending('p2')] }, { lines: [booked('b2', 'p2')], removed: [removal('p2')] });
  expect(await lines()).toEqual(['b1 booked -1250 r1', 'b2 booked -1250 r1']);
});

test('the very first loop of an account pairs pending and booked as well', async () => {
  await sync({ lines: [aLine('p', { state: 'pending' })] }, { lines: [aLine('b', { replacesProviderLineId: 'p' })] });
  expect(await lines()).toEqual(['b booked -1250 r1']);
});

test('a booked line whose pending one was removed in an earlier pull takes its place', async () => {
  await sync({ lines: [aLine('p', { state: 'pending' })] });
  await sync({ removed: [removal('p')] });
  expect(await lines()).toEqual(['p removed -1250 r2']);
  await sync({ lines: [aLine('b', { replacesProviderLineId: 'p' })] });
  expect(await lines()).toEqual(['b booked -1250 r3']);
});

test('a pending line that comes after its booked one is not a second line', async () => {
  await sync({ lines: [aLine('b', { replacesProviderLineId: 'p' })] });
  await sync({ lines: [aLine('p', { state: 'pending' })] });
  expect(await lines()).toEqual(['b booked -1250 r1']);
});

test('the removal of a replaced pending id does not touch the booked line', async () => {
  await sync({ lines: [aLine('p', { state: 'pending' })] });
  await sync({ lines: [aLine('b', { replacesProviderLineId: 'p' })] });
  expect(await sync({ removed: [removal('p')] })).toMatchObject({ removedLines: 0 });
  expect(await lines()).toEqual(['b booked -1250 r2']);
});

test('a pending line that is booked under its own id is the same line', async () => {
  await sync({ lines: [aLine('a', { state: 'pending' })] });
  await sync({ lines: [aLine('a')] });
  expect(await lines()).toEqual(['a booked -1250 r2']);
  expect(await history()).toEqual(['a booked pending -1250 r1']);
});

test('a removed line is marked and kept; when it comes again it is restored', async () => {
  await sync({ lines: [aLine('a')] });
  expect(await sync({ removed: [removal('a', null)] })).toMatchObject({ removedLines: 1 });
  expect(await lines()).toEqual(['a removed -1250 r2']);
  await sync({ lines: [aLine('a')] });
  expect(await lines()).toEqual(['a booked -1250 r3']);
  expect((await history()).map((row) => row.split(' ')[1])).toEqual(['removed', 'restored']);
});

test('a removal of an unknown line is no error', async () => {
  expect(await sync({ removed: [removal('never-seen'), removal('x', 'unknown-account')] })).toMatchObject({
    removedLines: 0,
  });
});

test('within one loop the last version counts, and a removal counts after all', async () => {
  await sync(
    { lines: [aLine('a', { amount: '1.00' }), aLine('b')], removed: [removal('b')] },
    { lines: [aLine('a', { amount: '2.00' }), aLine('a', { amount: '3.00' })] },
  );
  expect((await lines()).sort()).toEqual(['a booked 300 r1', 'b removed -1250 r2']);
});

test('a row that cannot be read waits under exceptions once, while the others go on', async () => {
  expect(await sync({ lines: [aLine('a')], rejected: [aRejectedRow('x')] })).toMatchObject({
    newLines: 1,
    rejectedRows: 1,
  });
  await sync({ rejected: [aRejectedRow('x')] });
  expect(await at.feeds.exceptions()).toMatchObject([{ providerLineId: 'x', code: 'amount_too_precise' }]);
});

test('an exception settles itself when the row arrives in good form, or is withdrawn', async () => {
  await sync({ rejected: [aRejectedRow('x'), aRejectedRow('y')] });
  await sync({ lines: [aLine('x')] });
  await sync({ removed: [removal('y')] });
  expect(await at.feeds.exceptions()).toEqual([]);
  const settled = await at.feeds.exceptions({ settled: true });
  expect(settled.map((row) => row.settledNote)).toEqual([
    'The row arrived again in good form.',
    'The bank withdrew this row.',
  ]);
});

test('what a person settled stays settled until the row changes', async () => {
  await sync({ rejected: [aRejectedRow('x')] });
  const [waiting] = await at.feeds.exceptions();
  await at.feeds.settleException(waiting?.id ?? 0n, 'Ada', 'Entered by hand as voucher 12.');
  await sync({ rejected: [aRejectedRow('x')] });
  expect(await at.feeds.exceptions()).toEqual([]);
  await sync({ rejected: [aRejectedRow('x', { payload: '{"amount":2.005}' })] });
  expect(await at.feeds.exceptions()).toHaveLength(1);
  await expect(at.feeds.settleException(waiting?.id ?? 0n, 'Ada', 'again')).rejects.toMatchObject({ code: 'stale' });
});

test('a line for an account that the bank does not list gets a place of its own', async () => {
  await sync({ lines: [aLine('a', { providerAccountId: 'acc-gone' })] });
  expect(await lines()).toEqual(['a booked -1250 r1']);
  const account = (await at.feeds.listAccounts()).find((row) => row.providerAccountId === 'acc-gone');
  expect(account?.closedAt).not.toBeNull();
});

test('the same id in two accounts is two lines', async () => {
  at.bank.accounts = [anAccount('acc-1'), anAccount('acc-2', { mask: '1111' })];
  await sync({ lines: [aLine('a'), aLine('a', { providerAccountId: 'acc-2' })] });
  expect(await lines()).toHaveLength(2);
  await sync({ removed: [removal('a', 'acc-2')] });
  expect(await lines()).toEqual(['a booked -1250 r1', 'a removed -1250 r2']);
});

test('absurd amounts and texts of ten megabytes are stored as they are', async () => {
  const text = 'x'.repeat(10_000_000);
  await sync({ lines: [aLine('big', { text, amount: '999999999999999.99' }), aLine('small')] });
  const stored = await at.store.read
    .selectFrom('statement_line')
    .selectAll()
    .orderBy('provider_line_id')
    .executeTakeFirstOrThrow();
  expect(stored.text.length).toBe(10_000_000);
  expect(stored.amount_minor).toBe(99_999_999_999_999_999n);
});

test('each applied pull is one event of the trail, with counts and a digest that the stored lines prove', async () => {
  await sync({ lines: [aLine('a'), aLine('p', { state: 'pending' })] });
  const second = await sync({
    lines: [aLine('c'), aLine('a', { amount: '9.00' }), aLine('b', { replacesProviderLineId: 'p' })],
    removed: [removal('c')],
  });
  await sync({ lines: [aLine('a', { amount: '10.00' })] });
  const events = await at.store.read
    .selectFrom('audit_event')
    .selectAll()
    .where('action', '=', 'pull.applied')
    .orderBy('seq')
    .execute();
  expect(events).toHaveLength(3);
  const data: unknown = JSON.parse(events[1]?.data_json ?? '');
  const digest = await digestOfPull(at.store.read, second.pullId);
  expect(data).toMatchObject({ pull: second.pullId, newLines: 1, changedLines: 2, removedLines: 1, digest });
  await at.store.write((trx) =>
    trx.updateTable('statement_line_history').set({ amount_minor: 1 }).where('change', '=', 'amended').execute(),
  );
  expect(await digestOfPull(at.store.read, second.pullId)).not.toBe(digest);
});
