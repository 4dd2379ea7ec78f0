import { createSign, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTestPlaid } from '../../../practice/plaid/testing.ts';
import { type SigningKey, signWebhook } from '../../../practice/plaid/webhook-keys.ts';
import { memoryPorts } from '../../../test/support/connector-ports.ts';
import { instantOf } from '../../core/calendar.ts';
import { silentLog } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import type { RawNotice } from '../webhooks.ts';
import { connector } from './index.ts';

const SECOND = 1_000;
const DAY = 86_400_000;
const body = (change: object = {}) =>
  JSON.stringify(
    {
      environment: 'sandbox',
      historical_update_complete: true,
      initial_update_complete: true,
      item_id: 'item-1',
      webhook_code: 'SYNC_UPDATES_AVAILABLE',
      webhook_type: 'TRANSACTIONS',
      ...change,
    },
    null,
    2,
  );

/** The connector against the practice Plaid, and how often it asked for a key. */
function setup() {
  const { clock, control, fetch } = createTestPlaid();
  const asked: string[] = [];
  let away = false;
  const plaid = connector.open(
    { clientId: control.clientId, endpoint: 'http://127.0.0.1:8366' },
    {
      environment: 'sandbox',
      secret: () => control.secret,
      fetch: async (request) => {
        if (away) throw new TypeError('fetch failed');
        asked.push(new URL(request.url).pathname);
        return fetch(request);
      },
      clock,
      random: seededRandom('webhooks'),
      log: silentLog,
      ...memoryPorts(),
    },
  );
  const iat = () => Math.floor(clock.now() / SECOND);
  const raw = (text: string, token: string | null, receivedAt = clock.now()): RawNotice => ({
    body: new TextEncoder().encode(text),
    headers: new Map(token === null ? [] : [['plaid-verification', token]]),
    receivedAt: instantOf(receivedAt),
    pathSecret: null,
  });
  const signed = (text = body(), at = iat(), key: Pick<SigningKey, 'kid' | 'private'> = control.signingKey()) =>
    raw(text, signWebhook(key, text, at));
  const judge = (notice: RawNotice, known = ['item-1']) =>
    plaid.translateNotice(notice, { knowsFeed: async (id) => known.includes(id), stop: undefined });
  const verdictOf = async (notice: RawNotice) => (await judge(notice)).verdict;
  return {
    ...{ clock, control, plaid, asked, iat, raw, signed, judge, verdictOf },
    cutOff: (off: boolean) => {
      away = off;
    },
  };
}

const stranger = (): Pick<SigningKey, 'private'> => ({
  private: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
});

describe('the signature of a Plaid webhook', () => {
  test('a genuine one is a reason to pull its bank; its key is asked for once', async () => {
    const { judge, signed, asked } = setup();
    expect(await judge(signed())).toMatchObject({
      verdict: 'genuine',
      providerFeedId: 'item-1',
      reasons: [{ reads: 'lines', providerFeedId: 'item-1', topic: 'TRANSACTIONS', action: 'SYNC_UPDATES_AVAILABLE' }],
      facts: [],
    });
    await judge(signed());
    expect(asked).toEqual(['/webhook_verification_key/get']);
  });

  test('the practice Plaid signs what our check takes, with two spaces, sorted keys and no line end', async () => {
    const sent: Request[] = [];
    const { control, call, clock, fetch } = createTestPlaid({
      notify: async (request) => {
        sent.push(request);
        return new Response();
      },
    });
    const { accessToken, itemId } = control.addItem('tidewater');
    await call('/item/webhook/update', { access_token: accessToken, webhook: 'https://relay.example/hooks/x/plaid' });
    await control.webhooksSettled();
    const [request] = sent;
    const plaid = connector.open(
      { clientId: control.clientId, endpoint: 'http://127.0.0.1:8366' },
      {
        ...{ environment: 'sandbox', secret: () => control.secret, fetch, clock, log: silentLog },
        ...{ random: seededRandom('webhooks'), ...memoryPorts() },
      },
    );
    const text = (await request?.text()) ?? '';
    expect(text).toMatch(/^\{\n {2}"environment": "sandbox",\n {2}"error": null,\n/);
    expect(text.endsWith('}')).toBe(true);
    const verdict = await plaid.translateNotice(
      {
        body: new TextEncoder().encode(text),
        headers: new Map(request?.headers),
        receivedAt: instantOf(clock.now()),
        pathSecret: null,
      },
      { knowsFeed: async (id) => id === itemId, stop: undefined },
    );
    expect(verdict).toMatchObject({
      verdict: 'genuine',
      facts: [{ kind: 'address_acknowledged', url: 'https://relay.example/hooks/x/plaid' }],
    });
  });

  test('the bytes count: one changed letter, JSON written anew or a line end is forged, and asks Plaid nothing', async () => {
    const { verdictOf, signed, raw, asked } = setup();
    const { headers } = signed();
    const token = headers.get('plaid-verification') ?? '';
    expect(await verdictOf(raw(body({ historical_update_complete: false }), token))).toBe('forged');
    expect(await verdictOf(raw(JSON.stringify(JSON.parse(body())), token))).toBe('forged');
    expect(await verdictOf(raw(`${body()}\n`, token))).toBe('forged');
    expect(asked).toEqual([]);
  });

  test('five minutes old passes, older or from the future does not, and the clock of this computer plays no part', async () => {
    const { verdictOf, raw, control, iat, clock } = setup();
    const at = (age: number) => {
      const signedAt = iat() - age;
      return raw(body(), signWebhook(control.signingKey(), body(), signedAt));
    };
    expect(await verdictOf(at(300))).toBe('genuine');
    expect(await verdictOf(at(301))).toBe('stale');
    expect(await verdictOf(at(-60))).toBe('genuine');
    expect(await verdictOf(at(-61))).toBe('stale');
    const fresh = at(2);
    clock.set(clock.now() - 3 * 3_600 * SECOND);
    expect(await verdictOf(fresh)).toBe('genuine');
    clock.advance(20 * DAY);
    expect(await verdictOf(fresh)).toBe('genuine');
  });

  test('another key under a known id is forged', async () => {
    const { verdictOf, signed, control, iat } = setup();
    expect(await verdictOf(signed(body(), iat(), { kid: control.signingKey().kid, ...stranger() }))).toBe('forged');
  });

  test.each<[string, (token: string) => string | null]>([
    ['none', () => null],
    ['an empty one', () => ''],
    ['two parts', (token) => token.split('.').slice(0, 2).join('.')],
    ['a signature cut short', (token) => token.slice(0, -1)],
    ['a header that is no JSON', (token) => `bm90IGpzb24.${token.split('.').slice(1).join('.')}`],
    ['no algorithm', (token) => withHeader(token, { alg: 'none' })],
    ['a symmetric algorithm', (token) => withHeader(token, { alg: 'HS256' })],
    ['a huge key id', (token) => withHeader(token, { kid: 'k'.repeat(5_000) })],
    ['claims of another form', (token) => withClaims(token, { iat: 'now' })],
  ])('a token with %s is forged, and nothing is asked', async (_name, change) => {
    const { verdictOf, signed, raw, asked } = setup();
    const token = signed().headers.get('plaid-verification') ?? '';
    expect(await verdictOf(raw(body(), change(token)))).toBe('forged');
    expect(asked).toEqual([]);
  });

  test('a signature in the form of certificates (DER) is not taken', async () => {
    const { verdictOf, signed, raw, control } = setup();
    const [head, claims] = (signed().headers.get('plaid-verification') ?? '').split('.');
    const der = createSign('sha256')
      .update(`${head}.${claims}`)
      .sign(control.signingKey().private)
      .toString('base64url');
    expect(await verdictOf(raw(body(), `${head}.${claims}.${der}`))).toBe('forged');
  });

  test('the twin of a signature is the same notice to the replay guard', async () => {
    const { judge, signed, raw } = setup();
    const first = signed();
    const token = first.headers.get('plaid-verification') ?? '';
    const twin = await judge(raw(body(), twinOf(token)));
    const genuine = await judge(first);
    expect(twin.verdict).toBe('genuine');
    expect(twin).toEqual(genuine);
  });
});

describe('the keys of Plaid', () => {
  test('a new key is found by its id; what the former one signed before its end still counts', async () => {
    const { verdictOf, signed, control, clock } = setup();
    const before = signed();
    control.rotateWebhookKey(true);
    expect(await verdictOf(signed())).toBe('genuine');
    // It slept meanwhile: received then, judged now.
    expect(await verdictOf(before)).toBe('unknown_key');
    clock.advance(5 * SECOND);
    expect(await verdictOf(signed())).toBe('genuine');
  });

  test('the end of a key is noticed within a day, and a notice from before it still counts', async () => {
    const { verdictOf, signed, control, clock, iat } = setup();
    const old = control.signingKey();
    const early = signed();
    expect(await verdictOf(early)).toBe('genuine');
    clock.advance(10 * SECOND);
    control.rotateWebhookKey(true);
    clock.advance(DAY);
    expect(await verdictOf(signed(body(), iat(), old))).toBe('unknown_key');
    expect(await verdictOf(early)).toBe('genuine');
  });

  test('while Plaid cannot be reached a known key goes on for three days, and an unknown one waits', async () => {
    const { verdictOf, signed, control, clock, iat, cutOff } = setup();
    await verdictOf(signed());
    cutOff(true);
    clock.advance(2 * DAY);
    expect(await verdictOf(signed())).toBe('genuine');
    clock.advance(2 * DAY);
    await expect(verdictOf(signed())).rejects.toMatchObject({ retryable: true });
    control.rotateWebhookKey();
    await expect(verdictOf(signed(body(), iat()))).rejects.toMatchObject({ code: 'network_lost' });
    cutOff(false);
    clock.advance(5 * SECOND);
    expect(await verdictOf(signed())).toBe('genuine');
  });

  test('a flood of unknown ids asks Plaid ten times and no more, and genuine notices pass meanwhile', async () => {
    const { judge, verdictOf, signed, asked, iat } = setup();
    await verdictOf(signed());
    const outcomes = { unknown_key: 0, waits: 0 };
    for (let i = 0; i < 200; i++) {
      const notice = signed(body(), iat(), { kid: `flood-${i}`, ...stranger() });
      await judge(notice).then(
        () => {
          outcomes.unknown_key += 1;
        },
        () => {
          outcomes.waits += 1;
        },
      );
    }
    expect(outcomes).toEqual({ unknown_key: 10, waits: 190 });
    expect(asked).toHaveLength(11);
    expect(await verdictOf(signed(body({ historical_update_complete: false })))).toBe('genuine');
  });

  test('the same unknown id is asked for once, also at the same time', async () => {
    const { judge, signed, asked, iat } = setup();
    const key = { kid: 'nobody', ...stranger() };
    const verdicts = await Promise.all([1, 2, 3].map(() => judge(signed(body(), iat(), key))));
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['unknown_key', 'unknown_key', 'unknown_key']);
    await judge(signed(body(), iat(), key));
    expect(asked).toHaveLength(1);
  });
});

describe('what a webhook means', () => {
  const told = async (change: object) => {
    const { judge, signed } = setup();
    return judge(signed(body(change)));
  };

  test.each<[object, string, object[]]>([
    [{ webhook_code: 'HISTORICAL_UPDATE' }, 'lines', []],
    [{ webhook_code: 'RECURRING_TRANSACTIONS_UPDATE' }, 'nothing', []],
    [{ webhook_type: 'ITEM', webhook_code: 'LOGIN_REPAIRED' }, 'lines', [{ kind: 'login_repaired' }]],
    [
      { webhook_type: 'ITEM', webhook_code: 'NEW_ACCOUNTS_AVAILABLE', error: null },
      'lines',
      [{ kind: 'new_accounts' }],
    ],
    [{ webhook_type: 'ITEM', webhook_code: 'USER_PERMISSION_REVOKED' }, 'lines', [{ kind: 'access_revoked' }]],
    [
      { webhook_type: 'ITEM', webhook_code: 'USER_ACCOUNT_REVOKED', account_id: 'acc-1' },
      'lines',
      [{ kind: 'account_revoked', providerAccountId: 'acc-1' }],
    ],
    [
      {
        webhook_type: 'ITEM',
        webhook_code: 'PENDING_DISCONNECT',
        reason: 'INSTITUTION_MIGRATION',
        disconnect_time: '2026-11-27T00:00:00Z',
      },
      'lines',
      [{ kind: 'disconnect_pending', at: '2026-11-27T00:00:00.000Z', reason: 'INSTITUTION_MIGRATION' }],
    ],
    [
      { webhook_type: 'ITEM', webhook_code: 'PENDING_EXPIRATION', consent_expiration_time: '2026-12-01T00:00:00Z' },
      'lines',
      [{ kind: 'consent_expiring', at: '2026-12-01T00:00:00.000Z' }],
    ],
    [
      {
        webhook_type: 'AUTH',
        webhook_code: 'DEFAULT_UPDATE',
        account_ids_with_new_auth: ['a'],
        account_ids_with_updated_auth: { b: ['ACCOUNT_NUMBER'] },
      },
      'account_numbers',
      [{ kind: 'account_numbers_changed', providerAccountIds: ['a', 'b'] }],
    ],
    [{ webhook_type: 'TRANSFER', webhook_code: 'SOMETHING_NEW' }, 'nothing', []],
  ])('%j', async (change, reads, facts) => {
    expect(await told(change)).toMatchObject({ verdict: 'genuine', reasons: [{ reads }], facts });
  });

  test('a login that is out of order is told in the words that a pull would use', async () => {
    const error = { error_type: 'ITEM_ERROR', error_code: 'ITEM_LOGIN_REQUIRED', error_message: 'x', status: 400 };
    expect(await told({ webhook_type: 'ITEM', webhook_code: 'ERROR', error })).toMatchObject({
      reasons: [{ reads: 'lines' }],
      facts: [{ kind: 'trouble', trouble: { code: 'login_required', providerCode: 'ITEM_LOGIN_REQUIRED' } }],
    });
  });

  test('a finished link has no bank yet; public tokens that stand in it are not kept', async () => {
    const { judge, signed } = setup();
    const text = JSON.stringify({
      ...{ webhook_type: 'LINK', webhook_code: 'SESSION_FINISHED', environment: 'sandbox', status: 'SUCCESS' },
      ...{ link_token: 'link-sandbox-1', public_tokens: ['public-sandbox-secret'] },
    });
    const verdict = await judge(signed(text));
    expect(verdict).toMatchObject({ facts: [{ kind: 'link_finished', linkToken: 'link-sandbox-1' }] });
    expect(JSON.stringify(verdict)).not.toContain('public-sandbox-secret');
  });

  test('what is about a bank that is not ours, or another environment, asks Plaid nothing', async () => {
    const { judge, signed, asked } = setup();
    expect((await judge(signed(), [])).verdict).toBe('other');
    expect((await judge(signed(body({ environment: 'production' })))).verdict).toBe('other');
    expect(asked).toEqual([]);
  });

  test.each(['', 'null', '[]', '{}', '{"webhook_type":1}', '\u0000', '<html>'])('%j is unreadable', async (text) => {
    const { verdictOf, signed } = setup();
    expect(await verdictOf(signed(text))).toBe('unreadable');
  });
});

test('the list of sent webhooks is read on from its cursor, and told as the webhooks are', async () => {
  const { plaid, control } = setup();
  const { accessToken, itemId } = control.addItem('tidewater');
  await plaid.setWebhook({ providerFeedId: itemId, accessToken }, 'https://relay.example/hooks/x/plaid', undefined);
  const since = '2026-03-01T00:00:00.000Z';
  const first = await plaid.listNotices(null, since, undefined);
  expect(first.notices.map(({ verdict }) => verdict.facts)).toMatchObject([[{ kind: 'address_acknowledged' }]]);
  control.fireWebhook(accessToken, 'ITEM', 'LOGIN_REPAIRED');
  const next = await plaid.listNotices(first.nextCursor, since, undefined);
  expect(next.notices.map(({ verdict }) => verdict.facts)).toEqual([[{ kind: 'login_repaired' }]]);
  const last = await plaid.listNotices(next.nextCursor, since, undefined);
  expect(last).toEqual({ notices: [], nextCursor: next.nextCursor, hasMore: false });
});

function withHeader(token: string, change: object): string {
  const [head = '', claims, signature] = token.split('.');
  return [changed(head, change), claims, signature].join('.');
}

function withClaims(token: string, change: object): string {
  const [head, claims = '', signature] = token.split('.');
  return [head, changed(claims, change), signature].join('.');
}

function changed(part: string, change: object): string {
  const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return Buffer.from(JSON.stringify({ ...value, ...change })).toString('base64url');
}

/** ECDSA: with s, the order of the curve minus s is valid as well. */
function twinOf(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [head, claims, signature = ''] = token.split('.');
  const raw = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${raw.subarray(32).toString('hex')}`);
  const other = (order - s).toString(16).padStart(64, '0');
  return [head, claims, Buffer.concat([raw.subarray(0, 32), Buffer.from(other, 'hex')]).toString('base64url')].join(
    '.',
  );
}
