import { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import type { Setting } from '../store/settings.ts';

export type WebhookSettings = {
  /** Address of the relay, without a slash at its end; null: webhooks are off. */
  readonly relayUrl: string | null;
  /** Also read the lists of sent notices that providers keep, where the account offers it. */
  readonly readLists: boolean;
};

export const webhookSetting: Setting<WebhookSettings> = {
  name: 'webhooks',
  schema: z.object({ relayUrl: z.string().nullable(), readLists: z.boolean() }),
  fallback: { relayUrl: null, readLists: false },
};

/**
 * The address of a relay as it is kept. Plain http only on this computer, for trying.
 * @throws DaybookError `usage`
 */
export function checkedRelayUrl(given: string): string {
  const url = URL.parse(given.trim());
  const loopback = url !== null && /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
  const isWeb = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback));
  if (!isWeb || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new DaybookError(
      'usage',
      'The address of the relay must begin with https:// and hold no user name and no question mark.',
      { path: 'relayUrl' },
    );
  return url.href.replace(/\/+$/, '');
}
