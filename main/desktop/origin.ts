/** Where our own pages live. A scheme of our own: no `file:` rights, an origin that no web page can have. */
export const SCHEME = 'app';
export const APP_ORIGIN = 'app://daybook';
/** The page with Plaid's script: another origin, so that the script cannot reach the screens or the API. */
export const LINK_ORIGIN = 'app://link';

/** The origin of an address of our scheme; null for any other. Node's URL gives such a scheme no `origin`. */
export function ownOrigin(url: string): typeof APP_ORIGIN | typeof LINK_ORIGIN | null {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== `${SCHEME}:` || parsed.username !== '' || parsed.password !== '' || parsed.port !== '')
    return null;
  if (parsed.host === 'daybook') return APP_ORIGIN;
  return parsed.host === 'link' ? LINK_ORIGIN : null;
}

/** True for a link that may be handed to the system's browser: https, and no name and password hidden in it. */
export function isWebLink(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' && parsed.username === '' && parsed.password === '';
}

/** True for a letter that a person's own mail program begins: subject and text, addressed and attached to nothing. */
export function isMailDraft(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'mailto:' || parsed.pathname !== '' || parsed.hash !== '') return false;
  return [...parsed.searchParams.keys()].every((name) => name === 'subject' || name === 'body');
}

/** True for a page that is served on this computer, by its number and a port: the practice banks' sign-in. */
export function isLoopbackLink(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed?.protocol === 'http:' &&
    parsed.hostname === '127.0.0.1' &&
    parsed.port !== '' &&
    parsed.username === '' &&
    parsed.password === ''
  );
}
