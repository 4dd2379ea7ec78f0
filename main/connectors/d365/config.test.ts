import { expect, test } from 'vitest';
import { d365Config, readSettings } from './config.ts';

const base = { tenant: 'contoso.onmicrosoft.com', clientId: 'app' };
const real = { ...base, endpoint: 'https://Contoso.Operations.Dynamics.com/' };
const local = { ...base, endpoint: 'http://127.0.0.1:8081', tokenEndpoint: 'http://localhost:8082' };

test('an address loses its trailing slash and its capitals, so that the token fits', () => {
  expect(readSettings(real, 'production')).toMatchObject({
    base: 'https://contoso.operations.dynamics.com',
    origin: 'https://contoso.operations.dynamics.com',
    tokenUrl: undefined,
  });
});

test('an on-premises path stays in the address and out of the token', () => {
  const settings = readSettings({ ...real, endpoint: 'https://erp.contoso.com/namespaces/AXSF/' }, 'production');
  expect(settings).toMatchObject({
    base: 'https://erp.contoso.com/namespaces/AXSF',
    origin: 'https://erp.contoso.com',
  });
});

test('a sandbox may use a local server with http, and a bare token address gets the path of Entra', () => {
  expect(readSettings(local, 'sandbox')).toMatchObject({
    base: 'http://127.0.0.1:8081',
    tokenUrl: 'http://localhost:8082/contoso.onmicrosoft.com/oauth2/v2.0/token',
  });
  const exact = { ...local, tokenEndpoint: 'http://localhost:8082/token' };
  expect(readSettings(exact, 'sandbox').tokenUrl).toBe('http://localhost:8082/token');
});

test.each([
  ['endpoint', { ...base, endpoint: 'http://contoso.operations.dynamics.com' }, 'sandbox'],
  ['endpoint', { ...base, endpoint: 'contoso.operations.dynamics.com' }, 'production'],
  ['endpoint', { ...base, endpoint: 'ftp://contoso.com' }, 'production'],
  ['endpoint', { ...base, endpoint: 'https://me:pass@contoso.com' }, 'production'],
  ['endpoint', { ...base, endpoint: 'https://contoso.com/?cmp=USMF' }, 'production'],
  ['endpoint', { ...base, endpoint: 'https://contoso.com/some/page' }, 'production'],
  ['endpoint', local, 'production'],
  ['tokenEndpoint', { ...real, tokenEndpoint: 'https://login.example' }, 'production'],
  ['tokenEndpoint', { ...real, tokenEndpoint: 'https://login.example' }, 'sandbox'],
  ['tokenEndpoint', { ...base, endpoint: 'http://127.0.0.1:8081' }, 'sandbox'],
  ['tenant', { ...real, tenant: 'a/b' }, 'production'],
  ['certificate.thumbprintSha256', { ...real, certificate: { thumbprintSha256: 'abc' } }, 'production'],
  ['connection', { ...real, colour: 'red' }, 'production'],
] as const)('a wrong field is named by its path: %s (%#)', (path, config, environment) => {
  expect(() => readSettings(config, environment)).toThrow(expect.objectContaining({ code: 'setup_invalid', path }));
});

test('the schema fills in what a setup document leaves out', () => {
  expect(d365Config.parse(real)).toMatchObject({ cloud: 'public', textLimit: 60, linesPerRequest: 300 });
});
