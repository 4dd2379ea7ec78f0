import { expect, test } from 'vitest';
import { BUGS } from './bugs.ts';
import { checkPlanted } from './check.ts';
import { plantedSources } from './edits.ts';

test.each(BUGS)('the text in which $name is planted still stands in the source', (bug) => {
  expect(plantedSources(bug).size).toBeGreaterThan(0);
});

test('there are at least fifteen planted bugs, each by a name of its own', () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length);
  expect(BUGS.length).toBeGreaterThanOrEqual(15);
});

test('a planted bug is caught, by the promise that it breaks', { timeout: 120_000 }, async () => {
  const [caught] = await checkPlanted('float-amount', { from: 1, seeds: 5, days: 1 }, () => {});
  expect(caught).toMatchObject({ bug: 'float-amount', promise: 'each bank movement is in exactly one place' });
});
