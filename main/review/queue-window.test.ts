import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CodingWorkspace, codingWorkspace } from '../../test/support/coding-workspace.ts';
import { propose } from '../coding/propose.ts';
import { addDays } from '../core/calendar.ts';
import { countFitting, queueOrder, type WindowFilter } from './queue-window.ts';

let w: CodingWorkspace;
beforeEach(async () => {
  w = await codingWorkspace();
  await w.map({ offsetAccount: '605000' });
});
afterEach(() => w.close());

const READY: WindowFilter = { states: ['ready', 'needs_person'] };

async function entries(count: number): Promise<void> {
  await w.lines(
    ...Array.from({ length: count }, (_, index) => ({
      date: addDays('2026-03-01', (index * 7) % 150),
      text: `Line ${index}`,
      amount: `${1 + ((index * 37) % 101)}.00`,
    })),
  );
  await propose(w);
}

test('the order holds every entry once, by date and id, however many queries it took', async () => {
  await entries(6_000);
  const { ids, totals } = await queueOrder(w.store, READY);
  const byHand = (await w.proposals()).toSorted((a, b) => (a.date + a.id < b.date + b.id ? -1 : 1)).map(({ id }) => id);
  expect(ids).toEqual(byHand);
  expect(totals[0]?.count).toBe(6_000);
  const { ids: reversed } = await queueOrder(w.store, READY, { by: 'date', descending: true });
  expect(reversed).toEqual(byHand.toReversed());
  const byAmount = (await w.proposals())
    .toSorted((a, b) => Number(a.amount.minor - b.amount.minor) || (a.date + a.id < b.date + b.id ? -1 : 1))
    .map(({ id }) => id);
  expect((await queueOrder(w.store, READY, { by: 'amount', descending: false })).ids).toEqual(byAmount);
  expect((await queueOrder(w.store, READY, { by: 'amount', descending: true })).ids).toEqual(byAmount.toReversed());
  const some: WindowFilter = { ...READY, from: '2026-03-10', to: '2026-07-01' };
  expect((await queueOrder(w.store, some)).ids).toHaveLength(await countFitting(w.store.read, some));
});

test('the order is remembered until somebody writes to the workspace', async () => {
  await entries(3);
  const first = await queueOrder(w.store, READY);
  expect(await queueOrder(w.store, READY)).toBe(first);
  expect(await queueOrder(w.store, { ...READY, direction: 'in' })).not.toBe(first);
  const [proposal] = await w.proposals();
  await w.setState(proposal?.id ?? '', 'approved');
  const after = await queueOrder(w.store, READY);
  expect(after.ids).toHaveLength(2);
  expect(first.ids).toHaveLength(3);
});
