import { z } from 'zod';
import { DaybookError, type ErrorCode, type ErrorDetails } from '../../core/errors.ts';
import type { FeedRecord } from '../capabilities.ts';

/**
 * The one place where Plaid's errors become ours. It takes only the answer's status and body: an axios error or a
 * request never comes here, because those hold the secret and the access token. Branches on `error_type` and
 * `error_code` alone, as Plaid asks (plaid.com/docs/errors).
 */
export type FailedAnswer = {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
};

/** What the request was about, so that the sentence can name the bank. */
export type About = {
  readonly endpoint: string;
  readonly bank: string | null;
  /** True when the request carried a stored cursor. */
  readonly withCursor?: boolean;
};

type Rule = {
  readonly code: ErrorCode;
  readonly say: (bank: string) => string;
  readonly details?: Pick<ErrorDetails, 'retryable' | 'repair' | 'retryAfterMs'>;
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const rule = (code: ErrorCode, say: Rule['say'], details: Rule['details'] = {}): Rule => ({ code, say, details });

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
const ownProblem = rule('provider_busy', () => 'Plaid had a problem of its own. Daybook tries again.', {
  retryAfterMs: MINUTE,
});
const quota = (say: string) => rule('quota_used_up', () => say, { retryable: false });

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

const tooFast = rule('rate_limited', () => 'Plaid asks for a pause between requests. Daybook waits and tries again.', {
  retryAfterMs: MINUTE,
});

/** For codes that no rule names: their type still tells whether waiting can help. */
const BY_TYPE: Readonly<Record<string, Rule>> = {
  RATE_LIMIT_EXCEEDED: tooFast,
  INSTITUTION_ERROR: bankAway,
  API_ERROR: ownProblem,
};

const cursorBad = rule(
  'cursor_bad',
  (bank) => `Plaid no longer accepts our place in the list of ${bank}. Daybook reads the whole list again.`,
);

const text = z.string().nullish().catch(null);

/** plaid.com/docs/errors: `error_type` and `error_code` are always there; the rest may be missing in webhooks. */
export const plaidError = z.object({
  error_type: z.string(),
  error_code: z.string(),
  request_id: text,
  status: z.number().nullish().catch(null),
});
export type PlaidErrorBody = z.infer<typeof plaidError>;

const plaidErrorText = z
  .string()
  .transform((body, context): unknown => {
    try {
      return JSON.parse(body);
    } catch {
      context.addIssue({ code: 'custom', message: 'not JSON' });
      return z.NEVER;
    }
  })
  .pipe(plaidError);

/** The error that an answer outside 2xx stands for. */
export function errorOfAnswer(answer: FailedAnswer, about: About): DaybookError {
  const body = plaidErrorIn(answer.text);
  if (body === null) return withoutBody(answer);
  return errorOf(ruleFor(body, answer.status, about), body, about.bank, answer.retryAfterMs);
}

/** An Item's own trouble (`item.error`), as the feed's. */
export function troubleOf(body: PlaidErrorBody, bank: string | null): FeedRecord['trouble'] {
  const error = errorOf(ruleFor(body, body.status ?? 400, { endpoint: '/item/get', bank }), body, bank, undefined);
  return { code: error.code, sentence: error.message, providerCode: body.error_code };
}

function plaidErrorIn(body: string): PlaidErrorBody | null {
  const parsed = plaidErrorText.safeParse(body);
  return parsed.success ? parsed.data : null;
}

function ruleFor(body: PlaidErrorBody, status: number, about: About): Rule {
  // The only field of this request that varies is the cursor (seen: "cursor not associated with access_token").
  if (body.error_code === 'INVALID_FIELD' && about.endpoint === '/transactions/sync' && about.withCursor === true)
    return cursorBad;
  const named = RULES[body.error_code] ?? BY_TYPE[body.error_type];
  if (named !== undefined) return named;
  if (status === 429) return tooFast;
  if (status >= 500) return ownProblem;
  return rule(
    'answer_unexpected',
    (bank) => `Plaid reports a problem with ${bank} that Daybook does not know (${body.error_code}). Ask support.`,
  );
}

function errorOf(
  found: Rule,
  body: PlaidErrorBody,
  bank: string | null,
  retryAfterMs: number | undefined,
): DaybookError {
  return new DaybookError(found.code, sentence(found.say(bank ?? 'the bank')), {
    ...found.details,
    providerCode: body.error_code,
    requestId: body.request_id ?? undefined,
    retryAfterMs: retryAfterMs ?? found.details?.retryAfterMs,
  });
}

function withoutBody(answer: FailedAnswer): DaybookError {
  const providerCode = `HTTP ${answer.status}`;
  const { retryAfterMs } = answer;
  if (answer.status === 429)
    return new DaybookError('rate_limited', tooFast.say(''), { providerCode, retryAfterMs: retryAfterMs ?? MINUTE });
  if (answer.status >= 500)
    return new DaybookError('provider_busy', 'Plaid could not be reached properly. Daybook tries again.', {
      providerCode,
      retryAfterMs: retryAfterMs ?? MINUTE,
    });
  return new DaybookError(
    'answer_unreadable',
    'The answer did not come from Plaid as expected, perhaps a proxy stands between. Daybook tries again.',
    { providerCode },
  );
}

/** A sentence that begins with "the bank" begins with a capital. */
function sentence(said: string): string {
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** `fields` are names of fields only, never their values. */
export function unexpectedAnswer(endpoint: string, fields: readonly string[], requestId?: string): DaybookError {
  const where = fields.length === 0 ? '' : ` (${fields.slice(0, 5).join(', ')})`;
  return new DaybookError(
    'answer_unexpected',
    `Plaid's answer to ${endpoint} does not have the agreed form${where}. Nothing was changed; ask support.`,
    { requestId },
  );
}

/** The token names its environment: a wrong one is found before it travels. */
export function wrongEnvironmentToken(bank: string | null): DaybookError {
  return new DaybookError(
    'wrong_environment',
    sentence(
      `${bank ?? 'this bank'} was linked in another Plaid environment than this connection's. Check the environment.`,
    ),
  );
}
