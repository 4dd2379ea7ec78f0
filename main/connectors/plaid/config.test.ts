import { describe, expect, test } from 'vitest';
import { DaybookError } from '../../core/errors.ts';
import type { Environment } from '../capabilities.ts';
import { parseConfig } from './config.ts';

function refusal(value: unknown, environment: Environment = 'sandbox'): DaybookError {
  try {
    parseConfig(value, environment);
  } catch (thrown) {
    if (thrown instanceof DaybookError) return thrown;
    throw thrown;
  }
  throw new Error('it was accepted');
}

test('a client id is enough; the rest has defaults under which linking fails for no extra product', () => {
  expect(parseConfig({ clientId: 'c' }, 'production')).toEqual({
    clientId: 'c',
    clientName: 'Daybook',
    countryCodes: ['US'],
    language: 'en',
    products: ['transactions'],
    requiredIfSupportedProducts: [],
    optionalProducts: ['auth'],
    additionalConsentedProducts: ['identity', 'investments'],
    daysRequested: 730,
    baseUrl: 'https://production.plaid.com',
  });
  expect(parseConfig({ clientId: 'c' }, 'sandbox').baseUrl).toBe('https://sandbox.plaid.com');
});

describe('an endpoint', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080/plaid/', 'http://localhost:8080/plaid'],
    ['https://[::1]:9', 'https://[::1]:9'],
  ])('in sandbox may be %s on this computer', (endpoint, baseUrl) => {
    expect(parseConfig({ clientId: 'c', endpoint }, 'sandbox').baseUrl).toBe(baseUrl);
  });

  test.each([
    'https://sandbox.plaid.com',
    'https://evil.example',
    'http://127.0.0.1.evil.example',
    'http://user:pass@127.0.0.1:1',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'http://127.0.0.1/?a=b',
    'nonsense',
    '',
  ])('in sandbox may not be %j', (endpoint) => {
    expect(refusal({ clientId: 'c', endpoint })).toMatchObject({ code: 'setup_invalid', path: 'endpoint' });
  });

  test('in production is refused even on this computer', () => {
    const error = refusal({ clientId: 'c', endpoint: 'http://127.0.0.1:8080' }, 'production');
    expect(error).toMatchObject({ code: 'setup_invalid', path: 'endpoint' });
  });
});

test.each([
  [{}, 'clientId'],
  [{ clientId: 'c', clientName: 'x'.repeat(31) }, 'clientName'],
  [{ clientId: 'c', countryCodes: ['XX'] }, 'countryCodes.0'],
  [{ clientId: 'c', countryCodes: [] }, 'countryCodes'],
  [{ clientId: 'c', language: 'xx' }, 'language'],
  [{ clientId: 'c', products: ['balance'] }, 'products.0'],
  [{ clientId: 'c', products: [] }, 'products'],
  [{ clientId: 'c', daysRequested: 731 }, 'daysRequested'],
  [{ clientId: 'c', daysRequested: 0 }, 'daysRequested'],
  [
    { clientId: 'c', optionalProducts: ['auth'], additionalConsentedProducts: ['auth'] },
    'additionalConsentedProducts.0',
  ],
])('a wrong field in %j is named by its path', (value, path) => {
  expect(refusal(value)).toMatchObject({ code: 'setup_invalid', path });
});

test('a field that does not exist is refused by name', () => {
  expect(refusal({ clientId: 'c', clientSecret: 'x' }).message).toContain('clientSecret');
});

test('production asks for at least 30 days of history', () => {
  expect(parseConfig({ clientId: 'c', daysRequested: 7 }, 'sandbox').daysRequested).toBe(7);
  expect(refusal({ clientId: 'c', daysRequested: 7 }, 'production').path).toBe('daysRequested');
});
