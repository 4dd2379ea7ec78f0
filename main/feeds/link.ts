import { record } from '../audit/trail.ts';
import {
  type Connector,
  can,
  type LinkOutcome,
  type LinkSession,
  type LinksInBrowser,
  type Stop,
} from '../connectors/capabilities.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { saveAccounts } from './accounts.ts';
import { feedAnswered, saveFeedRecord, troubleOf } from './feed-state.ts';
import { readReport, repairSentence } from './lifecycle/back-fill.ts';
import { stepFeed } from './lifecycle/step.ts';
import { FEED_TOKEN, type FeedContext, feedOwner, openFeed } from './open-feed.ts';
import { duplicateFeed, findDuplicate, keepLinkedFeed } from './registration.ts';
import type { SyncOptions, SyncResult } from './sync.ts';

export type StartLinkOptions = {
  /** Repairs this feed instead of adding one. */
  readonly feedId?: string;
  /** With `feedId`: lets the user add or drop accounts. */
  readonly selectAccounts?: boolean;
  readonly webhookUrl?: string;
  /** For the provider's script in a window of Daybook, instead of its hosted page. */
  readonly embedded?: boolean;
};

export async function startLink(
  parts: FeedContext,
  connectionId: string,
  { feedId, ...options }: StartLinkOptions,
  stop?: Stop,
): Promise<LinkSession> {
  const connector = linking(await parts.connector(connectionId));
  const update = feedId === undefined ? {} : { update: (await openFeed(parts, feedId)).access };
  return connector.startLink({ ...options, ...update, userId: parts.store.workspaceId }, stop);
}

export async function pollLink(
  parts: FeedContext,
  connectionId: string,
  linkToken: string,
  stop?: Stop,
): Promise<LinkOutcome> {
  return linking(await parts.connector(connectionId)).pollLink(linkToken, stop);
}

export type FinishedLink =
  | { readonly state: 'waiting' }
  | { readonly state: 'abandoned'; readonly reason: string }
  | {
      readonly state: 'linked';
      /** `duplicate`: the accounts are there already; the new login was not exchanged and costs nothing. */
      readonly feeds: ReadonlyArray<{
        readonly feedId: string;
        readonly outcome: 'added' | 'duplicate' | 'repaired';
        /** False: something is still in the way, or it was there already. */
        readonly works: boolean;
        /** After a repair: what it brought and whether the balances tie out, or what is still in the way. */
        readonly sentence: string | null;
      }>;
    };

export type FinishLinkOptions = { readonly feedId?: string; readonly stop?: Stop };
type Sync = (feedId: string, options?: SyncOptions) => Promise<SyncResult>;

/**
 * Ends a link session: takes in what was linked, after the check for duplicates. With `feedId` it ends a repair,
 * where there is nothing to exchange: the provider is asked whether the feed works again, and what came since its last
 * good read is fetched from the cursor on.
 */
export async function finishLink(
  parts: FeedContext,
  sync: Sync,
  connectionId: string,
  linkToken: string,
  actor: string,
  options: FinishLinkOptions = {},
): Promise<FinishedLink> {
  const connector = linking(await parts.connector(connectionId));
  const outcome = await connector.pollLink(linkToken, options.stop);
  if (outcome.state !== 'linked') return outcome;
  if (options.feedId !== undefined)
    return { state: 'linked', feeds: [await afterRepair(parts, sync, options.feedId, actor, options.stop)] };
  const feeds: Array<Extract<FinishedLink, { state: 'linked' }>['feeds'][number]> = [];
  for (const result of outcome.results) {
    const duplicate = await findDuplicate(parts.store.read, result);
    if (duplicate !== null) {
      feeds.push({
        feedId: duplicate.feedId,
        outcome: 'duplicate',
        works: false,
        sentence: duplicateFeed(duplicate).message,
      });
      continue;
    }
    const access = await connector.exchange(result.publicToken, options.stop);
    // No stop from here on: an exchanged token must be kept.
    feeds.push({
      feedId: await keepLinkedFeed(parts, connectionId, access, actor),
      outcome: 'added',
      works: true,
      sentence: null,
    });
  }
  return { state: 'linked', feeds };
}

async function afterRepair(parts: FeedContext, sync: Sync, feedId: string, actor: string, stop: Stop) {
  const { connector, access } = await openFeed(parts, feedId);
  if (!can(connector, 'readFeed', 'pullAccounts')) throw notLinkable(connector.kind);
  const feed = await connector.readFeed(access, stop);
  const trouble = troubleOf(feed);
  // Ids may have changed and accounts may have come or gone: read at once, so that a person can decide about them.
  const accounts = trouble === null ? await listedOrNull(() => connector.pullAccounts(access, stop)) : null;
  const { ports } = parts;
  await parts.store.write(async (trx) => {
    await saveFeedRecord(trx, feedId, feed);
    await stepFeed(trx, ports, feedId, [{ kind: 'signed_in' }], 'person');
    await feedAnswered(trx, ports, feedId, feed, trouble);
    if (accounts !== null) await saveAccounts(trx, ports, feedId, feed.institutionName, accounts);
    await record(trx, ports.clock, { actor, action: 'feed.signed_in_again', subject: `feed:${feedId}`, data: {} });
  });
  if (trouble !== null) return { feedId, outcome: 'repaired' as const, works: false, sentence: trouble.message };
  const since = instantNow(ports.clock);
  const { error } = await sync(feedId, stop === undefined ? {} : { stop });
  const sentence = error?.sentence ?? (await repairTold(parts, feedId, since));
  return { feedId, outcome: 'repaired' as const, works: error === null, sentence };
}

/** The read that follows tells the same trouble, and keeps it. */
async function listedOrNull<T>(list: () => Promise<T>): Promise<T | null> {
  try {
    return await list();
  } catch (thrown) {
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return null;
  }
}

/** The report of a repair that was tied out since a moment; null where nothing had been broken. */
async function repairTold({ store }: FeedContext, feedId: string, since: string): Promise<string | null> {
  const row = await store.read
    .selectFrom('lifecycle')
    .select('repair_json')
    .where('subject', '=', `feed:${feedId}`)
    .executeTakeFirst();
  const report = readReport(row?.repair_json ?? null);
  return report === null || report.at < since ? null : repairSentence(report);
}

/**
 * Ends access and billing at the provider and forgets the token. Accounts, lines and trail stay. A bank whose token was
 * lost can be removed here alone.
 */
export async function removeFeed(parts: FeedContext, feedId: string, actor: string, stop?: Stop): Promise<void> {
  try {
    const { connector, access } = await openFeed(parts, feedId);
    // What only files feed is connected nowhere else.
    if (can(connector, 'pullLines')) await linking(connector).removeFeed(access, stop);
  } catch (thrown) {
    // Gone at the provider is what was wanted.
    if (asDaybookError(thrown).code !== 'feed_gone' || (await isRemoved(parts, feedId))) throw thrown;
  }
  const at = instantNow(parts.ports.clock);
  await parts.store.writeDurably(async (trx) => {
    await stepFeed(trx, parts.ports, feedId, [{ kind: 'removed' }], 'person');
    await trx
      .updateTable('feed_account')
      .set({ closed_at: at })
      .where('feed_id', '=', feedId)
      .where('closed_at', 'is', null)
      .execute();
    await parts.vault.remove(trx, feedOwner(feedId), FEED_TOKEN, actor);
    await record(trx, parts.ports.clock, { actor, action: 'feed.removed', subject: `feed:${feedId}`, data: {} });
  });
}

async function isRemoved({ store }: FeedContext, feedId: string): Promise<boolean> {
  const row = await store.read.selectFrom('feed').select('state').where('id', '=', feedId).executeTakeFirst();
  return row?.state === 'removed';
}

export async function setWebhook(
  parts: FeedContext,
  feedId: string,
  url: string | null,
  actor: string,
  stop?: Stop,
): Promise<void> {
  const { connector, access } = await openFeed(parts, feedId);
  await linking(connector).setWebhook(access, url, stop);
  await parts.store.write(async (trx) => {
    await trx.updateTable('feed').set({ webhook_url: url }).where('id', '=', feedId).execute();
    await record(trx, parts.ports.clock, {
      actor,
      action: 'feed.webhook_set',
      subject: `feed:${feedId}`,
      data: { url },
    });
  });
}

function linking(connector: Connector): Connector & LinksInBrowser {
  if (can(connector, 'startLink', 'pollLink', 'exchange', 'removeFeed', 'setWebhook')) return connector;
  throw notLinkable(connector.kind);
}

function notLinkable(kind: string): DaybookError {
  return new DaybookError('not_supported', `A ${kind} connection has no banks to link.`);
}
