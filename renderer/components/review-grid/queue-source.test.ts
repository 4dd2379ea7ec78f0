import { describe, expect, it, vi } from 'vitest';
import type { CallOutput, QueueItem } from '../../api/contract.ts';
import { createQueueSource, type ListWindow } from './queue-source.ts';

vi.mock('../../api/client.ts', () => ({
  call: () => Promise.reject(new Error('the test gives its own list')),
  shownError: (thrown: unknown) => ({ code: 'internal', retryable: false, repair: 'none', sentence: String(thrown) }),
}));

type Answer = CallOutput<'queue.list'>;
const rowOf = (number: number): QueueItem => ({ id: `p${number}`, revision: 1, state: 'ready' }) as QueueItem;
const TOTALS: Answer['totals'] = { count: 0, currencies: [] };

/** A list of ids; answers are given at once, or when the test says so. */
function scripted(length: number, options: { readonly held?: boolean } = {}) {
  let ids = Array.from({ length }, (_, index) => index);
  const asked: { readonly offset: number; readonly limit: number }[] = [];
  const waiting: (() => void)[] = [];
  const list: ListWindow = async ({ offset = 0, limit = 200 }) => {
    asked.push({ offset, limit });
    const snapshot = ids;
    if (options.held) await new Promise<void>((resolve) => waiting.push(resolve));
    return { offset, total: snapshot.length, items: snapshot.slice(offset, offset + limit).map(rowOf), totals: TOTALS };
  };
  return {
    list,
    asked,
    remove: (id: number) => {
      ids = ids.filter((other) => other !== id);
    },
    answer: async () => {
      for (const go of waiting.splice(0)) go();
      await settled();
    },
  };
}

const atOnce = () => Promise.resolve();

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

describe('the windowed source of the review grid', () => {
  it('reads the first rows alone, however long the list is', async () => {
    const { list, asked } = scripted(100_000);
    const source = createQueueSource(list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    expect(source.total()).toBe(100_000);
    expect(source.at(0)?.id).toBe('p0');
    expect(source.at(50_000)).toBeUndefined();
    expect(asked.reduce((sum, { limit }) => sum + limit, 0)).toBeLessThanOrEqual(300);
  });

  it('reads what comes into sight, and holds only rows near the eye', async () => {
    const source = createQueueSource(scripted(100_000).list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    for (let from = 0; from < 20_000; from += 40) {
      source.show(from, from + 40);
      await settled();
      expect(source.at(from + 20)?.id).toBe(`p${from + 20}`);
    }
    expect(source.held().size).toBeLessThanOrEqual(3_200);
    expect(source.at(0)).toBeUndefined();
  });

  it('takes approved rows out at once, and the next rows move up', async () => {
    const source = createQueueSource(scripted(1_000).list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    source.drop(new Set(['p1', 'p3']));
    expect(source.total()).toBe(998);
    expect([0, 1, 2].map((index) => source.at(index)?.id)).toEqual(['p0', 'p2', 'p4']);
  });

  it('throws away an answer that was numbered before rows left', async () => {
    const script = scripted(1_000, { held: true });
    const source = createQueueSource(script.list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await script.answer();
    source.refresh();
    script.remove(0);
    source.drop(new Set(['p0']));
    await script.answer();
    // The answer under way still had p0 in front.
    expect(source.at(0)?.id).toBe('p1');
  });

  it('reads anew after writes, not between them', async () => {
    const script = scripted(1_000);
    const source = createQueueSource(script.list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    const before = script.asked.length;
    let finish = () => {};
    const first = source.writing(() => new Promise<void>((resolve) => (finish = resolve)));
    await source.writing(() => Promise.resolve());
    source.refresh();
    await settled();
    expect(script.asked.length).toBe(before);
    script.remove(0);
    finish();
    await first;
    await settled();
    expect(script.asked.length).toBeGreaterThan(before);
    expect(source.at(0)?.id).toBe('p1');
  });

  it('keeps the object of a row that has not changed, so that it is not drawn anew', async () => {
    const source = createQueueSource(scripted(100).list, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    const before = source.at(7);
    source.refresh();
    await settled();
    expect(source.at(7)).toBe(before);
  });

  it('shows the error of a read, and reads on when asked again', async () => {
    let fail = true;
    const { list } = scripted(10);
    const failing: ListWindow = (input) => (fail ? Promise.reject(new Error('the bank is closed')) : list(input));
    const source = createQueueSource(failing, atOnce);
    source.setQuery({ filter: {}, sort: undefined });
    await settled();
    expect(source.error()?.sentence).toContain('the bank is closed');
    fail = false;
    source.refresh();
    await settled();
    expect(source.error()).toBeUndefined();
    expect(source.total()).toBe(10);
  });

  it('forgets the old list when the filter changes while it is being read', async () => {
    const script = scripted(10, { held: true });
    const source = createQueueSource(script.list, atOnce);
    source.setQuery({ filter: { tab: 'review' }, sort: undefined });
    source.setQuery({ filter: { tab: 'posted' }, sort: undefined });
    await script.answer();
    expect(source.total()).toBeUndefined();
    await script.answer();
    expect(source.total()).toBe(10);
  });
});
