import { expect, test } from 'vitest';
import { access, account, failureOf, json, plaidError, scriptedPlaid } from '../../../test/support/plaid-answers.ts';

test('account numbers come with all their leading zeros, by scheme, and stand-ins are marked', async () => {
  const numbers = {
    ach: [
      {
        account_id: 'a-1',
        account: '0001234567',
        routing: '011401533',
        wire_routing: null,
        is_tokenized_account_number: true,
      },
      { account_id: 'a-2', account: '9900009606', routing: '011401533', wire_routing: '021000021' },
    ],
    eft: [{ account_id: 'a-3', account: '111122223333', institution: '021', branch: '01140' }],
    international: [{ account_id: 'a-4', iban: 'GB29NWBK60161331926819', bic: 'NWBKGB2L' }],
    bacs: [{ account_id: 'a-4', account: '31926819', sort_code: '601613' }],
  };
  const { plaid } = scriptedPlaid({ '/auth/get': [() => json({ accounts: [account()], numbers })] });
  expect(await plaid.readNumbers(access, undefined)).toEqual([
    {
      providerAccountId: 'a-1',
      scheme: 'ach',
      account: '0001234567',
      routing: '011401533',
      wireRouting: null,
      tokenized: true,
    },
    {
      providerAccountId: 'a-2',
      scheme: 'ach',
      account: '9900009606',
      routing: '011401533',
      wireRouting: '021000021',
      tokenized: false,
    },
    {
      providerAccountId: 'a-3',
      scheme: 'eft',
      account: '111122223333',
      routing: '021-01140',
      wireRouting: null,
      tokenized: false,
    },
    {
      providerAccountId: 'a-4',
      scheme: 'international',
      account: 'GB29NWBK60161331926819',
      routing: 'NWBKGB2L',
      wireRouting: null,
      tokenized: false,
    },
    {
      providerAccountId: 'a-4',
      scheme: 'bacs',
      account: '31926819',
      routing: '601613',
      wireRouting: null,
      tokenized: false,
    },
  ]);
});

test('a number in a wrong form is refused without being shown', async () => {
  const numbers = {
    ach: [{ account_id: 'a-1', account: 9900009606, routing: '1' }],
    eft: [],
    international: [],
    bacs: [],
  };
  const { plaid } = scriptedPlaid({ '/auth/get': [() => json({ numbers })] });
  const error = await failureOf(plaid.readNumbers(access, undefined));
  expect(error).toMatchObject({ code: 'answer_unexpected' });
  expect(String(error)).not.toContain('9900009606');
});

test('an Item without bank details has none, which is no failure of the connection', async () => {
  const none = () => json(plaidError('ITEM_ERROR', 'NO_AUTH_ACCOUNTS'), 400);
  const { plaid } = scriptedPlaid({ '/auth/get': [none] });
  expect(await failureOf(plaid.readNumbers(access, undefined))).toMatchObject({
    code: 'nothing_there',
    retryable: false,
  });
});

test('an owner is matched by score, null where the bank gave nothing', async () => {
  const accounts = [
    account({
      legal_name: { score: 92, is_business_name_detected: true },
      phone_number: { score: null },
      email_address: null,
      address: { score: 70 },
    }),
  ];
  const { plaid, sent } = scriptedPlaid({ '/identity/match': [() => json({ accounts, item: {} })] });
  expect(await plaid.matchIdentity(access, { legalName: 'Harbor Property Group', phone: '+1503' }, undefined)).toEqual([
    { providerAccountId: 'acc-operating', legalName: 92, phone: null, email: null },
  ]);
  expect(sent[0]?.body).toEqual({
    access_token: access.accessToken,
    user: { legal_name: 'Harbor Property Group', phone_number: '+1503' },
  });
});
