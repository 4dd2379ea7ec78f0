import { expect, test } from 'vitest';
import { connectorModules, moduleFor } from './registry.ts';

test('a connector is found by its kind, and no two share one', () => {
  expect(moduleFor('plaid').manifest.title).toBe('Plaid');
  const kinds = connectorModules.map((module) => module.manifest.kind);
  expect(new Set(kinds).size).toBe(kinds.length);
});

test('an unknown kind is refused with the kinds there are', () => {
  expect(() => moduleFor('quickbooks')).toThrow(/"quickbooks".*plaid/);
});
