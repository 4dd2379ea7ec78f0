import { expect, test } from 'vitest';
import { createCache } from './answer-cache.ts';
import { virtualClock } from './clock.ts';
import { createLanes } from './lanes.ts';

test('an answer is remembered for its lifetime, by key, and forgotten on demand', async () => {
  const clock = virtualClock(0);
  const cache = createCache(clock, 1000);
  let loads = 0;
  const read = cache.of(async (key) => `${key}${++loads}`);
  expect([await read('a', undefined), await read('a', undefined), await read('b', undefined)]).toEqual([
    'a1',
    'a1',
    'b2',
  ]);
  clock.advance(1000);
  expect(await read('a', undefined)).toBe('a3');
  cache.forget();
  expect(await read('a', undefined)).toBe('a4');
});

test('a failed read is asked again, and readers at the same time share one request', async () => {
  const cache = createCache(virtualClock(0), 1000);
  let loads = 0;
  const read = cache.of(async () => {
    loads += 1;
    if (loads === 1) throw new Error('lost');
    return loads;
  });
  await expect(read('a', undefined)).rejects.toThrow('lost');
  expect(await Promise.all([read('a', undefined), read('a', undefined)])).toEqual([2, 2]);
});

test('no more than the given number run at once, in order, also after a failure', async () => {
  const lane = createLanes(2);
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const work = (id: number) =>
    lane(async () => {
      running += 1;
      most = Math.max(most, running);
      order.push(id);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id === 1) throw new Error('one');
      return id;
    });
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(work));
  expect(most).toBe(2);
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(results.map((result) => result.status)).toEqual(['rejected', ...Array(4).fill('fulfilled')]);
});
