/**
 * What our own pages may do, as response headers. Both hosts serve the same pages under the same policy.
 *
 * Bank text is hostile by assumption: should a piece of it ever become markup, it could neither run a script, nor load
 * anything, nor send anything away.
 */

/** `app`: every screen. `link`: the one page that holds Plaid's script, on an origin of its own without the API. */
export type PageKind = 'app' | 'link';

const APP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  // A text can never be taken for markup that runs, whatever a library of the renderer does with it.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Plaid's documentation, "Content Security Policy" of Link for the web; its script styles its own frame inline. */
const LINK_POLICY = [
  "default-src 'none'",
  "script-src 'self' https://cdn.plaid.com/link/v2/stable/link-initialize.js",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  'frame-src https://cdn.plaid.com/',
  "connect-src 'self' https://production.plaid.com/ https://sandbox.plaid.com/",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const NO_FEATURES = [
  'camera',
  'microphone',
  'geolocation',
  'display-capture',
  'usb',
  'serial',
  'hid',
  'bluetooth',
  'payment',
  'midi',
  'clipboard-read',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

export function securityHeaders(kind: PageKind): Record<string, string> {
  return {
    'content-security-policy': kind === 'app' ? APP_POLICY : LINK_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': NO_FEATURES,
    'x-frame-options': 'DENY',
    // The link page answers the screen that opened it, from another origin.
    'cross-origin-opener-policy': kind === 'app' ? 'same-origin-allow-popups' : 'unsafe-none',
    'cross-origin-resource-policy': 'same-origin',
  };
}
