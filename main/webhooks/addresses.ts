import { can } from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import { readSetting } from '../store/settings.ts';
import { type Channel, hookAddress, liveChannel, ourAddresses } from './channel.ts';
import { DAYBOOK, type WebhookParts } from './parts.ts';
import { providerOfSecret, registerPathSecrets } from './path-secrets.ts';
import { webhookSetting } from './settings.ts';

/** What failed is tried again by itself after this. */
const RETRY_MS = 15 * 60_000;

const BY_HAND = 'Nothing has come by this address yet. Show it, and enter it at the provider.';

export type AddressState = 'set' | 'elsewhere' | 'failed' | 'none';

type Place = {
  readonly connectionId: string;
  /** A feed's id, or `legal entity · topic`. */
  readonly place: string;
  readonly url: string | null;
  readonly state: AddressState;
  readonly sentence: string | null;
};

/**
 * Has every provider send its notices to our channel, or to nobody once webhooks are off. What stands already is left; an
 * address that is none of ours, which somebody set on purpose, is left too and told. `again`: also what failed just now.
 * @returns how many places were set or taken away
 */
export async function keepAddresses(parts: WebhookParts, stop: AbortSignal, again = false): Promise<number> {
  const { store } = parts;
  const { relayUrl } = await readSetting(store.read, webhookSetting);
  const channel = relayUrl === null ? null : await liveChannel(store.read);
  // Webhooks are on and their channel is not made yet: nobody's address is taken away for that.
  if (relayUrl !== null && channel === null) return 0;
  const isOurs = await ourAddresses(store.read);
  await forgetRemoved(parts);
  const connections = await store.read
    .selectFrom('connection')
    .select(['id', 'kind'])
    .where('state', '<>', 'removed')
    .execute();
  let changed = 0;
  for (const { id, kind } of connections) {
    const url = channel && hookAddress(channel, kind);
    stop.throwIfAborted();
    if (providerOfSecret(kind) !== null) {
      changed += await ofPerson(parts, { id, kind, channel, again }, stop);
      continue;
    }
    changed += await ofFeeds(parts, { id, url, isOurs, again }, stop);
    changed += await ofSubscriptions(parts, { id, url, isOurs, again }, stop);
  }
  return changed;
}

type Wanted = {
  readonly id: string;
  readonly url: string | null;
  readonly isOurs: (url: string) => boolean;
  readonly again: boolean;
};

async function ofFeeds(parts: WebhookParts, { id, url, isOurs, again }: Wanted, stop: AbortSignal): Promise<number> {
  const feeds = await parts.store.read
    .selectFrom('feed')
    .select(['id', 'webhook_url'])
    .where('connection_id', '=', id)
    .where('state', '<>', 'removed')
    .execute();
  const known = await placesOf(parts, id);
  let changed = 0;
  for (const feed of feeds) {
    const at = { connectionId: id, place: feed.id };
    if (feed.webhook_url === url) {
      if (url !== null) await tell(parts, { ...at, url, state: 'set', sentence: null });
      // What failed before webhooks were switched off is no trouble any more.
      else if (known.get(feed.id)?.state === 'failed') await tell(parts, { ...at, url, state: 'none', sentence: null });
      continue;
    }
    if (feed.webhook_url !== null && !isOurs(feed.webhook_url)) {
      if (url !== null) await tell(parts, { ...at, url: feed.webhook_url, state: 'elsewhere', sentence: null });
      continue;
    }
    if (!again && restsAfterFailure(parts, known.get(feed.id), url)) continue;
    try {
      await parts.setFeedWebhook(feed.id, url, DAYBOOK, stop);
      await tell(parts, { ...at, url, state: url === null ? 'none' : 'set', sentence: null });
      changed += 1;
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
      // A kind of feed that has no such address, such as a file.
      if (error.code === 'not_supported') continue;
      await tell(parts, { ...at, url, state: 'failed', sentence: error.message });
    }
  }
  return changed;
}

/** A provider with subscriptions by legal entity and topic: asked when the address changed or something failed. */
async function ofSubscriptions(
  parts: WebhookParts,
  { id, url, isOurs, again }: Wanted,
  stop: AbortSignal,
): Promise<number> {
  const known = [...(await placesOf(parts, id)).values()];
  const isSet = known.length > 0 && known.every((one) => one.url === url && one.state !== 'failed');
  if (!again && isSet) return 0;
  if (url === null && !known.some(({ state }) => state === 'set' || state === 'failed')) return 0;
  try {
    const connector = await parts.connector(id);
    if (!can(connector, 'subscribeNotices')) return 0;
    if (!again && known.some((one) => restsAfterFailure(parts, one, url))) return 0;
    const places = await connector.subscribeNotices(url, isOurs, stop);
    for (const { legalEntity, topic, state, error } of places)
      await tell(parts, {
        ...{ connectionId: id, place: [legalEntity, topic].filter(Boolean).join(' · '), url, state },
        sentence: error?.sentence ?? null,
      });
    return places.filter(({ state }) => state === 'set' || state === 'none').length;
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
    await tell(parts, { connectionId: id, place: '', url, state: 'failed', sentence: error.message });
    return 0;
  }
}

/**
 * An address that ends in a secret, which a person enters at the provider. Here it is made, and the relay told: it stands
 * as `none` until the first notice comes by it (`addressIsInUse`). What is kept and shown of it is without the secret.
 */
async function ofPerson(
  parts: WebhookParts,
  wanted: { readonly id: string; readonly kind: string; readonly channel: Channel | null; readonly again: boolean },
  stop: AbortSignal,
): Promise<number> {
  const { id, kind, channel, again } = wanted;
  const at = { connectionId: id, place: '' };
  const provider = providerOfSecret(kind);
  const known = (await placesOf(parts, id)).get('');
  if (channel === null || provider === null) {
    if (known === undefined || known.url === null) return 0;
    await tell(parts, { ...at, url: null, state: 'none', sentence: null });
    return 1;
  }
  const url = hookAddress(channel, kind);
  const stands = known?.url === url && known.state !== 'failed';
  if (!again && (stands || restsAfterFailure(parts, known, url))) return 0;
  try {
    await registerPathSecrets(parts, channel, provider, stop);
    if (stands) return 0;
    await tell(parts, { ...at, url, state: 'none', sentence: BY_HAND });
    return 1;
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
    await tell(parts, { ...at, url, state: 'failed', sentence: error.message });
    return 0;
  }
}

/** Nothing is sent any more for what was removed; a failure there would keep a former channel open for ever. */
async function forgetRemoved({ store }: WebhookParts): Promise<void> {
  const gone = await store.read
    .selectFrom('notice_address')
    .leftJoin('feed', 'feed.id', 'notice_address.place')
    .innerJoin('connection', 'connection.id', 'notice_address.connection_id')
    .select(['notice_address.connection_id', 'notice_address.place'])
    .where((eb) => eb.or([eb('connection.state', '=', 'removed'), eb('feed.state', '=', 'removed')]))
    .execute();
  if (gone.length === 0) return;
  await store.write(async (trx) => {
    for (const { connection_id, place } of gone)
      await trx
        .deleteFrom('notice_address')
        .where('connection_id', '=', connection_id)
        .where('place', '=', place)
        .execute();
  });
}

function restsAfterFailure({ ports }: WebhookParts, known: KnownPlace | undefined, url: string | null): boolean {
  if (known?.state !== 'failed' || known.url !== url) return false;
  return ports.clock.now() - Date.parse(known.checked_at) < RETRY_MS;
}

type KnownPlace = { readonly url: string | null; readonly state: string; readonly checked_at: string };

async function placesOf({ store }: WebhookParts, connectionId: string): Promise<ReadonlyMap<string, KnownPlace>> {
  const rows = await store.read
    .selectFrom('notice_address')
    .select(['place', 'url', 'state', 'checked_at'])
    .where('connection_id', '=', connectionId)
    .execute();
  return new Map(rows.map((row) => [row.place, row]));
}

async function tell({ store, ports }: WebhookParts, { connectionId, place, ...told }: Place): Promise<void> {
  const present = await store.read
    .selectFrom('notice_address')
    .select(['url', 'state', 'sentence'])
    .where('connection_id', '=', connectionId)
    .where('place', '=', place)
    .executeTakeFirst();
  const same = present?.url === told.url && present.state === told.state && present.sentence === told.sentence;
  if (same && told.state !== 'failed') return;
  const row = { ...told, checked_at: instantNow(ports.clock) };
  await store.write(async (trx) => {
    // A failure of the whole connection stands under no place, and goes once a place is told.
    if (place !== '')
      await trx
        .deleteFrom('notice_address')
        .where('connection_id', '=', connectionId)
        .where('place', '=', '')
        .execute();
    await trx
      .insertInto('notice_address')
      .values({ connection_id: connectionId, place, ...row })
      .onConflict((conflict) => conflict.columns(['connection_id', 'place']).doUpdateSet(row))
      .execute();
  });
}
