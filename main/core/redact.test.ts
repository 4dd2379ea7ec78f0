import axios from 'axios';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DaybookError } from './errors.ts';
import { redact, redactText } from './redact.ts';
import { isIban } from './redact-text.ts';

const HEX30 = 'a3f09b1c2d4e5f60718293a4b5c6d7';
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl';

describe('texts', () => {
  test.each([
    ['access-production-4f2c7a1e-11aa-4bcd-9e0f-aabbccddeeff was used', '[secret] was used'],
    ['link-sandbox-7a1e and public-sandbox-4f2c', '[secret] and [secret]'],
    [`Authorization: Bearer ${JWT}`, 'Authorization: Bearer [secret]'],
    [`got ${JWT}, cut: ${JWT.slice(0, 30)}`, 'got [secret], cut: [secret]'],
    ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'Authorization: Basic [secret]'],
    ['key sk_live_51HxYzAbC and whsec_abc123', 'key [secret] and [secret]'],
    [`PLAID-SECRET ${HEX30}`, 'PLAID-SECRET [secret]'],
    ['the value Abc8Q~abcdefghijklmnopqrstuvwxyz012345.-_', 'the value [secret]'],
    ['client_secret=hunter2&grant_type=client_credentials', 'client_secret=[secret]&grant_type=client_credentials'],
    ['{"client_id":"c1","secret":"short"}', '{"client_id":"c1","secret":"[secret]"}'],
    ['"{\\"secret\\":\\"short\\",\\"a\\":1}"', '"{\\"secret\\":\\"[secret]\\",\\"a\\":1}"'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- rest', '[secret] rest'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow', '[secret]'],
    ['GET https://bank.example/a/b?access=1#x failed', 'GET https://bank.example/a/b failed'],
    ['at https://user:word@bank.example/a', 'at https://bank.example/a'],
    ["(/data/Vendors?$filter=Name eq 'X') failed", "(/data/Vendors eq 'X') failed"],
    ['IBAN DE89 3704 0044 0532 0130 00 PAID', 'IBAN …3000 PAID'],
    ['GB29NWBK60161331926819 BACS', '…6819 BACS'],
    ['account 000123456789 at routing 021000021', 'account …6789 at routing …0021'],
    ['card 4111 1111 1111 1111', 'card …1111'],
  ])('%j is shown as %j', (text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  test.each([
    'AADSTS7000215: Invalid client secret provided. Trace 4f2c7a1e-11aa-4bcd-9e0f-123456789012',
    'journal 00456, voucher GNJL000123456, reference DB7K2M9QX4T1V8B3NA00',
    '12345678.90 USD on 2026-11-20 at 06:00:00.000Z',
    'token_type=Bearer',
    'POST https://login.microsoftonline.com/contoso/oauth2/v2.0/token answered 401',
    'erp-sandbox-2.operations.dynamics.com',
    'XX00 1234 5678 ABCD is no IBAN',
  ])('%j is left as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('a second pass changes nothing', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        'secret=',
        'Bearer ',
        'https://a.b/c?d',
        JWT,
        HEX30,
        '12345678901',
        ' ',
        '"',
        '=',
        ':',
        '?',
        'DE89 3704',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = redactText(pieces.join(''));
        expect(redactText(once)).toBe(once);
      }),
    );
  });

  test('no text takes long, however it is made', () => {
    const evil = ['a-', 'eyJ', 'secret', '-----BEGIN A-----', 'GB29 ', '/a?', '1234 ', 'x://', 'token:', 'https://a@'];
    for (const part of evil) expect(redactText(part.repeat(100_000)).length).toBeLessThan(20_000);
  });

  test('IBANs are told from other texts by their check digits', () => {
    expect(isIban('DE89370400440532013000')).toBe(true);
    expect(isIban('NO9386011117947')).toBe(true);
    expect(isIban('MT84MALT011000012345MTLCAST001S')).toBe(true);
    expect(isIban('DE88370400440532013000')).toBe(false);
  });
});

describe('values', () => {
  test('secrets go by the name of their field, whatever they look like', () => {
    const shown = redact({
      secret: 'x',
      'PLAID-SECRET': 'x',
      clientSecret: 12,
      access_token: 'x',
      accessTokens: ['x', 'y'],
      DAYBOOK_PASSPHRASE: 'x',
      Authorization: 'x',
      cookie: ['x'],
      client_assertion: 'x',
      private_key: new Uint8Array(4),
    });
    expect(JSON.stringify(shown)).not.toMatch(/"x"|12|bytes/);
  });

  test('what only speaks about a secret stays', () => {
    const value = { tokenEndpoint: 'https://login.example/token', is_tokenized_account_number: true, token_count: 3 };
    expect(redact(value)).toEqual(value);
  });

  test('account numbers keep their end', () => {
    expect(
      redact({
        account: '1111222233330000',
        account_number: 12345678n,
        iban: 'DE1',
        routing: '011401533',
        mask: '0000',
      }),
    ).toEqual({ account: '…0000', account_number: '…5678', iban: '…E1', routing: '…1533', mask: '0000' });
  });

  test('amounts and counts stay, also large ones', () => {
    expect(redact({ minor: 123_456_789_012_345_678n, count: 100_000_000 })).toEqual({
      minor: '123456789012345678',
      count: 100_000_000,
    });
  });

  test('a real axios error keeps its message and status, and neither keys, body nor answer', async () => {
    const client = axios.create({
      headers: { 'PLAID-SECRET': 'kept-nowhere-1', Authorization: 'Bearer kept-nowhere-2' },
      adapter: 'fetch',
      env: { fetch: async () => Response.json({ owner: 'kept-nowhere-3' }, { status: 400 }) },
    });
    const thrown: unknown = await client
      .post('https://bank.example/sync?x=kept-nowhere-4', { access_token: 'kept-nowhere-5' })
      .catch((error: unknown) => error);
    expect(JSON.stringify(thrown)).toContain('kept-nowhere-1');
    const shown = redact({ err: thrown, again: new Error('outer', { cause: thrown }) });
    expect(JSON.stringify(shown)).not.toContain('kept-nowhere');
    expect(shown).toMatchObject({ err: { name: 'AxiosError', status: 400, code: 'ERR_BAD_REQUEST' } });
  });

  test('an error shows its sentence, code and causes', () => {
    const cause = new AggregateError([new Error('first')], 'all failed with access-sandbox-1234');
    const error = new DaybookError('timeout', 'bank.example did not answer.', { requestId: 'req_1', cause });
    expect(redact(error)).toMatchObject({
      message: 'bank.example did not answer.',
      code: 'timeout',
      requestId: 'req_1',
      cause: { message: 'all failed with [secret]', errors: [{ message: 'first' }] },
    });
  });

  test('headers, maps, sets, dates, addresses and bytes are shown as data', () => {
    expect(
      redact({
        headers: new Headers({ 'plaid-secret': 'x', accept: 'json' }),
        map: new Map([['password', 'x']]),
        set: new Set([1]),
        at: new Date(0),
        url: new URL('https://a.example/b?c=d'),
        bytes: new Uint8Array(3),
      }),
    ).toEqual({
      headers: { 'plaid-secret': '[secret]', accept: 'json' },
      map: { password: '[secret]' },
      set: [1],
      at: '1970-01-01T00:00:00.000Z',
      url: 'https://a.example/b',
      bytes: '[3 bytes]',
    });
  });

  test('cyclic, deep, wide and hostile values come out bounded', () => {
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic.self = cyclic;
    expect(redact(cyclic)).toEqual({ a: 1, self: '[circular]' });
    let deep: unknown = 'end';
    for (let i = 0; i < 1000; i++) deep = { deep };
    const hostile = {
      get value(): string {
        throw new Error('no');
      },
    };
    const wide = Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => ({ a: { b: {} } })));
    const text = JSON.stringify(
      redact({ hostile, deep, long: 'y'.repeat(10_000_000), wide, texts: wide.map(() => 'z'.repeat(5_000)) }),
    );
    expect(text.includes('[unreadable]')).toBe(true);
    expect(text.length).toBeLessThan(500_000);
  });

  test('the same object at two places is shown twice', () => {
    const shared = { a: 1 };
    expect(redact([shared, shared])).toEqual([{ a: 1 }, { a: 1 }]);
  });

  test('a planted secret never survives, wherever it stands in a value', () => {
    const plant = 'access-sandbox-0f0f0f0f-1111-2222-3333-444444444444';
    fc.assert(
      fc.property(
        fc.object({ values: [fc.string(), fc.constant(plant), fc.constant(`x ${plant} y`)], maxDepth: 4 }),
        (value) => {
          expect(JSON.stringify(redact(value))).not.toContain('0f0f0f0f');
        },
      ),
    );
  });

  test('the value that was given is not changed', () => {
    const value = { secret: 'x', list: [{ account: '12345678' }] };
    redact(value);
    expect(value).toEqual({ secret: 'x', list: [{ account: '12345678' }] });
  });
});
