import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RawNotice } from '../webhooks.ts';
import { stripeWebhooks } from './webhooks.ts';

const SECRET = 'whsec_practiceSecretOfHarbor0123456789';
const RECEIVED = '2026-11-20T12:00:00.000Z';
const NOW = Date.parse(RECEIVED) / 1000;
const BODY = `{
  "id": "evt_1Practice",
  "object": "event",
  "api_version": "2026-10-28.endive",
  "created": 1795003200,
  "data": { "object": { "id": "po_1Practice", "object": "payout", "amount": 12000 } },
  "livemode": false,
  "type": "payout.paid"
}`;

const sign = (time: number, body = BODY, secret = SECRET) =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
const signed = (header: string, body = BODY): RawNotice => ({
  body: new TextEncoder().encode(body),
  headers: new Map(header === '' ? [] : [['stripe-signature', header]]),
  receivedAt: RECEIVED,
  pathSecret: null,
});
const judge = (raw: RawNotice, secret = SECRET) =>
  stripeWebhooks({ secret: () => secret, livemode: false }).translateNotice(raw, {
    knowsFeed: async () => false,
    stop: undefined,
  });
const verdictOf = async (header: string, body = BODY, secret = SECRET) =>
  (await judge(signed(header, body), secret)).verdict;

test('a genuine event is a reason to pull, and its id keeps it from counting twice', async () => {
  expect(await judge(signed(`t=${NOW},v1=${sign(NOW)}`))).toEqual({
    verdict: 'genuine',
    reasons: [
      {
        ...{ reads: 'lines', legalEntity: null, providerFeedId: null },
        ...{ topic: 'payout.paid', action: '', key: 'po_1Practice' },
      },
    ],
    facts: [],
    providerFeedId: null,
    dedupeKey: 'evt_1Practice',
  });
});

test('exactly 300 seconds old passes, one more does not; a time ahead passes', async () => {
  const at = (age: number) => verdictOf(`t=${NOW - age},v1=${sign(NOW - age)}`);
  expect(await at(300)).toBe('genuine');
  expect(await at(301)).toBe('stale');
  expect(await at(-7_200)).toBe('genuine');
});

test('while a secret is replaced either of two signatures will do, in any order, beside other schemes', async () => {
  const other = sign(NOW, BODY, 'whsec_former');
  expect(await verdictOf(`t=${NOW},v1=${other},v1=${sign(NOW)},v0=${'0'.repeat(64)}`)).toBe('genuine');
  expect(await verdictOf(`t=${NOW},v1=${sign(NOW)},v1=${other}`)).toBe('genuine');
  expect(await verdictOf(`t=${NOW},v0=${sign(NOW)}`)).toBe('forged');
});

test.each([
  ['no header', ''],
  ['no time', `v1=${sign(NOW)}`],
  ['no signature', `t=${NOW}`],
  ['upper-case hex', `t=${NOW},v1=${sign(NOW).toUpperCase()}`],
  ['a signature cut short', `t=${NOW},v1=${sign(NOW).slice(0, 63)}`],
  ['another time than was signed', `t=${NOW - 1},v1=${sign(NOW)}`],
  ['another secret', `t=${NOW},v1=${sign(NOW, BODY, 'whsec_other')}`],
  ['bytes that are no text', `t=${NOW},v1=\u00ff\u00ff`],
])('an event with %s is forged', async (_name, header) => {
  expect(await verdictOf(header)).toBe('forged');
});

test('the signature is over the bytes as they came: JSON written anew, or a line end, is forged', async () => {
  const header = `t=${NOW},v1=${sign(NOW)}`;
  expect(await verdictOf(header, JSON.stringify(JSON.parse(BODY)))).toBe('forged');
  expect(await verdictOf(header, `${BODY}\n`)).toBe('forged');
});

test('a secret with a line end behind it fails, as it does in Stripe’s own libraries', async () => {
  expect(await verdictOf(`t=${NOW},v1=${sign(NOW)}`, BODY, `${SECRET}\n`)).toBe('forged');
});

test('thin events of API v2, other texts and the other environment lead to nothing', async () => {
  const genuine = (body: string) => verdictOf(`t=${NOW},v1=${sign(NOW, body)}`, body);
  expect(await genuine('{"id":"evt_1","object":"v2.core.event","type":"x"}')).toBe('unreadable');
  expect(await genuine('not json')).toBe('unreadable');
  expect(await genuine(BODY.replace('"livemode": false', '"livemode": true'))).toBe('other');
});
