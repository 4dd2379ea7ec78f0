import { createHash, createHmac } from 'node:crypto';
import { endsInSecret, type HookProvider, hookPath, hookProvider } from '../../relay/protocol.ts';
import { instantNow } from '../core/clock.ts';
import type { Writer } from '../store/store.ts';
import { type Channel, openSession, ownerOf, relayCalls } from './channel.ts';
import { DAYBOOK, type WebhookParts } from './parts.ts';

type SecretParts = Pick<WebhookParts, 'store' | 'vault' | 'ports'>;

/** Vault name of what all secrets of one channel and provider are made from: 32 random bytes. It never leaves the vault. */
const nameFor = (provider: HookProvider) => `hook-secret:${provider}`;

/** The provider where its addresses end in a secret of ours; null for any other kind. */
export function providerOfSecret(kind: string): HookProvider | null {
  const provider = hookProvider.safeParse(kind);
  return provider.success && endsInSecret(provider.data) ? provider.data : null;
}

/**
 * Makes the secrets of a channel, once, and tells the relay the hash of the part that it checks. To be called again is
 * harmless. @throws DaybookError when the relay cannot be reached, or refuses
 */
export async function registerPathSecrets(
  parts: SecretParts,
  channel: Channel,
  provider: HookProvider,
  stop: AbortSignal,
): Promise<void> {
  const { store, vault, ports } = parts;
  const [owner, name] = [ownerOf(channel.id), nameFor(provider)];
  const fresh = Buffer.from(ports.random.bytes(32)).toString('base64url');
  // On disk before the relay hears of it, and made by one process only.
  await store.writeDurably(async (trx) => {
    if (!(await vault.has(owner, name, trx))) await vault.put(trx, owner, name, fresh, DAYBOOK);
  });
  const secretHash = createHash('sha256')
    .update(doorPart(await vault.get(owner, name)))
    .digest('base64url');
  const { token } = await openSession(parts, channel, stop);
  await relayCalls(parts, channel.relayUrl).setHookSecret(channel.id, token, provider, secretHash, stop);
}

/**
 * What ends the address of one connection: the part that the relay checks, the same for all of a channel, and a part of
 * this connection's own, from which no other's can be told. Null where none was made.
 */
export async function pathSecretOf(
  { vault }: Pick<SecretParts, 'vault'>,
  channelId: string,
  provider: HookProvider,
  connectionId: string,
): Promise<string | null> {
  const [owner, name] = [ownerOf(channelId), nameFor(provider)];
  if (!(await vault.has(owner, name))) return null;
  const root = await vault.get(owner, name);
  return doorPart(root) + derived(root, `connection ${connectionId}`);
}

/** The whole address, secret and all: for the person who enters it at the provider, and for nothing else. */
export async function secretAddress(
  parts: Pick<SecretParts, 'vault'>,
  { id, publicUrl }: Channel,
  provider: HookProvider,
  connectionId: string,
): Promise<string | null> {
  const secret = await pathSecretOf(parts, id, provider, connectionId);
  return secret === null ? null : `${publicUrl}${hookPath(id, provider, secret)}`;
}

/** A genuine notice came by the address of this channel: a person has entered it. */
export async function addressIsInUse(
  trx: Writer,
  { ports }: Pick<SecretParts, 'ports'>,
  { connectionId, channel }: { readonly connectionId: string; readonly channel: string },
): Promise<void> {
  await trx
    .updateTable('notice_address')
    .set({ state: 'set', sentence: null, checked_at: instantNow(ports.clock) })
    .where('connection_id', '=', connectionId)
    .where('place', '=', '')
    .where('state', '<>', 'set')
    .where('url', 'like', `%/hooks/${channel}/%`)
    .execute();
}

function doorPart(root: string): string {
  return derived(root, 'door');
}

/** 43 characters, as the relay expects (`DOOR_SECRET_LENGTH`). */
function derived(root: string, use: string): string {
  return createHmac('sha256', Buffer.from(root, 'base64url')).update(use).digest('base64url');
}
