/** Plaid's errors in their exact shape (plaid.com/docs/errors): type and HTTP status by code. */

type Kind = readonly [type: string, status: number, message: string, display?: string];

const item = (message: string, display?: string): Kind =>
  display === undefined ? ['ITEM_ERROR', 400, message] : ['ITEM_ERROR', 400, message, display];
const input = (message: string): Kind => ['INVALID_INPUT', 400, message];
const request = (message: string): Kind => ['INVALID_REQUEST', 400, message];
// Institution errors come with 400 although they pass by themselves.
const institution = (message: string): Kind => [
  'INSTITUTION_ERROR',
  400,
  message,
  'This financial institution is not currently responding to requests. We apologize for the inconvenience.',
];

const KINDS = {
  MISSING_FIELDS: request('the following required fields are missing'),
  UNKNOWN_FIELDS: request('the following fields are not recognized by this endpoint'),
  INVALID_FIELD: request('a field has an unexpected value'),
  INVALID_BODY: request('body could not be parsed as JSON'),
  NOT_FOUND: ['INVALID_REQUEST', 404, 'the requested endpoint was not found'],
  INVALID_API_KEYS: input('invalid client_id or secret provided'),
  UNAUTHORIZED_ENVIRONMENT: input('you are not authorized to create items in this api environment'),
  INVALID_ACCESS_TOKEN: input('could not find matching access token'),
  INVALID_PUBLIC_TOKEN: input('could not find matching public token'),
  INVALID_LINK_TOKEN: input('could not find matching link token'),
  INVALID_WEBHOOK_VERIFICATION_KEY_ID: input('invalid key_id provided. no key with this key_id exists'),
  INVALID_ACCOUNT_ID: input('failed to find requested account ID for requested item'),
  INVALID_INSTITUTION: input('invalid institution_id provided'),
  INVALID_PRODUCT: input('client is not authorized to access the following products'),
  ADDITIONAL_CONSENT_REQUIRED: input('client does not have user consent to access this product'),
  ITEM_NOT_FOUND: item('The Item you requested cannot be found. It has been removed or its access was revoked.'),
  ITEM_LOGIN_REQUIRED: item(
    "the login details of this item have changed (credentials, MFA, or required user action) and a user login is required to update this information. use Link's update mode to restore the item to a good state",
    'Your account is not connected. Please sign in again.',
  ),
  ITEM_LOCKED: item('the account is locked', 'The account is locked. Please unlock it at your bank.'),
  USER_SETUP_REQUIRED: item('the account has not been fully set up', 'Your account needs to be set up at your bank.'),
  PASSWORD_RESET_REQUIRED: item('a password reset is required', 'Your bank asks for a new password.'),
  ACCESS_NOT_GRANTED: item('access to this product was not granted for the account'),
  NO_ACCOUNTS: item('no valid accounts were found for this item'),
  NO_AUTH_ACCOUNTS: item('no eligible auth accounts were found for this item'),
  NO_INVESTMENT_ACCOUNTS: item('no investment accounts were found for this item'),
  PRODUCT_NOT_READY: item(
    'the requested product is not yet ready. please provide a webhook or try the request again later',
  ),
  PRODUCTS_NOT_SUPPORTED: item('this product is not supported by the institution'),
  USER_PERMISSION_REVOKED: item('the user has revoked access to their data'),
  INSTITUTION_DOWN: institution('this institution is not currently responding to this request'),
  INSTITUTION_NOT_RESPONDING: institution('this institution is not currently responding to this request'),
  INSTITUTION_NOT_AVAILABLE: institution('this institution is not currently available'),
  TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION: [
    'TRANSACTIONS_ERROR',
    400,
    'Underlying transaction data changed since last page was fetched. Please restart pagination from last update.',
  ],
  LAST_UPDATED_DATETIME_OUT_OF_RANGE: ['INVALID_RESULT', 400, 'requested datetime out of range'],
  RATE_LIMIT: ['RATE_LIMIT_EXCEEDED', 429, 'rate limit exceeded for attempts to access this endpoint'],
  TRIAL_CONNECTION_LIMIT: ['RATE_LIMIT_EXCEEDED', 429, 'trial connection limit reached'],
  INTERNAL_SERVER_ERROR: ['API_ERROR', 500, 'an unexpected error occurred'],
  PLANNED_MAINTENANCE: ['API_ERROR', 503, 'the Plaid API is undergoing planned maintenance'],
} as const satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof KINDS;

/** Thrown by an endpoint; the server turns it into an answer. */
export class PlaidProblem extends Error {
  readonly code: ProblemCode;
  /** The code as sent, where it differs (each endpoint has its own rate limit code). */
  readonly sentCode: string;

  constructor(code: ProblemCode, message?: string, sentCode: string = code) {
    super(message ?? KINDS[code][2]);
    this.code = code;
    this.sentCode = sentCode;
  }
}

/** The error's fields, in alphabetical order. */
export function problemBody(problem: PlaidProblem, requestId: string | null) {
  const kind: Kind = KINDS[problem.code];
  const [type] = kind;
  return {
    display_message: kind[3] ?? null,
    documentation_url: `https://plaid.com/docs/?ref=error#${type.toLowerCase().replaceAll('_', '-')}`,
    error_code: problem.sentCode,
    error_code_reason: null,
    error_message: problem.message,
    error_type: type,
    ...(requestId === null ? {} : { request_id: requestId }),
    suggested_action: null,
  };
}

export function problemStatus(problem: PlaidProblem): number {
  return KINDS[problem.code][1];
}

/** `/transactions/sync` answers TRANSACTIONS_SYNC_LIMIT, `/accounts/get` ACCOUNTS_LIMIT, and so on. */
export function rateLimit(path: string): PlaidProblem {
  const codes: Readonly<Record<string, string>> = {
    '/transactions/sync': 'TRANSACTIONS_SYNC_LIMIT',
    '/transactions/refresh': 'TRANSACTIONS_REFRESH_LIMIT',
    '/accounts/get': 'ACCOUNTS_LIMIT',
    '/accounts/balance/get': 'BALANCE_LIMIT',
    '/auth/get': 'AUTH_LIMIT',
    '/identity/get': 'IDENTITY_LIMIT',
    '/item/get': 'ITEM_GET_LIMIT',
  };
  return new PlaidProblem('RATE_LIMIT', undefined, codes[path] ?? 'RATE_LIMIT');
}
