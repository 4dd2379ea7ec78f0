import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventSentence, SENTENCES } from './sentences.ts';

const MAIN = join(import.meta.dirname, '..');

test('every event that Daybook writes into the trail has a sentence of its own', () => {
  const sources = globSync('**/*.ts', { cwd: MAIN }).filter((path) => !path.endsWith('.test.ts'));
  const actions = sources.flatMap((path) =>
    [...readFileSync(join(MAIN, path), 'utf8').matchAll(/\b(?:action:|tell\()[^;\n]*?'([a-z_]+\.[a-z_]+)'/g)].map(
      (found) => found[1] ?? '',
    ),
  );
  expect(actions.length).toBeGreaterThan(30);
  const untold = [...new Set(actions)].filter((action) => SENTENCES[action] === undefined);
  expect(untold).toEqual([]);
});

test('an event of another version keeps its name', () => {
  expect(eventSentence({ action: 'thing.turned_round', data_json: '{}' })).toBe('Thing turned round.');
});
