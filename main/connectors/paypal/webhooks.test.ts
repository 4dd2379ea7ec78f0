import { createPrivateKey, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  INTERMEDIATE,
  ISSUED_BY_LEAF,
  LEAF,
  LEAF_KEY,
  OF_WEBSITE,
  ROOT,
  SELF_SIGNED,
} from '../../../test/support/paypal-certificates.ts';
import { virtualClock } from '../../core/clock.ts';
import { createHttp } from '../../core/http.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { allowedUrl, paypalCertificates } from './certificates.ts';
import { paypalWebhooks } from './webhooks.ts';

const RECEIVED = '2026-11-21T12:00:00.000Z';
const WEBHOOK_ID = '1JE4291016473214C';
const CERT_URL = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270';
const BODY =
  '{"id":"WH-1","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":{"id":"2GG1","amount":{"value":"10.00"}}}';

type Change = { body?: string; id?: string; time?: string; algorithm?: string; url?: string; signature?: string };

function setup(pem = LEAF + INTERMEDIATE, answer?: (request: Request) => Response) {
  const clock = virtualClock(Date.parse(RECEIVED));
  const asked: string[] = [];
  const http = createHttp({
    ...{ clock, random: seededRandom(1), log: silentLog },
    fetch: async (request) => {
      asked.push(request.url);
      return answer?.(request) ?? new Response(pem);
    },
  });
  const certificates = paypalCertificates(http, clock, 'sandbox', [ROOT]);
  const { translateNotice } = paypalWebhooks({ webhookId: WEBHOOK_ID, certificates });
  const judge = (change: Change = {}) => {
    const { id = 'b2384410', time = '2026-11-21T11:59:58Z', algorithm = 'SHA256withRSA', url = CERT_URL } = change;
    const text = `b2384410|${change.time ?? time}|${WEBHOOK_ID}|${crc32(BODY)}`;
    const signature =
      change.signature ?? sign('sha256', Buffer.from(text), createPrivateKey(LEAF_KEY)).toString('base64');
    const headers = new Map([
      ['paypal-transmission-id', id],
      ['paypal-transmission-time', time],
      ['paypal-transmission-sig', signature],
      ['paypal-cert-url', url],
      ['paypal-auth-algo', algorithm],
    ]);
    const body = new TextEncoder().encode(change.body ?? BODY);
    const about = { knowsFeed: async () => false, stop: undefined };
    return translateNotice({ body, headers, receivedAt: RECEIVED, pathSecret: null }, about);
  };
  return { judge, asked, verdictOf: async (change?: Change) => (await judge(change)).verdict };
}

test('a genuine event is a reason to pull; its certificate is fetched once', async () => {
  const { judge, asked } = setup();
  expect(await judge()).toMatchObject({
    verdict: 'genuine',
    dedupeKey: 'b2384410',
    reasons: [{ reads: 'lines', key: '2GG1' }],
  });
  await judge();
  expect(asked).toEqual([CERT_URL]);
});

test.each<[string, Change]>([
  ['another body', { body: BODY.replace('10.00', '99.00') }],
  ['its JSON written anew', { body: JSON.stringify(JSON.parse(BODY), null, 1) }],
  ['another transmission id', { id: 'c2384410' }],
  ['another algorithm', { algorithm: 'SHA1withRSA' }],
  ['a signature of nobody', { signature: Buffer.alloc(256, 7).toString('base64') }],
  ['no signature', { signature: '' }],
])('an event with %s is forged', async (_name, change) => {
  expect(await setup().verdictOf(change)).toBe('forged');
});

test('PayPal may try for three days; after that, or from the future, it is stale', async () => {
  const { verdictOf } = setup();
  expect(await verdictOf({ time: '2026-11-18T13:00:00Z' })).toBe('genuine');
  expect(await verdictOf({ time: '2026-11-17T11:00:00Z' })).toBe('stale');
  expect(await verdictOf({ time: '2026-11-21T12:10:00Z' })).toBe('stale');
  expect(await verdictOf({ time: 'yesterday' })).toBe('stale');
});

test.each([
  'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
  'https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1',
  'https://evil.example/v1/notifications/certs/CERT-1',
  'https://user@api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
  'https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1',
  'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?next=https://evil.example',
  'https://api.sandbox.paypal.com/v1/notifications/certs/../../../evil',
  'https://api.sandbox.paypal.com\\@evil.example/v1/notifications/certs/CERT-1',
  'https://api.paypal.com/v1/notifications/certs/CERT-1',
  '',
])('nothing is fetched from %s', async (url) => {
  const { verdictOf, asked } = setup();
  expect(await verdictOf({ url })).toBe('unknown_key');
  expect(asked).toEqual([]);
  expect(allowedUrl(url, 'sandbox')).toBeNull();
});

test.each([
  ['signed by itself', SELF_SIGNED],
  ['whose chain is not there', LEAF],
  ['of a website', OF_WEBSITE + INTERMEDIATE],
  ['issued by one that may issue none', ISSUED_BY_LEAF + LEAF + INTERMEDIATE],
  ['that is none', 'not a certificate'],
])('a certificate %s counts for nothing', async (_name, pem) => {
  expect(await setup(pem).verdictOf()).toBe('unknown_key');
});

test('a redirect is not followed', async () => {
  const { verdictOf, asked } = setup(
    '',
    () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }),
  );
  expect(await verdictOf()).toBe('unknown_key');
  expect(asked).toEqual([CERT_URL]);
});

test('a flood of addresses asks PayPal a few times and then waits', async () => {
  const { verdictOf, asked } = setup('none');
  for (let i = 0; i < 10; i++) await verdictOf({ url: `${CERT_URL}${i}` });
  await expect(verdictOf({ url: `${CERT_URL}10` })).rejects.toMatchObject({ code: 'rate_limited' });
  expect(asked).toHaveLength(10);
});
