import { describe, expect, test } from 'vitest';
import { plaidError } from '../../../test/support/plaid-answers.ts';
import type { ErrorCode, RepairAction } from '../../core/errors.ts';
import { errorOfAnswer, wrongEnvironmentToken } from './errors.ts';

const BANK = 'First Platypus Bank';
const failed = (type: string, code: string, status: number, endpoint = '/accounts/get', withCursor = false) =>
  errorOfAnswer({ status, text: JSON.stringify(plaidError(type, code)) }, { endpoint, bank: BANK, withCursor });

type Row = readonly [type: string, code: string, status: number, ours: ErrorCode, retry: boolean, repair: RepairAction];

/** The table of what each of Plaid's codes asks the app to do. */
const TABLE: readonly Row[] = [
  ['ITEM_ERROR', 'ITEM_LOGIN_REQUIRED', 400, 'login_required', false, 'sign_in_again'],
  ['ITEM_ERROR', 'PRODUCT_NOT_READY', 400, 'not_ready', true, 'wait'],
  ['TRANSACTIONS_ERROR', 'TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION', 400, 'pagination_changed', true, 'wait'],
  ['ITEM_ERROR', 'ACCESS_NOT_GRANTED', 400, 'consent_missing', false, 'sign_in_again'],
  ['INVALID_INPUT', 'ADDITIONAL_CONSENT_REQUIRED', 400, 'consent_missing', false, 'sign_in_again'],
  ['ITEM_ERROR', 'PRODUCTS_NOT_SUPPORTED', 400, 'not_supported', false, 'none'],
  ['INVALID_INPUT', 'PRODUCT_NOT_ENABLED', 400, 'not_supported', false, 'none'],
  ['ITEM_ERROR', 'NO_ACCOUNTS', 400, 'no_accounts', false, 'choose_accounts'],
  ['ITEM_ERROR', 'NO_AUTH_ACCOUNTS', 400, 'nothing_there', false, 'none'],
  ['ITEM_ERROR', 'NO_INVESTMENT_ACCOUNTS', 400, 'nothing_there', false, 'none'],
  ['ITEM_ERROR', 'NO_LIABILITY_ACCOUNTS', 400, 'nothing_there', false, 'none'],
  ['ITEM_ERROR', 'ITEM_NOT_FOUND', 400, 'feed_gone', false, 'link_again'],
  ['ITEM_ERROR', 'ITEM_CONCURRENTLY_DELETED', 400, 'feed_gone', false, 'link_again'],
  ['INVALID_INPUT', 'INVALID_ACCESS_TOKEN', 400, 'feed_gone', false, 'check_keys'],
  ['INVALID_INPUT', 'INVALID_ACCOUNT_ID', 400, 'account_gone', false, 'edit_mapping'],
  ['INVALID_INPUT', 'INVALID_API_KEYS', 400, 'wrong_keys', false, 'check_keys'],
  ['INVALID_INPUT', 'UNAUTHORIZED_ENVIRONMENT', 400, 'wrong_environment', false, 'check_keys'],
  ['INVALID_INPUT', 'INVALID_PRODUCT', 400, 'not_permitted', false, 'check_keys'],
  ['ITEM_ERROR', 'USER_PERMISSION_REVOKED', 400, 'access_revoked', false, 'sign_in_again'],
  ['ITEM_ERROR', 'ITEM_LOCKED', 400, 'user_action_at_bank', false, 'act_at_bank'],
  ['ITEM_ERROR', 'USER_SETUP_REQUIRED', 400, 'user_action_at_bank', false, 'act_at_bank'],
  ['ITEM_ERROR', 'PASSWORD_RESET_REQUIRED', 400, 'user_action_at_bank', false, 'act_at_bank'],
  ['ITEM_ERROR', 'MFA_NOT_SUPPORTED', 400, 'user_action_at_bank', false, 'act_at_bank'],
  ['ITEM_ERROR', 'ITEM_NOT_SUPPORTED', 400, 'user_action_at_bank', false, 'act_at_bank'],
  ['ITEM_ERROR', 'INVALID_UPDATED_USERNAME', 400, 'feed_gone', false, 'link_again'],
  ['INSTITUTION_ERROR', 'INSTITUTION_DOWN', 400, 'provider_down', true, 'wait'],
  ['INSTITUTION_ERROR', 'INSTITUTION_NOT_RESPONDING', 400, 'provider_down', true, 'wait'],
  ['INSTITUTION_ERROR', 'INSTITUTION_NOT_AVAILABLE', 400, 'provider_down', true, 'wait'],
  ['INSTITUTION_ERROR', 'INSTITUTION_NO_LONGER_SUPPORTED', 400, 'not_supported', false, 'contact_support'],
  ['INSTITUTION_ERROR', 'UNSUPPORTED_RESPONSE', 400, 'not_supported', false, 'contact_support'],
  ['INVALID_INPUT', 'UNAUTHORIZED_INSTITUTION', 400, 'registration_needed', false, 'ask_administrator'],
  ['INSTITUTION_ERROR', 'INSTITUTION_REGISTRATION_REQUIRED', 400, 'registration_needed', false, 'ask_administrator'],
  ['API_ERROR', 'INTERNAL_SERVER_ERROR', 500, 'provider_busy', true, 'wait'],
  ['API_ERROR', 'PLANNED_MAINTENANCE', 503, 'provider_down', true, 'wait'],
  ['INVALID_RESULT', 'LAST_UPDATED_DATETIME_OUT_OF_RANGE', 400, 'nothing_there', false, 'none'],
  ['INVALID_INPUT', 'INVALID_LINK_TOKEN', 400, 'link_expired', true, 'link_again'],
  ['INVALID_INPUT', 'INVALID_PUBLIC_TOKEN', 400, 'link_expired', true, 'link_again'],
  ['RATE_LIMIT_EXCEEDED', 'TRANSACTIONS_SYNC_LIMIT', 429, 'rate_limited', true, 'wait'],
  ['RATE_LIMIT_EXCEEDED', 'A_LIMIT_OF_TOMORROW', 429, 'rate_limited', true, 'wait'],
  ['RATE_LIMIT_EXCEEDED', 'INSTITUTION_RATE_LIMIT', 429, 'rate_limited', true, 'wait'],
  ['RATE_LIMIT_EXCEEDED', 'TRIAL_CONNECTION_LIMIT', 429, 'quota_used_up', false, 'ask_administrator'],
  ['RATE_LIMIT_EXCEEDED', 'CREDITS_EXHAUSTED', 429, 'quota_used_up', false, 'ask_administrator'],
  ['INSTITUTION_ERROR', 'A_CODE_OF_TOMORROW', 400, 'provider_down', true, 'wait'],
  ['API_ERROR', 'A_CODE_OF_TOMORROW', 500, 'provider_busy', true, 'wait'],
  ['A_TYPE_OF_TOMORROW', 'A_CODE_OF_TOMORROW', 502, 'provider_busy', true, 'wait'],
  ['A_TYPE_OF_TOMORROW', 'A_CODE_OF_TOMORROW', 429, 'rate_limited', true, 'wait'],
  ['constructor', 'constructor', 400, 'answer_unexpected', false, 'contact_support'],
  ['ITEM_ERROR', 'A_CODE_OF_TOMORROW', 400, 'answer_unexpected', false, 'contact_support'],
];

test.each(TABLE)(
  '%s / %s (HTTP %i) becomes %s, retried: %s, repaired by: %s',
  (type, code, status, ours, retry, repair) => {
    const error = failed(type, code, status);
    expect(error).toMatchObject({ code: ours, retryable: retry, repair, providerCode: code, requestId: 'req-error-1' });
  },
);

test.each(TABLE)('the sentence for %s / %s (HTTP %i) is one an accountant can act on', (type, code, status) => {
  const { message } = failed(type, code, status);
  expect(message).toMatch(/^[A-Z].*\.$/);
  expect(message).not.toMatch(/!|something went wrong|successfully|a text for developers|undefined|null/i);
});

test('the bank is named where it is known, and called the bank where it is not', () => {
  expect(failed('ITEM_ERROR', 'ITEM_LOGIN_REQUIRED', 400).message).toContain(BANK);
  const text = JSON.stringify(plaidError('ITEM_ERROR', 'ITEM_LOGIN_REQUIRED'));
  const unknown = errorOfAnswer({ status: 400, text }, { endpoint: '/item/get', bank: null });
  expect(unknown.message).toMatch(/^The bank asks/);
  expect(wrongEnvironmentToken(null).message).toMatch(/^This bank/);
});

test('a bank that is away is asked again in hours, a product that is not ready in a minute', () => {
  expect(failed('INSTITUTION_ERROR', 'INSTITUTION_DOWN', 400).retryAfterMs).toBeGreaterThanOrEqual(3_600_000);
  expect(failed('RATE_LIMIT_EXCEEDED', 'INSTITUTION_RATE_LIMIT', 429).retryAfterMs).toBeGreaterThanOrEqual(3_600_000);
  expect(failed('ITEM_ERROR', 'PRODUCT_NOT_READY', 400).retryAfterMs).toBe(60_000);
});

test('a pause that Plaid asks for goes before our own', () => {
  const text = JSON.stringify(plaidError('RATE_LIMIT_EXCEEDED', 'ACCOUNTS_LIMIT'));
  const about = { endpoint: '/accounts/get', bank: null };
  expect(errorOfAnswer({ status: 429, text, retryAfterMs: 7000 }, about).retryAfterMs).toBe(7000);
});

describe('a cursor that Plaid does not accept', () => {
  test('means to begin again from the start', () => {
    expect(failed('INVALID_REQUEST', 'INVALID_FIELD', 400, '/transactions/sync', true)).toMatchObject({
      code: 'cursor_bad',
      retryable: true,
    });
  });
  test('is not suspected when none was sent or another endpoint complains', () => {
    expect(failed('INVALID_REQUEST', 'INVALID_FIELD', 400, '/transactions/sync', false).code).toBe('answer_unexpected');
    expect(failed('INVALID_REQUEST', 'INVALID_FIELD', 400, '/accounts/balance/get').code).toBe('answer_unexpected');
  });
});

test.each([
  [502, '<html><body>Bad gateway</body></html>', 'provider_busy'],
  [503, '', 'provider_busy'],
  [429, 'slow down', 'rate_limited'],
  [403, '<html>proxy</html>', 'answer_unreadable'],
  [400, '{"error_type":"ITEM_ERR', 'answer_unreadable'],
  [400, '{"error_code":17}', 'answer_unreadable'],
  [302, '', 'answer_unreadable'],
] as const)('HTTP %i with the body %j is %s and worth another try', (status, text, code) => {
  const error = errorOfAnswer({ status, text }, { endpoint: '/item/get', bank: BANK });
  expect(error).toMatchObject({ code, retryable: true, providerCode: `HTTP ${status}` });
});
