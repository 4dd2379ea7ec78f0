import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RawNotice } from '../webhooks.ts';
import { createWebhooks } from './webhooks.ts';

const SECRET = 'practice-webhook-secret';
const CLIENT = '6c1f2b7e-4d0a-4c55-9e0b-1f7a2d3c4b5e';
const RECEIVED = '2026-03-10T12:00:01.000Z';
const webhooks = createWebhooks({ clientId: CLIENT, secret: () => SECRET });
const translateNotice = (raw: RawNotice) =>
  webhooks.translateNotice(raw, { knowsFeed: async () => false, stop: undefined });

const CONTENT =
  `{"Topic":"BankEntries","ClientId":"{${CLIENT.toUpperCase()}}","Division":123456,"Action":"Update",` +
  '"Key":"AAAAAAAA-4D0A-4C55-9E0B-1F7A2D3C4B5E",' +
  '"ExactOnlineEndpoint":"https:\\/\\/start.exactonline.nl\\/api\\/v1\\/123456\\/financialtransaction\\/BankEntries",' +
  '"EventCreatedOn":"2026-03-10T12:00:00.1"}';

const hash = (content: string, secret = SECRET) =>
  createHmac('sha256', secret).update(content).digest('hex').toUpperCase();
const bytes = (body: string, receivedAt = RECEIVED): RawNotice => ({
  body: new TextEncoder().encode(body),
  headers: new Map(),
  receivedAt,
  pathSecret: null,
});
const notice = (content = CONTENT, code = hash(content)) => bytes(`{"Content":${content},"HashCode":"${code}"}`);

test('a genuine notice says what to pull, and nothing else', async () => {
  expect(await translateNotice(notice())).toEqual({
    verdict: 'genuine',
    reasons: [
      {
        reads: 'entries',
        legalEntity: '123456',
        providerFeedId: null,
        topic: 'BankEntries',
        action: 'Update',
        key: 'aaaaaaaa-4d0a-4c55-9e0b-1f7a2d3c4b5e',
      },
    ],
    facts: [],
    providerFeedId: null,
    dedupeKey: expect.stringContaining('123456 BankEntries Update aaaaaaaa'),
  });
});

test('the signature is over the bytes as they came: escaped slashes and odd spaces count', async () => {
  const rewritten = JSON.stringify(JSON.parse(CONTENT));
  expect(rewritten).not.toBe(CONTENT);
  expect((await translateNotice(notice(rewritten, hash(CONTENT)))).verdict).toBe('forged');
  expect((await translateNotice(notice(rewritten))).verdict).toBe('genuine');
});

test('a text that holds the name of the signature does not end the content early', async () => {
  const content = CONTENT.replace('"Update"', '"Update,\\"HashCode\\":\\"x\\"","Note":"a,\\"HashCode\\":"');
  expect((await translateNotice(notice(content))).verdict).toBe('genuine');
});

test.each([
  ['one letter changed', notice(CONTENT.replace('123456', '123457'), hash(CONTENT))],
  ['another secret', notice(CONTENT, hash(CONTENT, 'other'))],
  ['base64', notice(CONTENT, createHmac('sha256', SECRET).update(CONTENT).digest('base64'))],
  ['a hash cut short', notice(CONTENT, hash(CONTENT).slice(0, 63))],
  ['no hash', notice(CONTENT, '')],
])('a notice with %s is forged', async (_name, raw) => {
  expect((await translateNotice(raw)).verdict).toBe('forged');
});

test('the empty call by which Exact tries the address is a ping', async () => {
  expect(await translateNotice(bytes(''))).toEqual({ verdict: 'ping' });
});

test.each([
  '{}',
  'null',
  '<html>',
  '{"Content":{}}',
  '{"Content":,"HashCode":}',
  '\u0000',
  `{"Content":{"Topic":1},"HashCode":"${hash('{"Topic":1}')}"}`,
])('%j is unreadable, and nothing is thrown', async (body) => {
  expect((await translateNotice(bytes(body))).verdict).toBe('unreadable');
});

test('a repeat has the same key, a later event on the same row another one', async () => {
  const key = async (content: string) => {
    const verdict = await translateNotice(notice(content));
    return verdict.verdict === 'genuine' ? verdict.dedupeKey : null;
  };
  expect(await key(CONTENT)).toBe(await key(CONTENT));
  expect(await key(CONTENT.replace('12:00:00.1', '12:00:07.25'))).not.toBe(await key(CONTENT));
});

test('a notice for another registration is for another connection', async () => {
  const raw = notice(CONTENT.replace(CLIENT.toUpperCase(), CLIENT.replace('6', '7')));
  expect((await translateNotice(raw)).verdict).toBe('other');
});

test('a captured notice that comes again after a month is stale', async () => {
  const raw = notice();
  expect((await translateNotice({ ...raw, receivedAt: '2026-04-05T12:00:00.000Z' })).verdict).toBe('genuine');
  expect((await translateNotice({ ...raw, receivedAt: '2026-04-20T12:00:00.000Z' })).verdict).toBe('stale');
});
