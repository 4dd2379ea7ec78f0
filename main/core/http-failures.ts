import { DaybookError } from './errors.ts';

/** What is said about a request that brought no whole answer. `id` finds its lines in the log. */
export type Attempted = { readonly host: string; readonly id: string; readonly timeoutMs: number };

const TIME_LIMITS = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
const NOT_FOUND = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME'];
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS/;

/** The time limit passed before the whole answer was there. */
export function timeout(attempted: Attempted, cause?: unknown): DaybookError {
  const seconds = Math.max(1, Math.round(attempted.timeoutMs / 1000));
  return new DaybookError(
    'timeout',
    `${attempted.host} did not answer within ${seconds} seconds. Daybook tries again by itself.`,
    { requestId: attempted.id, cause },
  );
}

/** The user, or the end of the program, stopped it. */
export function cancelled(attempted: Attempted, cause?: unknown): DaybookError {
  return new DaybookError('cancelled', `The request to ${attempted.host} was stopped before it was finished.`, {
    requestId: attempted.id,
    cause,
  });
}

/** `fetch` rejected: no answer came. */
export function networkLost(attempted: Attempted, thrown: unknown): DaybookError {
  const { host, id } = attempted;
  const code = networkCode(thrown);
  const details = { requestId: id, providerCode: code, cause: thrown };
  if (code !== undefined && TIME_LIMITS.includes(code)) return timeout(attempted, thrown);
  if (code !== undefined && CERTIFICATE.test(code))
    return new DaybookError(
      'network_lost',
      `The certificate of ${host} could not be checked, so nothing was sent. Ask your IT administrator whether a proxy ` +
        'stands between.',
      { ...details, retryable: false, repair: 'ask_administrator' },
    );
  if (code !== undefined && NOT_FOUND.includes(code))
    return new DaybookError(
      'network_lost',
      `${host} could not be found. Check this computer's internet connection; Daybook tries again by itself.`,
      details,
    );
  if (code === 'ECONNREFUSED')
    return new DaybookError('network_lost', `${host} accepts no connection. Daybook tries again by itself.`, details);
  return new DaybookError(
    'network_lost',
    `The connection to ${host} was lost before an answer came. Daybook tries again by itself.`,
    details,
  );
}

/** The answer broke off inside its body. */
export function cutOff(attempted: Attempted, cause?: unknown): DaybookError {
  return new DaybookError(
    'answer_unreadable',
    `The answer of ${attempted.host} broke off before its end. Nothing of it was used; Daybook tries again by itself.`,
    { requestId: attempted.id, cause },
  );
}

export function tooLarge(attempted: Attempted, maxBytes: number): DaybookError {
  return new DaybookError(
    'answer_unreadable',
    `The answer of ${attempted.host} is larger than ${Math.floor(maxBytes / 2 ** 20)} MB. Nothing of it was used; ` +
      'tell your administrator if it happens again.',
    { requestId: attempted.id, retryable: false, repair: 'ask_administrator' },
  );
}

/** The system's code of a failed fetch; undici wraps it one or two causes deep. */
function networkCode(thrown: unknown): string | undefined {
  let at: unknown = thrown;
  for (let depth = 0; depth < 4 && typeof at === 'object' && at !== null; depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    // Both address families failed: the first failure tells enough.
    if (at instanceof AggregateError && at.errors.length > 0) at = at.errors[0];
    else at = 'cause' in at ? at.cause : undefined;
  }
  return undefined;
}
