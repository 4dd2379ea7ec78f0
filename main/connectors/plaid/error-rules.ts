import type { ErrorCode, ErrorDetails } from '../../core/errors.ts';

/** What one of Plaid's codes means for us, and its sentence for an accountant, naming the bank. */
export type Rule = {
  readonly code: ErrorCode;
  readonly say: (bank: string) => string;
  readonly details?: Pick<ErrorDetails, 'retryable' | 'repair' | 'retryAfterMs'>;
};

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const rule = (code: ErrorCode, say: Rule['say'], details: Rule['details'] = {}): Rule => ({
  code,
  say,
  details,
});

const noConsent = rule(
  'consent_missing',
  (bank) =>
    `${bank} did not give consent for this kind of data. Everything else keeps working; renew the consent to get it.`,
);
const notOffered = rule(
  'not_supported',
  (bank) => `${bank} does not offer this kind of data through Plaid, so Daybook no longer asks for it.`,
);
const noSuchAccounts = (kind: string) =>
  rule('nothing_there', (bank) => `${bank} shows no ${kind} under this login, so there is nothing to read.`);
const feedGone = rule(
  'feed_gone',
  (bank) => `The connection to ${bank} no longer exists at Plaid. Link the bank again; the lines you have stay.`,
);
const bankAway = rule(
  'provider_down',
  (bank) => `${bank} cannot be reached by Plaid at the moment. Nothing is lost; Daybook tries again in a few hours.`,
  { retryAfterMs: 2 * HOUR },
);
const restartLink = rule(
  'link_expired',
  () => 'This bank sign-in has expired or was already used. Start linking the bank again.',
);
const registration = rule(
  'registration_needed',
  (bank) => `${bank} lets in only firms that registered with it. Complete the registration in the Plaid dashboard.`,
);
export const ownProblem = rule('provider_busy', () => 'Plaid had a problem of its own. Daybook tries again.', {
  retryAfterMs: MINUTE,
});
const quota = (say: string) => rule('quota_used_up', () => say, { retryable: false });

/** By `error_code`, as in Plaid's error reference (plaid.com/docs/errors). */
const RULES: Readonly<Record<string, Rule>> = {
  ITEM_LOGIN_REQUIRED: rule(
    'login_required',
    (bank) => `${bank} asks for a new sign-in. Sign in again to go on; nothing you have is lost.`,
  ),
  PRODUCT_NOT_READY: rule(
    'not_ready',
    (bank) => `Plaid is still fetching the data from ${bank}. Daybook asks again in a minute.`,
    { retryAfterMs: MINUTE },
  ),
  TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION: rule(
    'pagination_changed',
    (bank) => `New movements from ${bank} arrived while their list was being read. Daybook reads the list again.`,
  ),
  ACCESS_NOT_GRANTED: noConsent,
  ADDITIONAL_CONSENT_REQUIRED: noConsent,
  PRODUCTS_NOT_SUPPORTED: notOffered,
  PRODUCT_NOT_ENABLED: rule(
    'not_supported',
    (bank) => `This kind of data is not switched on for the connection to ${bank}, so Daybook does not read it.`,
  ),
  NO_ACCOUNTS: rule(
    'no_accounts',
    (bank) =>
      `${bank} shows no account any more. Choose the accounts again, or remove the connection if they are closed.`,
  ),
  NO_AUTH_ACCOUNTS: noSuchAccounts('account with bank details'),
  NO_INVESTMENT_ACCOUNTS: noSuchAccounts('investment account'),
  NO_LIABILITY_ACCOUNTS: noSuchAccounts('loan or card account'),
  ITEM_NOT_FOUND: feedGone,
  ITEM_CONCURRENTLY_DELETED: feedGone,
  INVALID_ACCESS_TOKEN: rule(
    'feed_gone',
    (bank) =>
      `Plaid does not know the access token for ${bank}: the keys belong to another Plaid team, or the connection was ` +
      'removed. Check the keys first; nothing was deleted here.',
    { repair: 'check_keys' },
  ),
  INVALID_ACCOUNT_ID: rule(
    'account_gone',
    (bank) =>
      `An account at ${bank} is no longer known under its old id. Read the accounts again and check the mapping.`,
  ),
  INVALID_API_KEYS: rule(
    'wrong_keys',
    () => 'Plaid refused the client id or secret. Check them in the connection settings.',
  ),
  UNAUTHORIZED_ENVIRONMENT: rule(
    'wrong_environment',
    () => 'These Plaid keys may not be used in this environment. Check the environment and the secret.',
  ),
  INVALID_PRODUCT: rule(
    'not_permitted',
    () => 'These Plaid keys have no right to one of the products asked for. Check the products in the settings.',
    { repair: 'check_keys' },
  ),
  USER_PERMISSION_REVOKED: rule(
    'access_revoked',
    (bank) => `The access to ${bank} was withdrawn by its holder. Sign in again to allow it anew.`,
  ),
  ITEM_LOCKED: rule(
    'user_action_at_bank',
    (bank) =>
      `${bank} has locked this login after failed attempts. Unlock it on the bank's own site, then sign in again.`,
  ),
  USER_SETUP_REQUIRED: rule(
    'user_action_at_bank',
    (bank) => `${bank} wants something settled on its own site first, such as new terms. Do that, then sign in again.`,
  ),
  PASSWORD_RESET_REQUIRED: rule(
    'user_action_at_bank',
    (bank) => `${bank} asks for a new password. Set it on the bank's own site, then sign in again.`,
  ),
  MFA_NOT_SUPPORTED: rule(
    'user_action_at_bank',
    (bank) =>
      `${bank} uses a second sign-in step that Plaid cannot pass. Change it on the bank's site or use another login.`,
  ),
  ITEM_NOT_SUPPORTED: rule(
    'user_action_at_bank',
    (bank) => `Plaid cannot read this kind of login at ${bank}. Use another login or another bank.`,
  ),
  INVALID_UPDATED_USERNAME: rule(
    'feed_gone',
    (bank) =>
      `The user name at ${bank} has changed, which a new sign-in cannot repair. Remove the connection and link it anew.`,
  ),
  INSTITUTION_DOWN: bankAway,
  INSTITUTION_NOT_RESPONDING: bankAway,
  INSTITUTION_NOT_AVAILABLE: bankAway,
  INSTITUTION_NO_LONGER_SUPPORTED: rule(
    'not_supported',
    (bank) => `Plaid no longer supports ${bank}. Ask Plaid's support which way remains.`,
    { repair: 'contact_support' },
  ),
  UNSUPPORTED_RESPONSE: rule(
    'not_supported',
    (bank) => `Plaid could not read the answer of ${bank}. Ask Plaid's support.`,
    { repair: 'contact_support' },
  ),
  UNAUTHORIZED_INSTITUTION: registration,
  INSTITUTION_REGISTRATION_REQUIRED: registration,
  INTERNAL_SERVER_ERROR: ownProblem,
  PLANNED_MAINTENANCE: rule(
    'provider_down',
    () => 'Plaid is down for planned maintenance. Daybook tries again later.',
    {
      retryAfterMs: 15 * MINUTE,
    },
  ),
  LAST_UPDATED_DATETIME_OUT_OF_RANGE: rule(
    'nothing_there',
    (bank) => `${bank} has no fresh balance at the moment. The last known balance stays, with its age.`,
  ),
  INVALID_LINK_TOKEN: restartLink,
  INVALID_PUBLIC_TOKEN: restartLink,
  TRIAL_CONNECTION_LIMIT: quota(
    'All bank connections of the Plaid trial plan are used up, for good. Change the plan in the Plaid dashboard to link more.',
  ),
  CREDITS_EXHAUSTED: quota('The Plaid account has no credits left. Buy credits in the Plaid dashboard.'),
  INSTITUTION_RATE_LIMIT: rule(
    'rate_limited',
    (bank) => `${bank} limits how often it may be asked. Daybook tries again in an hour.`,
    { retryAfterMs: HOUR },
  ),
};

export const tooFast = rule(
  'rate_limited',
  () => 'Plaid asks for a pause between requests. Daybook waits and tries again.',
  {
    retryAfterMs: MINUTE,
  },
);

/** For codes that no rule names: their type still tells whether waiting can help. */
const BY_TYPE: Readonly<Record<string, Rule>> = {
  RATE_LIMIT_EXCEEDED: tooFast,
  INSTITUTION_ERROR: bankAway,
  API_ERROR: ownProblem,
};

export const cursorBad = rule(
  'cursor_bad',
  (bank) => `Plaid no longer accepts our place in the list of ${bank}. Daybook reads the whole list again.`,
);

/** The rule of a code, else of its type. */
export function ruleOf(errorType: string, errorCode: string): Rule | undefined {
  // Both come from outside: a code such as "constructor" must not find what every object has.
  if (Object.hasOwn(RULES, errorCode)) return RULES[errorCode];
  return Object.hasOwn(BY_TYPE, errorType) ? BY_TYPE[errorType] : undefined;
}
