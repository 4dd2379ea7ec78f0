import { z } from 'zod';
import { DaybookError } from '../../core/errors.ts';
import type { FeedRecord } from '../capabilities.ts';
import { cursorBad, MINUTE, ownProblem, type Rule, rule, ruleOf, tooFast } from './error-rules.ts';

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

const text = z.string().nullish().catch(null);

/** plaid.com/docs/errors: `error_type` and `error_code` are always there; the rest may be missing in webhooks. */
export const plaidError = z.object({
  error_type: z.string(),
  // Shown in sentences, so it stays short whatever stands there.
  error_code: z.string().transform((code) => code.slice(0, 80)),
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
  const named = ruleOf(body.error_type, body.error_code);
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
