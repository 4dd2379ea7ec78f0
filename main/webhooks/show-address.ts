import { record } from '../audit/trail.ts';
import { DaybookError } from '../core/errors.ts';
import { readSetting } from '../store/settings.ts';
import { liveChannel } from './channel.ts';
import type { WebhookParts } from './parts.ts';
import { providerOfSecret, registerPathSecrets, secretAddress } from './path-secrets.ts';
import { webhookSetting } from './settings.ts';

/**
 * The address that a person enters at a provider that does not sign. Whoever has it can send hints, so it is told here
 * alone and the trail keeps that it was. The relay hears its hash first: an address that is shown works.
 */
export async function showAddress(
  parts: WebhookParts,
  connectionId: string,
  actor: string,
  stop: AbortSignal,
): Promise<string> {
  const { store, ports } = parts;
  const connection = await store.read
    .selectFrom('connection')
    .select('kind')
    .where('id', '=', connectionId)
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  if (connection === undefined)
    throw new DaybookError('usage', 'There is no such connection. Look at the connections for its id.', {
      path: 'connectionId',
    });
  const provider = providerOfSecret(connection.kind);
  if (provider === null)
    throw new DaybookError(
      'not_supported',
      'Daybook sets the address of this connection by itself; only business events of Dynamics 365 are entered by hand.',
    );
  const { relayUrl } = await readSetting(store.read, webhookSetting);
  const channel = relayUrl === null ? null : await liveChannel(store.read);
  if (channel === null)
    throw new DaybookError('usage', 'Webhooks are off. Give the address of a relay first, then there is one to show.');
  await registerPathSecrets(parts, channel, provider, stop);
  const address = await secretAddress(parts, channel, provider, connectionId);
  if (address === null) throw new DaybookError('stale', 'Another Daybook changed the channel meanwhile. Look again.');
  await store.write((trx) =>
    record(trx, ports.clock, {
      ...{ actor, action: 'webhooks.address_shown', subject: `connection:${connectionId}`, data: {} },
    }),
  );
  return address;
}
