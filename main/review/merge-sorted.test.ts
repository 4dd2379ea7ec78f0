import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSorted } from './merge-sorted.ts';

type Item = { readonly key: number; readonly list: number };
const byKey = (a: Item, b: Item) => a.key - b.key;

test('sorted lists become one, and of equal items those of the earlier list come first', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.integer({ min: 0, max: 9 }))), async (keys) => {
      const lists = keys.map((list, at) => list.map((key) => ({ key, list: at })).sort(byKey));
      expect(await mergeSorted(lists, byKey)).toEqual(lists.flat().sort(byKey));
    }),
  );
});
