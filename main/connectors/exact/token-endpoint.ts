import { z } from 'zod';
import type { Http, HttpAnswer } from '../../core/http.ts';
import type { ExactSettings } from './config.ts';
import { ACCESS_LASTS_MS } from './kept-tokens.ts';

const TIMEOUT_MS = 30_000;

export type Grant =
  | { readonly grant_type: 'authorization_code'; readonly code: string; readonly redirect_uri: string }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string };

/** Whatever an answer brought; a refusal may bring a refresh token as well. */
export type Issued = {
  readonly refreshToken: string | null;
  readonly access: { readonly token: string; readonly lastsMs: number } | null;
};

/**
 * POST /api/oauth2/token, one attempt and never cancelled: what it answers may be the only valid token.
 * @throws DaybookError of the transport (`core/http.ts`).
 */
export function askToken(http: Http, settings: ExactSettings, clientSecret: string, grant: Grant): Promise<HttpAnswer> {
  const form = new URLSearchParams({ ...grant, client_id: settings.clientId, client_secret: clientSecret });
  return http.send({
    method: 'POST',
    url: `${settings.base}/api/oauth2/token`,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: form.toString(),
    timeoutMs: TIMEOUT_MS,
    retry: 'never',
  });
}

const answerBody = z.looseObject({
  access_token: z.string().min(1).nullish().catch(null),
  refresh_token: z.string().min(1).nullish().catch(null),
  /** Seconds, as a text: "600". */
  expires_in: z.coerce.number().positive().nullish().catch(null),
});

/** Reads tokens out of any answer: a refused refresh has been seen to bring a new refresh token (facts 1.3). */
export function readIssued(answer: HttpAnswer): Issued {
  const parsed = answerBody.safeParse(jsonOf(answer.text));
  const { access_token = null, refresh_token = null, expires_in } = parsed.success ? parsed.data : {};
  const lastsMs = expires_in ? expires_in * 1000 : ACCESS_LASTS_MS;
  return { refreshToken: refresh_token, access: access_token === null ? null : { token: access_token, lastsMs } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
