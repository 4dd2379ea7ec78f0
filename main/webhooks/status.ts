import type { Instant } from '../core/calendar.ts';
import { readSetting } from '../store/settings.ts';
import { liveChannel } from './channel.ts';
import type { WebhookParts } from './parts.ts';
import { providerOfSecret } from './path-secrets.ts';
import { listStates } from './sent-lists.ts';
import { webhookSetting } from './settings.ts';

export type WebhookStatus = {
  readonly relayUrl: string | null;
  readonly readLists: boolean;
  /** off, connecting, connected, waiting (tries again by itself), refused (a person must act) */
  readonly link: string;
  readonly sentence: string | null;
  readonly linkAt: Instant | null;
  /** When something last came through. */
  readonly heardAt: Instant | null;
  readonly channel: { readonly createdAt: Instant; readonly keyVersion: number } | null;
  /** Notices that are not judged yet. */
  readonly unjudged: number;
  /** Readings that wait. */
  readonly waiting: number;
  readonly counts: ReadonlyArray<{
    readonly provider: string;
    readonly verdict: string;
    readonly why: string;
    readonly count: number;
    readonly lastAt: Instant;
  }>;
  readonly addresses: ReadonlyArray<{
    readonly connectionId: string;
    readonly connection: string;
    /** The bank, or the legal entity and its topic; null: the whole connection. */
    readonly place: string | null;
    readonly state: string;
    readonly sentence: string | null;
    readonly checkedAt: Instant;
    /** A person enters it at the provider; it bears a secret and is shown on request only. */
    readonly byHand: boolean;
  }>;
  readonly lists: ReadonlyArray<{
    readonly connectionId: string;
    readonly connection: string;
    readonly readAt: Instant;
    readonly sentence: string | null;
  }>;
};

export async function readStatus(parts: WebhookParts): Promise<WebhookStatus> {
  const { read } = parts.store;
  const { relayUrl, readLists } = await readSetting(read, webhookSetting);
  const channel = relayUrl === null ? null : await liveChannel(read);
  const counts = await read.selectFrom('notice_count').selectAll().orderBy('provider').orderBy('verdict').execute();
  const addresses = await read
    .selectFrom('notice_address')
    .innerJoin('connection', 'connection.id', 'notice_address.connection_id')
    .leftJoin('feed', 'feed.id', 'notice_address.place')
    .select([
      'notice_address.connection_id',
      'connection.name',
      'connection.kind',
      'notice_address.place',
      'notice_address.state',
      'notice_address.url',
      'notice_address.sentence',
      'notice_address.checked_at',
      'feed.institution_name',
      'feed.id as feed_id',
    ])
    .where('connection.state', '<>', 'removed')
    .where((eb) => eb.or([eb('feed.id', 'is', null), eb('feed.state', '<>', 'removed')]))
    .orderBy('connection.name')
    .orderBy('notice_address.place')
    .execute();
  const one = async (rows: Promise<{ count: string | number | bigint } | undefined>) =>
    Number((await rows)?.count ?? 0);
  return {
    ...{ relayUrl, readLists },
    link: relayUrl === null ? 'off' : (channel?.link ?? 'waiting'),
    sentence: channel?.linkSentence ?? null,
    linkAt: channel?.linkAt ?? null,
    heardAt: channel?.heardAt ?? null,
    channel: channel && { createdAt: channel.createdAt, keyVersion: channel.keyVersion },
    unjudged: await one(
      read
        .selectFrom('relay_message')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirst(),
    ),
    waiting: await one(
      read
        .selectFrom('notice_reason')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('state', '=', 'waiting')
        .executeTakeFirst(),
    ),
    counts: counts.map(({ provider, verdict, why, count, last_at }) => ({
      ...{ provider, verdict, why, count: Number(count), lastAt: last_at },
    })),
    addresses: addresses.map((row) => ({
      ...{ connectionId: row.connection_id, connection: row.name, state: row.state, sentence: row.sentence },
      place: row.feed_id === null ? row.place || null : (row.institution_name ?? 'Bank'),
      checkedAt: row.checked_at,
      byHand: row.url !== null && providerOfSecret(row.kind) !== null,
    })),
    lists: await listStates(parts),
  };
}
