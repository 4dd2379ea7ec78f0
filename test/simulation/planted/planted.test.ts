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

// Those that the first seeds catch; the whole list is for `npm run -s simulate -- --planted all` (docs/reliability.md).
const CHEAP = ['float-amount', 'unreadable-row-dropped', 'intent-not-in-trail'];

test.each(CHEAP)('the simulator breaks a promise over %s', { timeout: 300_000 }, async (name) => {
  const [caught] = await checkPlanted(name, { from: 1, seeds: 8, days: 4, atOnce: 1 }, () => {});
  expect(caught).toMatchObject({ bug: name, seed: expect.any(Number), promise: expect.any(String) });
});
