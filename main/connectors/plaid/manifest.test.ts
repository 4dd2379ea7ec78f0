import { expect, test } from 'vitest';
import { scriptedPlaid } from '../../../test/support/plaid-answers.ts';
import { budgetsOf, capabilities, limitOf } from './manifest.ts';

test('the manifest declares exactly what an open connector can do', () => {
  const { kind: _, ...functions } = scriptedPlaid({}).plaid;
  expect(Object.keys(functions).sort()).toEqual([...capabilities].sort());
});

test('each request draws from the budget of its Item and of the client', () => {
  expect(budgetsOf('/accounts/get', 'item-1')).toEqual([
    'plaid:/accounts/get:item:item-1',
    'plaid:/accounts/get:client',
  ]);
  expect(budgetsOf('/link/token/create', null)).toEqual(['plaid:/link/token/create:client']);
});

test('budgets follow the environment, and an endpoint without a published limit has none', () => {
  expect(limitOf('production')('plaid:/transactions/sync:item:item-1')).toEqual({ requests: 50, perMs: 60_000 });
  expect(limitOf('production')('plaid:/transactions/sync:client')).toEqual({ requests: 2500, perMs: 60_000 });
  expect(limitOf('sandbox')('plaid:/transactions/sync:client')).toEqual({ requests: 1000, perMs: 60_000 });
  expect(limitOf('sandbox')('plaid:/transactions/sync from start:client')).toEqual({ requests: 250, perMs: 60_000 });
  expect(limitOf('production')('plaid:/accounts/balance/get:item:a:b')).toEqual({ requests: 5, perMs: 60_000 });
  expect(limitOf('sandbox')('plaid:/link/token/get:client')).toBeUndefined();
  expect(limitOf('sandbox')('d365:whatever')).toBeUndefined();
});
