import { expect, test } from 'vitest';
import { exactConfig, readSettings, SITES } from './config.ts';
import { form } from './form.ts';

const base = { site: 'nl', clientId: 'app', redirectUri: 'https://firm.example/exact' };
const local = { ...base, endpoint: 'http://127.0.0.1:8083/' };

test.each(Object.entries(SITES))('site %s goes to its own host, and its tokens are its own chain', (site, { host }) => {
  expect(readSettings({ ...base, site }, 'production')).toEqual({
    ...{ site, clientId: 'app', redirectUri: base.redirectUri, divisions: [] },
    ...{ base: `https://${host}`, host, chain: `exact:${host}:app` },
  });
});

test('a sandbox may use a practice server on this computer, with a chain of its own', () => {
  expect(readSettings(local, 'sandbox')).toMatchObject({
    base: 'http://127.0.0.1:8083',
    host: '127.0.0.1:8083',
    chain: 'exact:127.0.0.1:8083:app',
  });
  expect(readSettings(base, 'sandbox').host).toBe('start.exactonline.nl');
});

test.each([
  ['endpoint', local, 'production'],
  ['endpoint', { ...base, endpoint: 'https://exact.example' }, 'sandbox'],
  ['endpoint', { ...base, endpoint: 'localhost' }, 'sandbox'],
  ['endpoint', { ...base, endpoint: 'http://localhost:8083/api' }, 'sandbox'],
  ['endpoint', { ...base, endpoint: 'http://me:pass@localhost:8083' }, 'sandbox'],
  ['redirectUri', { ...base, redirectUri: 'http://firm.example/exact' }, 'production'],
  ['redirectUri', { ...base, redirectUri: 'firm.example' }, 'production'],
  ['redirectUri', { ...base, redirectUri: 'https://firm.example/exact?x=1' }, 'production'],
  ['redirectUri', { ...base, redirectUri: 'https://firm.example/#exact' }, 'production'],
  ['site', { ...base, site: 'at' }, 'production'],
  ['clientId', { ...base, clientId: ' ' }, 'production'],
  ['divisions.0', { ...base, divisions: [0] }, 'production'],
  ['connection', { ...base, colour: 'red' }, 'production'],
] as const)('a wrong field is named by its path: %s (%#)', (path, config, environment) => {
  expect(() => readSettings(config, environment)).toThrow(expect.objectContaining({ code: 'setup_invalid', path }));
});

test('the return address stays letter by letter as it is registered', () => {
  for (const redirectUri of ['https://Firm.example/Exact/', 'https://firm.example'])
    expect(readSettings({ ...base, redirectUri }, 'production').redirectUri).toBe(redirectUri);
});

test('the form has a field for each setting and secret, and asks for what must be there', () => {
  const names = form.map((field) => field.name);
  expect(names.toSorted()).toEqual([...Object.keys(exactConfig.shape), 'clientSecret', 'webhookSecret'].toSorted());
  const required = form.filter((field) => field.required).map((field) => field.name);
  expect(required).toEqual(['site', 'clientId', 'clientSecret', 'redirectUri']);
  expect(form.find((field) => field.name === 'site')?.choices?.map((choice) => choice.value)).toEqual(
    Object.keys(SITES),
  );
});
