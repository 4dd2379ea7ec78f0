import type { Selectable } from 'kysely';
import { hookPath, hookProvider } from '../../relay/protocol.ts';
import { record } from '../audit/trail.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { createHttp } from '../core/http.ts';
import type { RelayChannelTable } from '../store/schema.ts';
import type { Reader } from '../store/store.ts';
import { type ChannelKeys, newChannelKeys, readChannelKeys } from './channel-keys.ts';
import type { WebhookParts } from './parts.ts';
import { createRelayCalls, type RelayCalls, type RelaySession } from './relay-calls.ts';

type ChannelParts = Pick<WebhookParts, 'store' | 'vault' | 'ports'>;
type Stop = AbortSignal | undefined;

/** Vault owner of what no channel has yet: the keys of one that is being made, and the word that lets us in. */
const NEW = 'relay:new';
const KEYS = 'keys';
const NEXT = 'keys:next';
const ENROLMENT = 'enrolment';
/** Whose the secrets of a channel are in the vault. */
export const ownerOf = (channel: string) => `relay:${channel}`;
const keysName = (version: number) => `${KEYS}:${version}`;

export type Channel = {
  readonly id: string;
  readonly relayUrl: string;
  readonly publicUrl: string;
  readonly keyVersion: number;
  readonly state: string;
  readonly storedThrough: number;
  readonly link: string;
  readonly linkSentence: string | null;
  readonly linkAt: string;
  readonly heardAt: string | null;
  readonly createdAt: string;
  readonly leftAt: string | null;
};

export function relayCalls({ ports }: Pick<WebhookParts, 'ports'>, relayUrl: string): RelayCalls {
  return createRelayCalls(createHttp(ports, { attempts: 1 }), relayUrl, ports.clock.now);
}

/** Channels that are in use or are being emptied. */
export async function openChannels(db: Reader): Promise<Channel[]> {
  const rows = await db.selectFrom('relay_channel').selectAll().where('state', '<>', 'ended').execute();
  return rows.map(channelOf);
}

/** The channel whose address providers are given; null: none is made yet. */
export async function liveChannel(db: Reader): Promise<Channel | null> {
  const row = await db.selectFrom('relay_channel').selectAll().where('state', '=', 'live').executeTakeFirst();
  return row ? channelOf(row) : null;
}

function channelOf(row: Selectable<RelayChannelTable>): Channel {
  return {
    id: row.id,
    ...{ relayUrl: row.relay_url, publicUrl: row.public_url, keyVersion: Number(row.key_version), state: row.state },
    storedThrough: Number(row.stored_through),
    ...{ link: row.link, linkSentence: row.link_sentence, linkAt: row.link_at, heardAt: row.heard_at },
    ...{ createdAt: row.created_at, leftAt: row.left_at },
  };
}

/** Where a provider sends its notices, without the secret that some addresses end in; null: the relay has no door for it. */
export function hookAddress({ publicUrl, id }: Channel, kind: string): string | null {
  const provider = hookProvider.safeParse(kind);
  return provider.success ? `${publicUrl}${hookPath(id, provider.data)}` : null;
}

/** An address of a channel that this workspace has or had: one that may be replaced. */
export async function ourAddresses(db: Reader): Promise<(url: string) => boolean> {
  const rows = await db.selectFrom('relay_channel').select(['id', 'public_url']).execute();
  return (url) => rows.some(({ id, public_url }) => url.startsWith(`${public_url}/hooks/${id}/`));
}

export async function saveEnrolment({ store, vault }: ChannelParts, word: string, actor: string): Promise<void> {
  await store.write((trx) => vault.put(trx, NEW, ENROLMENT, word, actor));
}

/**
 * Makes a channel at a relay and puts it in the place of the one before, which is emptied and then ended. The keys are on
 * disk before the relay hears of them: when its answer is lost, the same keys get the same channel.
 */
export async function makeChannel(parts: ChannelParts, relayUrl: string, actor: string, stop: Stop): Promise<Channel> {
  const { store, vault, ports } = parts;
  const keys = await pendingKeys(parts, NEW, KEYS, actor);
  const enrolment = (await vault.has(NEW, ENROLMENT)) ? await vault.get(NEW, ENROLMENT) : null;
  const made = await relayCalls(parts, relayUrl).createChannel(keys, enrolment, stop);
  const at = instantNow(ports.clock);
  await store.writeDurably(async (trx) => {
    await trx
      .updateTable('relay_channel')
      .set({ state: 'leaving', left_at: at })
      .where('state', '=', 'live')
      .where('id', '<>', made.channel)
      .execute();
    const row = { relay_url: relayUrl, public_url: made.publicUrl, key_version: made.keyVersion, state: 'live' };
    await trx
      .insertInto('relay_channel')
      .values({ id: made.channel, ...row, stored_through: 0, link: 'off', link_at: at, created_at: at })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    await vault.put(trx, ownerOf(made.channel), keysName(made.keyVersion), keys.stored, actor);
    await vault.remove(trx, NEW, KEYS, actor);
    await record(trx, ports.clock, {
      ...{ actor, action: 'webhooks.channel_made', subject: 'webhooks:relay' },
      data: { relay: relayUrl },
    });
  });
  const channel = await liveChannel(store.read);
  if (channel === null) throw new DaybookError('stale', 'Another Daybook changed the channel meanwhile. Look again.');
  return channel;
}

/** New keys for the same channel: its address stays. What was sealed to the former ones can still be opened. */
export async function rotateChannel(parts: ChannelParts, channel: Channel, actor: string, stop: Stop): Promise<void> {
  const present = await keysOf(parts, channel.id, channel.keyVersion);
  const next = await pendingKeys(parts, ownerOf(channel.id), NEXT, actor);
  const { keyVersion } = await relayCalls(parts, channel.relayUrl).rotate(channel.id, present, next, stop);
  await adopt(parts, channel.id, keyVersion, next, actor);
}

/** Ends a channel at the relay, and here. Keys of a channel that is gone open nothing any more. */
export async function endChannel(parts: ChannelParts, channel: Channel, actor: string, stop: Stop): Promise<void> {
  const keys = await keysOf(parts, channel.id, channel.keyVersion);
  await relayCalls(parts, channel.relayUrl).revoke(channel.id, keys, stop);
  await forgetChannel(parts, channel.id, actor);
}

/** Gives a channel up here, whatever the relay says. What it brought and nobody has judged yet stays. */
export async function forgetChannel({ store, ports }: ChannelParts, id: string, actor: string): Promise<void> {
  const at = instantNow(ports.clock);
  await store.writeDurably(async (trx) => {
    await trx
      .updateTable('relay_channel')
      .set({ state: 'ended', link: 'off', link_sentence: null, link_at: at })
      .where('id', '=', id)
      .execute();
    await record(trx, ports.clock, { actor, action: 'webhooks.channel_ended', subject: 'webhooks:relay', data: {} });
  });
}

/** Proves that we hold the channel. A change of keys whose answer was lost is found here and finished. */
export async function openSession(parts: ChannelParts, channel: Channel, stop: Stop): Promise<RelaySession> {
  const calls = relayCalls(parts, channel.relayUrl);
  try {
    return await calls.session(channel.id, await keysOf(parts, channel.id, channel.keyVersion), stop);
  } catch (thrown) {
    const unproven = thrown instanceof DaybookError && thrown.providerCode === 'unproven';
    if (!unproven || !(await parts.vault.has(ownerOf(channel.id), NEXT))) throw thrown;
    const next = await readChannelKeys(await parts.vault.get(ownerOf(channel.id), NEXT));
    const session = await calls.session(channel.id, next, stop);
    await adopt(parts, channel.id, session.keyVersion, next, 'daybook');
    return session;
  }
}

/** @throws DaybookError `secret_missing` for a version that this workspace never had */
export async function keysOf({ vault }: ChannelParts, channel: string, version: number): Promise<ChannelKeys> {
  return readChannelKeys(await vault.get(ownerOf(channel), keysName(version)));
}

async function adopt(parts: ChannelParts, id: string, version: number, keys: ChannelKeys, actor: string) {
  const { store, vault, ports } = parts;
  await store.writeDurably(async (trx) => {
    await vault.put(trx, ownerOf(id), keysName(version), keys.stored, actor);
    await vault.remove(trx, ownerOf(id), NEXT, actor);
    await trx.updateTable('relay_channel').set({ key_version: version }).where('id', '=', id).execute();
    await record(trx, ports.clock, { actor, action: 'webhooks.keys_changed', subject: 'webhooks:relay', data: {} });
  });
}

/** Keys that no answer has confirmed yet: the same ones are used again. */
async function pendingKeys(
  { store, vault, ports }: ChannelParts,
  owner: string,
  name: string,
  actor: string,
): Promise<ChannelKeys> {
  if (await vault.has(owner, name)) return readChannelKeys(await vault.get(owner, name));
  const keys = await newChannelKeys(ports.random);
  await store.writeDurably((trx) => vault.put(trx, owner, name, keys.stored, actor));
  return keys;
}
