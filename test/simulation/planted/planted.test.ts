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

test('the simulator breaks a promise over a planted bug', { timeout: 300_000 }, async () => {
  const [caught] = await checkPlanted('float-amount', { from: 1, seeds: 20, days: 2, atOnce: 1 }, () => {});
  expect(caught).toMatchObject({ bug: 'float-amount', seed: expect.any(Number), promise: expect.any(String) });
});
