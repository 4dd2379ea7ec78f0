/** What this page and the screens that opened it say to each other. */
export type LinkMessage = { readonly daybook: 'ready' | 'ended' };
export type LinkOrder = { readonly linkToken: string };

/**
 * Tells the screens. The message says nothing but that something happened, so it may be heard by whoever opened the page.
 */
export function sayTo(opener: Window | null, message: LinkMessage): void {
  opener?.postMessage(message, '*');
}

/** A link token from the screens; null for anything else. */
export function orderOf(data: unknown): LinkOrder | null {
  if (typeof data !== 'object' || data === null || !('linkToken' in data)) return null;
  const { linkToken } = data;
  return typeof linkToken === 'string' && /^link-[a-z]+-[\w-]{1,200}$/.test(linkToken) ? { linkToken } : null;
}
