import { expect, test } from 'vitest';
import { account, item, plaidError } from '../../../test/support/plaid-answers.ts';
import { account as accountAnswer, itemAnswer } from './answers.ts';
import { mapAccount, mapFeed } from './map-accounts.ts';

const mapped = (changes: Record<string, unknown> = {}) => mapAccount(accountAnswer.parse(account(changes)));
const feed = (changes: Record<string, unknown> = {}) => mapFeed(itemAnswer.parse(item(changes)));

test('an account keeps its mask, official name, subtype, holder and status', () => {
  expect(mapped({ verification_status: 'automatically_verified', persistent_account_id: 'p-1' })).toMatchObject({
    providerAccountId: 'acc-operating',
    persistentAccountId: 'p-1',
    name: 'Operating',
    officialName: 'Harbor Business Checking',
    mask: '0001',
    type: 'depository',
    subtype: 'checking',
    currency: 'USD',
    unofficialCurrency: null,
    verificationStatus: 'automatically_verified',
    holderCategory: 'business',
  });
});

test('money in a bank account is positive, money owed on a card or loan is negative', () => {
  const balances = { current: 410.25, available: 1589.75, limit: 2000, iso_currency_code: 'USD' };
  expect(mapped({ balances }).balance?.current).toEqual({ minor: 41025n, currency: 'USD' });
  for (const type of ['credit', 'loan'])
    expect(mapped({ type, balances }).balance).toMatchObject({
      current: { minor: -41025n, currency: 'USD' },
      available: { minor: 158975n, currency: 'USD' },
      limit: { minor: 200000n, currency: 'USD' },
    });
  const overpaid = { ...balances, current: -12 };
  expect(mapped({ type: 'credit', balances: overpaid }).balance?.current?.minor).toBe(1200n);
});

test('a balance with more decimals than its currency stays as text and is not rounded', () => {
  const balance = mapped({ balances: { current: 23631.9805, available: 10, iso_currency_code: 'USD' } }).balance;
  expect(balance).toMatchObject({ current: null, available: { minor: 1000n }, exact: { current: '23631.9805' } });
});

test('a missing current or available balance is no error', () => {
  expect(mapped({ balances: { current: null, available: null, iso_currency_code: 'USD' } }).balance).toEqual({
    current: null,
    available: null,
    limit: null,
    asOf: null,
    exact: {},
  });
  expect(mapped({ balances: undefined })).toMatchObject({ balance: null, currency: null });
});

test('an account in an unofficial or unknown currency keeps its code and its balance as text', () => {
  const crypto = mapped({ balances: { current: 1.5, iso_currency_code: null, unofficial_currency_code: 'BTC' } });
  expect(crypto).toMatchObject({ currency: null, unofficialCurrency: 'BTC', balance: { exact: { current: '1.5' } } });
  expect(mapped({ balances: { current: 1, iso_currency_code: 'QQQ' } })).toMatchObject({
    currency: null,
    unofficialCurrency: 'QQQ',
  });
});

test('an account type that Daybook has never seen is kept', () => {
  expect(mapped({ type: 'prediction market', subtype: 'new' })).toMatchObject({
    type: 'prediction market',
    subtype: 'new',
  });
});

test('a balance tells when it was true, where Plaid says so', () => {
  const balances = { current: 1, iso_currency_code: 'USD', last_updated_datetime: '2026-03-03T10:00:00-05:00' };
  expect(mapped({ balances }).balance?.asOf).toBe('2026-03-03T15:00:00.000Z');
});

test('a feed tells its bank, how fresh its data is and when consent ends', () => {
  expect(feed({ consent_expiration_time: '2026-09-01T00:00:00Z' })).toEqual({
    providerFeedId: 'item-harbor',
    institutionId: 'ins_109508',
    institutionName: 'First Platypus Bank',
    webhookUrl: null,
    bankUpdatedAt: '2026-03-03T06:07:08.000Z',
    consentExpiresAt: '2026-09-01T00:00:00.000Z',
    products: ['transactions'],
    trouble: null,
  });
});

test("a feed's own trouble comes with the bank's name and Plaid's code", () => {
  const trouble = feed({ error: plaidError('ITEM_ERROR', 'ITEM_LOGIN_REQUIRED') }).trouble;
  expect(trouble).toMatchObject({ code: 'login_required', providerCode: 'ITEM_LOGIN_REQUIRED' });
  expect(trouble?.sentence).toContain('First Platypus Bank');
});

test('a trouble in a form that nobody knows is still a trouble', () => {
  expect(feed({ error: { odd: true } }).trouble).toMatchObject({ code: 'answer_unexpected', providerCode: 'UNKNOWN' });
});
