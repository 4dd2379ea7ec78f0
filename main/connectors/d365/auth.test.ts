import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { virtualClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { type Credential, createTokens } from './auth.ts';
import { readSettings } from './config.ts';

const TENANT = '11111111-1111-1111-1111-111111111111';

function world(
  answer: (form: URLSearchParams) => Response,
  config: object = {},
  credential: Credential = { secret: 's' },
) {
  const clock = virtualClock(Date.parse('2026-11-20T08:00:00.000Z'));
  const asked: Array<{ url: string; form: URLSearchParams }> = [];
  const fetch = async (request: Request) => {
    const form = new URLSearchParams(await request.text());
    asked.push({ url: request.url, form });
    return answer(form);
  };
  const http = createHttp({ fetch, clock, random: seededRandom(1), log: silentLog });
  const settings = readSettings(
    { endpoint: 'https://Contoso.operations.dynamics.com/', tenant: TENANT, clientId: 'app', ...config },
    'sandbox',
  );
  return { clock, asked, tokens: createTokens(settings, () => credential, http, clock) };
}

const granted = (token = 'T1') => Response.json({ token_type: 'Bearer', expires_in: 3599, access_token: token });
const refused = (code: number, status = 401) =>
  Response.json(
    {
      error: 'invalid_client',
      error_description: `AADSTS${code}: secret words`,
      error_codes: [code],
      correlation_id: 'c1',
    },
    { status },
  );

test('only the token request leaves, with a scope that has no slash and no capitals', async () => {
  const { asked, tokens } = world(() => granted());
  expect(await tokens.get({ fresh: false })).toBe('T1');
  expect(asked).toHaveLength(1);
  expect(asked[0]?.url).toMatch(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`);
  expect(asked[0]?.form.get('scope')).toBe('https://contoso.operations.dynamics.com/.default');
  expect(asked[0]?.form.get('client_secret')).toBe('s');
});

test.each([
  ['usgov', 'login.microsoftonline.us'],
  ['china', 'login.partner.microsoftonline.cn'],
])('cloud %s signs in at %s without asking anybody first', async (cloud, host) => {
  const { asked, tokens } = world(() => granted(), { cloud });
  await tokens.get({ fresh: false });
  expect(asked.map(({ url }) => new URL(url).host)).toEqual([host]);
});

test('a local token endpoint receives the request instead of Microsoft', async () => {
  const { asked, tokens } = world(() => granted(), { tokenEndpoint: 'http://127.0.0.1:9' });
  await tokens.get({ fresh: false });
  expect(asked.map(({ url }) => url)).toEqual([`http://127.0.0.1:9/${TENANT}/oauth2/v2.0/token`]);
});

test('a certificate signs an assertion and no secret is sent', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificateKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { asked, tokens } = world(
    () => granted(),
    { certificate: { thumbprintSha256: 'ab'.repeat(32) } },
    { certificateKey },
  );
  await tokens.get({ fresh: false });
  const form = asked[0]?.form;
  expect(form?.has('client_secret')).toBe(false);
  const [header = ''] = form?.get('client_assertion')?.split('.') ?? [];
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ alg: 'PS256' });
});

test('a token is used until shortly before it expires, by the injected clock', async () => {
  let count = 0;
  const { asked, clock, tokens } = world(() => granted(`T${++count}`));
  await tokens.get({ fresh: false });
  clock.advance(3_200_000);
  expect(await tokens.get({ fresh: false })).toBe('T1');
  clock.advance(200_000);
  expect(await tokens.get({ fresh: false })).toBe('T2');
  expect(await tokens.get({ fresh: true })).toBe('T3');
  expect(asked).toHaveLength(3);
});

test('many callers at once share one token request', async () => {
  const { asked, tokens } = world(() => granted());
  await Promise.all(Array.from({ length: 5 }, () => tokens.get({ fresh: false })));
  expect(asked).toHaveLength(1);
});

test.each([
  [7000215, 'wrong_keys', 'not its id'],
  [7000222, 'keys_expired', 'expired'],
  [700016, 'wrong_keys', 'client id'],
  [700027, 'wrong_keys', 'certificate'],
  [90002, 'wrong_keys', 'tenant'],
  [500011, 'wrong_environment', 'endpoint'],
  [65001, 'registration_needed', 'consent'],
  [53003, 'not_permitted', 'conditional access'],
  [50049, 'wrong_environment', 'cloud'],
  [90072, 'wrong_environment', 'tenant'],
  [12345, 'wrong_keys', 'refused'],
])('AADSTS%i becomes %s with what to do', async (code, expected, words) => {
  const { tokens } = world(() => refused(code, 400));
  const failure = await tokens.get({ fresh: false }).catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code: expected, providerCode: `AADSTS${code}`, requestId: 'c1', retryable: false });
  expect(String(failure)).toContain(words);
  expect(String(failure)).not.toContain('secret words');
});

test('a busy or broken sign-in service is tried again, and its HTML is not shown', async () => {
  const busy = world(() => new Response('busy', { status: 429, headers: { 'retry-after': '3' } }));
  await expect(busy.tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 3000 });
  expect(busy.asked.length).toBeGreaterThan(1);
  const html = world(() => new Response('<html>down</html>', { status: 500 }));
  await expect(html.tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'provider_down', retryable: true });
  const odd = world(() => new Response('{"token_type":"Bearer"}'));
  await expect(odd.tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'answer_unreadable' });
});

test('after a failure the next call asks again at once, without a hidden pause', async () => {
  let fail = true;
  const { tokens } = world(() => (fail ? new Response('', { status: 500 }) : granted()));
  await expect(tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'provider_down' });
  fail = false;
  expect(await tokens.get({ fresh: false })).toBe('T1');
});

test('a key that is no key, or a tenant such as common, is refused before anything is sent', async () => {
  const bad = world(
    () => granted(),
    { certificate: { thumbprintSha256: 'ab'.repeat(32) } },
    { certificateKey: 'no pem' },
  );
  await expect(bad.tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'wrong_keys' });
  const common = world(() => granted(), { tenant: 'common' });
  await expect(common.tokens.get({ fresh: false })).rejects.toMatchObject({ code: 'wrong_keys' });
  expect([...bad.asked, ...common.asked]).toEqual([]);
});
