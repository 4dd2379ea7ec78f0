import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { PRACTICE_CREDENTIALS, PRACTICE_ENVIRONMENT } from './index.ts';
import { openPractice, readToken, tokenRequest } from './testing.ts';

test('a token lasts 3599 seconds and then the service answers 401 without a body', async () => {
  const { fetch, clock } = await openPractice();
  const answer = await fetch(tokenRequest());
  expect(answer.status).toBe(200);
  const token = await readToken(answer.clone());
  expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
  const ask = () =>
    fetch(new Request(`${PRACTICE_ENVIRONMENT}/data/LegalEntities`, { headers: { authorization: `Bearer ${token}` } }));
  clock.advance(3_598_000);
  expect((await ask()).status).toBe(200);
  clock.advance(1000);
  const late = await ask();
  expect(late.status).toBe(401);
  expect(await late.text()).toBe('');
});

test.each([
  ['a wrong secret', { client_secret: 'wrong' }, undefined, 401, 7000215],
  ['an unknown application', { client_id: '00000000-0000-0000-0000-000000000000' }, undefined, 400, 700016],
  ['an unknown tenant', {}, 'contoso.example', 400, 90002],
  ['a scope with a double slash', { scope: `${PRACTICE_ENVIRONMENT}//.default` }, undefined, 400, 65001],
  ['a scope with capitals', { scope: 'https://HARBOR.operations.dynamics.example/.default' }, undefined, 400, 65001],
  ['a scope of another environment', { scope: 'https://other.example/.default' }, undefined, 400, 500011],
])('%s is refused with its AADSTS code', async (_, form, tenant, status, code) => {
  const { fetch } = await openPractice();
  const answer = await fetch(tokenRequest(form, tenant));
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({
    error_codes: [code],
    error_description: expect.stringContaining(`AADSTS${code}: `),
    correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('an assertion signed by the registered certificate takes the place of the secret, another key does not', async () => {
  const registered = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = registered.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { fetch } = await openPractice({ credentials: { ...PRACTICE_CREDENTIALS, certificate } });
  const assertion = (key: typeof registered) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: PRACTICE_CREDENTIALS.clientId, sub: PRACTICE_CREDENTIALS.clientId };
    const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), key.privateKey).toString('base64url')}`;
  };
  const ask = (key: typeof registered) =>
    fetch(
      tokenRequest({
        client_secret: '',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion(key),
      }),
    );
  expect((await ask(registered)).status).toBe(200);
  const refused = await ask(stranger);
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ error_codes: [700027] });
});

test('an application that is not on the list inside the ERP has a token that opens nothing', async () => {
  const { call, control } = await openPractice();
  expect((await call('GET', 'LegalEntities')).status).toBe(200);
  control.setRegistered(false);
  expect((await call('GET', 'LegalEntities')).status).toBe(401);
});
