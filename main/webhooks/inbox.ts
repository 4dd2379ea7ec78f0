import type { NoticeVerdict, WhatToRead } from '../connectors/webhooks.ts';
import type { Instant } from '../core/calendar.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import type { Writer } from '../store/store.ts';
import type { OnNotice } from './notice.ts';

/** What came of a notice. `duplicate`: a genuine one that had come before. `unchecked`: it could not be judged at all. */
export type Verdict = NoticeVerdict['verdict'] | 'duplicate' | 'unknown' | 'unchecked';

type Genuine = Extract<NoticeVerdict, { verdict: 'genuine' }>;

export type GenuineNotice = {
  readonly provider: string;
  readonly connectionId: string;
  readonly source: 'relay' | 'list';
  readonly receivedAt: Instant;
  readonly verdict: Genuine;
};

/** Counts what came in. Of a notice that is not genuine nothing else is kept: not its text, not where it came from. */
export async function countNotice(
  trx: Writer,
  clock: Clock,
  of: { readonly provider: string; readonly verdict: Verdict; readonly why: string },
): Promise<void> {
  const at = instantNow(clock);
  await trx
    .insertInto('notice_count')
    .values({ ...of, count: 1, first_at: at, last_at: at })
    .onConflict((conflict) =>
      conflict.columns(['provider', 'verdict', 'why']).doUpdateSet((eb) => ({
        count: eb('notice_count.count', '+', 1n),
        last_at: at,
      })),
    )
    .execute();
}

/**
 * Takes a verified notice into the inbox: once, with a reason to pull for each thing to read, and its facts told. That is
 * all that a notice does; whatever it announces comes by the pull.
 * @returns false when it had come before
 */
export async function takeIn(
  trx: Writer,
  { clock, onNotice }: { readonly clock: Clock; readonly onNotice: OnNotice },
  notice: GenuineNotice,
): Promise<boolean> {
  const { provider, connectionId, source, receivedAt, verdict } = notice;
  const at = instantNow(clock);
  const [reason] = verdict.reasons;
  const inserted = await trx
    .insertInto('notice')
    .values({
      ...{ provider, connection_id: connectionId, dedupe_key: verdict.dedupeKey, source },
      ...{ topic: reason?.topic ?? '', action: reason?.action ?? '', received_at: receivedAt, taken_at: at },
    })
    .onConflict((conflict) => conflict.columns(['connection_id', 'dedupe_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) {
    await countNotice(trx, clock, { provider, verdict: 'duplicate', why: 'The notice had come before.' });
    return false;
  }
  await countNotice(trx, clock, { provider, verdict: 'genuine', why: '' });
  for (const { reads, legalEntity, providerFeedId, key } of verdict.reasons) {
    if (reads === 'nothing') continue;
    const feedId = await feedIdOf(trx, connectionId, providerFeedId);
    if (feedId === undefined) continue;
    await addReason(trx, clock, { noticeId: inserted.id, connectionId, feedId, legalEntity, reads, key });
  }
  const factsFeed = await feedIdOf(trx, connectionId, verdict.providerFeedId);
  if (factsFeed !== undefined)
    for (const fact of verdict.facts)
      await onNotice(trx, { provider, connectionId, feedId: factsFeed, receivedAt, fact });
  return true;
}

export type NewReason = {
  readonly noticeId: bigint | null;
  readonly connectionId: string;
  readonly feedId: string | null;
  readonly legalEntity: string | null;
  readonly reads: Exclude<WhatToRead, 'nothing'>;
  readonly key: string | null;
};

export async function addReason(trx: Writer, clock: Clock, reason: NewReason): Promise<void> {
  await trx
    .insertInto('notice_reason')
    .values({
      ...{ notice_id: reason.noticeId, connection_id: reason.connectionId, feed_id: reason.feedId },
      ...{ legal_entity: reason.legalEntity, reads: reason.reads, key: reason.key },
      ...{ state: 'waiting', attempts: 0, taken_at: instantNow(clock) },
    })
    .execute();
}

/** Our id of a provider's feed; null for the connection itself, undefined for a feed that is not there or was removed. */
async function feedIdOf(trx: Writer, connectionId: string, providerFeedId: string | null) {
  if (providerFeedId === null) return null;
  const row = await trx
    .selectFrom('feed')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('provider_feed_id', '=', providerFeedId)
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  return row?.id;
}

/**
 * The relay no longer had all that was sent since we last looked (another computer took it, or a month passed, or this
 * workspace is a restored copy): every bank is a reason to pull, so that nothing is missed.
 */
export async function pullEverything(trx: Writer, clock: Clock): Promise<number> {
  const feeds = await trx
    .selectFrom('feed')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['feed.id', 'feed.connection_id'])
    .where('feed.state', '<>', 'removed')
    .where('connection.state', '<>', 'removed')
    .execute();
  for (const { id, connection_id } of feeds)
    await addReason(trx, clock, {
      ...{ noticeId: null, connectionId: connection_id, feedId: id, legalEntity: null, reads: 'lines', key: null },
    });
  return feeds.length;
}

/** What ended long ago is forgotten; a notice is refused as too old long before its row goes. */
export async function pruneInbox(trx: Writer, before: Instant): Promise<void> {
  await trx.deleteFrom('notice_reason').where('state', '<>', 'waiting').where('taken_at', '<', before).execute();
  await trx
    .deleteFrom('notice')
    .where('taken_at', '<', before)
    .where((eb) =>
      eb.not(
        eb.exists(eb.selectFrom('notice_reason').select('id').whereRef('notice_reason.notice_id', '=', 'notice.id')),
      ),
    )
    .execute();
}
