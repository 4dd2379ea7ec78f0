/**
 * Chromium alone cannot be taught a scheme of our own, so `app://HOST/…` is opened as `https://HOST.app-scheme.test/…`:
 * a secure origin of its own, never sent to a network. Main and the specs see `app://` only.
 */
const SUFFIX = '.app-scheme.test';

export function toChromium(url: string): string {
  const match = /^app:\/\/([^/?#]*)(.*)$/s.exec(url);
  return match ? `https://${match[1]}${SUFFIX}${match[2]}` : url;
}

export function toElectron(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || !parsed.host.endsWith(SUFFIX)) return url;
  return `app://${parsed.host.slice(0, -SUFFIX.length)}${parsed.pathname}${parsed.search}${parsed.hash}`;
}
