import { DaybookError } from '../core/errors.ts';

/** What the browser brought back from a provider's sign-in page. */
export type SignInReturn = { readonly state: string } & (
  | { readonly code: string }
  /** The provider's refusal (RFC 6749, 4.1.2.1). */
  | { readonly error: string }
);

/**
 * Reads the address at which the browser landed, as a person pastes it: the whole of it, or what follows its question
 * mark. Each part is decoded exactly once: a code may hold characters that a second decoding would spoil.
 * @throws DaybookError `usage`
 */
export function readSignInReturn(pasted: string): SignInReturn {
  // A mail program or a terminal may have broken the line.
  const text = pasted.replace(/\s+/g, '');
  const mark = text.indexOf('?');
  const [query = ''] = text.slice(mark + 1).split('#');
  const given = new Map<string, string>();
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(0, equals));
    if (name !== 'code' && name !== 'state' && name !== 'error') continue;
    if (given.has(name)) throw notTheAddress();
    given.set(name, decodeOnce(part.slice(equals + 1)));
  }
  const state = given.get('state');
  const code = given.get('code');
  const error = given.get('error');
  if (!state) throw notTheAddress();
  if (error) return { state, error };
  if (!code) throw notTheAddress();
  return { state, code };
}

/** A plus sign stays one: no code or state holds a space. */
function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (thrown) {
    if (thrown instanceof URIError) throw notTheAddress();
    throw thrown;
  }
}

function notTheAddress(): DaybookError {
  return new DaybookError(
    'usage',
    'This is not the address at which the browser landed after the sign-in. Copy the whole of it, with all that follows its question mark, and paste it again.',
    { path: 'address' },
  );
}

/** The provider's refusal in our words. Its own description may quote anything, so it is not repeated. */
export function refusedReturn(error: string, title: string): DaybookError {
  const details = { providerCode: error.slice(0, 60) };
  switch (error) {
    case 'access_denied':
      return new DaybookError(
        'not_permitted',
        `The access was not granted on the page of ${title}. Nothing was changed; start again and agree, or ask an administrator who may.`,
        details,
      );
    case 'server_error':
    case 'temporarily_unavailable':
      return new DaybookError(
        'provider_down',
        `${title} could not finish the sign-in just now. Start it again in a few minutes.`,
        details,
      );
    case 'invalid_request':
    case 'invalid_scope':
    case 'unauthorized_client':
    case 'unsupported_response_type':
      return new DaybookError(
        'registration_needed',
        `${title} does not take this application as it is registered. Check its client id, return address and rights there.`,
        details,
      );
    default:
      return new DaybookError(
        'answer_unexpected',
        `${title} refused the sign-in for a reason that Daybook does not know. Start it again; if it comes back, contact support.`,
        details,
      );
  }
}
