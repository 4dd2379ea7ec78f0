/** A longer text is cut: the log is no place for whole answers. */
const MAX_TEXT = 8_192;

type Shape = readonly [pattern: RegExp, replace: (match: string, ...groups: string[]) => string];

const secret = () => '[secret]';

/**
 * Shapes of what must not be shown, in order: what is longer or surer comes first. Every repetition is bounded or cannot
 * overlap with what follows it, so that no text makes them slow.
 */
const SHAPES: readonly Shape[] = [
  // A PEM block, also one that was cut off.
  [/-----BEGIN [A-Z0-9 ]{1,60}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,60}-----|$)/g, secret],
  // JSON Web Token, also one that was cut off.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, secret],
  [/\b(Bearer\s+|Basic\s+(?=[a-z0-9+/]{16}))[^\s"',;]{8,}/gi, (_match, scheme = '') => `${scheme}[secret]`],
  // Plaid's tokens: access-production-…
  [
    /\b(?:access|public|link|processor|user|asset-report|audit-copy)-(?:sandbox|development|production)-[\w-]+/gi,
    secret,
  ],
  [/\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+/g, secret],
  // A Plaid secret (30 hex digits) and an Entra client secret (its third to sixth characters give it away).
  [/\b[0-9a-f]{30}\b/g, secret],
  [/[\w~.-]{3}\dQ~[\w~.-]{31,64}/g, secret],
  // name=value and "name":"value", also inside JSON that is itself in JSON.
  [
    /\b([\w-]{0,40}(?:secret|passw(?:or)?d|passphrase|token|assertion|api[_-]?key)[\w-]{0,40})(\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)([^\s"'&,;\\}]+)/gi,
    (match, name = '', between = '') => (/endpoint|url|type/i.test(name) ? match : `${name}${between}[secret]`),
  ],
  // Web addresses keep scheme, host and path.
  [
    /\b([a-z][a-z0-9+.-]{1,20}:\/\/)(?:[^\s/"'<>@]{1,200}@)?([^\s"'<>?#]*)(?:[?#][^\s"'<>]*)?/gi,
    (_m, s = '', rest = '') => s + rest,
  ],
  [/(^|[\s"'(])(\/[^\s"'<>?]{0,500})\?[^\s"'<>]*/g, (_match, before = '', path = '') => before + path],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,8}(?: ?[A-Z0-9]{1,4})?\b/gi, (match) => maskIban(match)],
  // A card number in groups, then any long run of digits. Digits after a decimal point, inside words and in UUIDs stay.
  [/(?<![\w.-])\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}(?![\w-])/g, (match) => `…${match.slice(-4)}`],
  [
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?<![\w.])\d{8,}(?![\w]|\.\d)/gi,
    (match) => (match.includes('-') ? match : `…${match.slice(-4)}`),
  ],
];

/**
 * The text without secrets, whole account numbers and query strings. A second pass changes nothing.
 * Use `redact` for values: it also knows what a field's name says.
 */
export function redactText(text: string): string {
  let shown = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  for (const [pattern, replace] of SHAPES) shown = shown.replace(pattern, replace);
  return text.length > MAX_TEXT ? `${shown} [${text.length - MAX_TEXT} more characters]` : shown;
}

/** Words around an IBAN look like groups of it, so every run of groups is tried, longest first. */
function maskIban(match: string): string {
  const groups = match.split(' ');
  for (let start = 0; start < groups.length; start++)
    for (let end = groups.length; end > start; end--) {
      const plain = groups.slice(start, end).join('');
      if (isIban(plain.toUpperCase()))
        return [...groups.slice(0, start), `…${plain.slice(-4)}`, ...groups.slice(end)].join(' ');
    }
  return match;
}

/** ISO 13616: the rearranged text, letters as 10 to 35, leaves 1 when divided by 97. */
export function isIban(plain: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  let remainder = 0;
  for (const character of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
