import { z } from 'zod';
import { DaybookError, type ErrorCode } from '../../core/errors.ts';
import { type HttpAnswer, retryAfterMs } from '../../core/http.ts';

/** What the token endpoint said when it gave no usable token. Facts 1.3, the table. */
export type TokenRefusal =
  /** Less than 570 seconds since the last one: the access token that is held stays good. */
  | { readonly kind: 'too_early' }
  /** The refresh token can never be used again. */
  | { readonly kind: 'ended'; readonly why: 'expired' | 'broken' | 'used' }
  /** `issued`: whether new tokens may exist that this answer does not hold. */
  | { readonly kind: 'failed'; readonly issued: 'none' | 'unknown'; readonly error: DaybookError };

/** The answer's own words; they may quote dates and tokens, so they are matched here and kept nowhere. */
const refusalBody = z.looseObject({ error: z.string().nullish(), error_description: z.string().nullish() });

export function judgeRefusal(answer: HttpAnswer, grant: 'code' | 'refresh', now: number): TokenRefusal {
  const { status, text } = answer;
  const reason = answer.headers.get('reason') ?? '';
  const body = bodyOf(text);
  const error = body?.error ?? null;
  const words = `${error ?? ''} ${body?.error_description ?? ''} ${body === null ? text : ''} ${reason}`;
  const fail = (code: ErrorCode, sentence: string, issued: 'none' | 'unknown' = 'none'): TokenRefusal => ({
    kind: 'failed',
    issued,
    error: new DaybookError(code, sentence, {
      providerCode: error ?? `HTTP ${status}`,
      retryAfterMs: retryAfterMs(answer.headers, now),
    }),
  });

  const slowDown = () =>
    fail('rate_limited', 'Exact Online asked Daybook to slow down; it tries again by itself in a while.');
  if (status === 429) return slowDown();
  if (status >= 500)
    return fail('provider_down', 'Exact Online cannot be reached just now; Daybook tries again by itself.', 'unknown');
  if (status < 300)
    return fail(
      'answer_unreadable',
      'Exact Online gave an unreadable answer to the sign-in; Daybook tries again by itself.',
      'unknown',
    );
  if (status < 400)
    return fail(
      'answer_unexpected',
      'Exact Online sent the sign-in to another address, which Daybook does not follow. Check the country site of the connection.',
    );
  if (/TooEarlyToRefresh|access_token not expired/i.test(words)) return { kind: 'too_early' };
  // The limit of token calls a day (facts 1.3).
  if (/rate limit exceeded/i.test(words)) return slowDown();
  if (error === 'invalid_client' || /client[ _]?secret|client[ _]?id|unknown client|invalid client/i.test(words))
    return fail(
      'wrong_keys',
      'Exact Online does not know this client ID with this client secret; check both, and the country site.',
    );
  if (/callback|redirect[ _]?uri/i.test(words))
    return fail(
      'wrong_keys',
      'Exact Online does not accept the return address; it must be exactly the registered one.',
    );
  if (status === 403)
    return fail(
      'not_permitted',
      'Exact Online blocks this application for the present; ask whoever registered it, or try again in an hour.',
    );
  if (grant === 'code')
    return fail(
      'link_expired',
      'The sign-in took too long or its address was used before; Exact Online takes it once, within three minutes. Start the sign-in again.',
    );
  if (/old refresh token used/i.test(words)) return { kind: 'ended', why: 'used' };
  if (/refresh token expired/i.test(words)) return { kind: 'ended', why: 'expired' };
  if (error === 'invalid_grant' || /chainId/i.test(words)) return { kind: 'ended', why: 'broken' };
  if (error === 'unauthorized_client')
    return fail(
      'registration_needed',
      'Exact Online does not let this application renew the sign-in; check its registration in the App Centre.',
    );
  return fail(
    'answer_unexpected',
    'Exact Online refused to renew the sign-in for a reason that Daybook does not know. Sign in again; if it comes back, contact support.',
  );
}

/** Why a sign-in is over, for the person who signs in again. */
export function endOf(
  why: 'expired' | 'broken' | 'used',
  interrupted: boolean,
): { readonly code: 'signed_out' | 'signed_in_elsewhere'; readonly sentence: string } {
  if (why === 'expired')
    return {
      code: 'signed_out',
      sentence: 'The sign-in to Exact Online was not used for 30 days and has ended. Sign in again; nothing is lost.',
    };
  if (interrupted)
    return {
      code: 'signed_out',
      sentence:
        'Daybook was interrupted while it renewed the sign-in to Exact Online, and the new one was lost. Sign in again; nothing else is lost.',
    };
  if (why === 'used')
    return {
      code: 'signed_in_elsewhere',
      sentence:
        'This user has signed in to Exact Online with the same application on another computer, and only the latest sign-in counts. Sign in again here, or give each computer an Exact user of its own.',
    };
  return {
    code: 'signed_out',
    sentence:
      'Exact Online no longer accepts the sign-in of this connection; the same user may have signed in on another computer, or taken the access away. Sign in again; nothing is lost.',
  };
}

function bodyOf(text: string): z.infer<typeof refusalBody> | null {
  try {
    const parsed = refusalBody.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
