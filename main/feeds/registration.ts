import { record } from '../audit/trail.ts';
import {
  can,
  type FeedAccess,
  type FeedAccountRecord,
  type FeedRecord,
  type Stop,
} from '../connectors/capabilities.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Reader, Writer } from '../store/store.ts';
import { saveAccounts } from './accounts.ts';
import { type Login, findDuplicate as sameLoginAmong } from './duplicate.ts';
import { feedAnswered, feedFailed, saveFeedRecord, troubleOf } from './feed-state.ts';
import { saysOfFeed } from './health.ts';
import { stepFeed } from './lifecycle/step.ts';
import { FEED_TOKEN, type FeedContext, feedOwner } from './open-feed.ts';

export type Registered = { readonly feedId: string; readonly outcome: 'added' | 'updated' | 'unchanged' };

/**
 * Takes a feed into the workspace whose token is in hand (from the setup document). Asks the provider who it is, so
 * `access.providerFeedId` may be empty. The same token again changes nothing and asks nobody.
 * @throws DaybookError `duplicate_feed`: the same accounts are there under another login; errors of the connector.
 */
export async function registerFeed(
  parts: FeedContext,
  connectionId: string,
  access: FeedAccess,
  actor: string,
  stop?: Stop,
): Promise<Registered> {
  const held = await feedWithToken(parts, connectionId, access.accessToken);
  if (held !== null) return { feedId: held, outcome: 'unchanged' };
  const { feed, accounts } = await readAll(parts, connectionId, access, stop);
  const known = await feedByProviderId(parts.store.read, connectionId, feed.providerFeedId);
  if (known === undefined) {
    const duplicate = await findDuplicate(parts.store.read, { ...feed, accounts: accounts ?? [] });
    if (duplicate !== null) throw duplicateFeed(duplicate);
  }
  // With its accounts or not at all: once its token is kept, nobody would ask for them here again.
  const feedId = await parts.store.writeDurably(async (trx) => {
    const id = await keepAccess(trx, parts, connectionId, { ...access, providerFeedId: feed.providerFeedId }, actor);
    await saveAll(trx, parts, id, feed, accounts);
    return id;
  });
  return { feedId, outcome: known === undefined ? 'added' : 'updated' };
}

/**
 * Takes in a feed whose public token was just exchanged. The token is kept durably before anything else: it is billed
 * from now on and cannot be asked for a second time. Trouble while reading it shows as the feed's health.
 */
export async function keepLinkedFeed(
  parts: FeedContext,
  connectionId: string,
  access: FeedAccess,
  actor: string,
  stop?: Stop,
): Promise<string> {
  const feedId = await parts.store.writeDurably((trx) => keepAccess(trx, parts, connectionId, access, actor));
  try {
    const { feed, accounts } = await readAll(parts, connectionId, access, stop);
    await parts.store.write((trx) => saveAll(trx, parts, feedId, feed, accounts));
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (saysOfFeed(error) === 'nothing') throw thrown;
    await parts.store.write((trx) => feedFailed(trx, parts.ports, feedId, error));
  }
  return feedId;
}

export function duplicateFeed({ institution }: Duplicate): DaybookError {
  return new DaybookError(
    'duplicate_feed',
    `These accounts at ${institution ?? 'this bank'} are connected already. Nothing was added and nothing is billed; repair the existing connection instead of linking again.`,
  );
}

export type Duplicate = { readonly feedId: string; readonly institution: string | null };

/**
 * The live feed that shows one of these accounts already. Asked before a public token is exchanged, because an
 * exchanged one counts and bills.
 */
export async function findDuplicate(db: Reader, linked: Login): Promise<Duplicate | null> {
  const rows = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .select(['feed.id', 'feed.institution_id', 'feed.institution_name', 'feed_account.name', 'feed_account.mask'])
    .where('feed.state', '<>', 'removed')
    // A login that the provider does not know any more can only be linked anew.
    .where('feed.state_code', 'is distinct from', 'feed_gone')
    .where('feed_account.closed_at', 'is', null)
    .execute();
  const logins = rows.map((row) => ({
    feedId: row.id,
    institution: row.institution_name,
    institutionId: row.institution_id,
    accounts: [{ name: row.name, mask: row.mask }],
  }));
  return sameLoginAmong(linked, logins) ?? null;
}

/** Feed row and token together; a feed that was removed comes back with its history. */
async function keepAccess(
  trx: Writer,
  { vault, ports }: FeedContext,
  connectionId: string,
  access: FeedAccess,
  actor: string,
): Promise<string> {
  const at = instantNow(ports.clock);
  const known = await feedByProviderId(trx, connectionId, access.providerFeedId);
  const id = known?.id ?? newId('feed', ports);
  const healthy = { state: 'healthy', state_code: null, state_sentence: null, state_at: at };
  if (known) await stepFeed(trx, ports, id, [{ kind: 'renewed' }], 'person');
  else
    await trx
      .insertInto('feed')
      .values({
        id,
        connection_id: connectionId,
        provider_feed_id: access.providerFeedId,
        ...healthy,
        history: 'unknown',
        products_json: canonicalJson([]),
        created_at: at,
      })
      .execute();
  await vault.put(trx, feedOwner(id), FEED_TOKEN, access.accessToken, actor);
  await record(trx, ports.clock, {
    actor,
    action: known ? 'feed.token_replaced' : 'feed.added',
    subject: `feed:${id}`,
    data: { connection: connectionId, providerFeedId: access.providerFeedId },
  });
  return id;
}

async function feedWithToken(
  { store, vault }: FeedContext,
  connectionId: string,
  token: string,
): Promise<string | null> {
  const feeds = await store.read
    .selectFrom('feed')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('state', '<>', 'removed')
    .execute();
  for (const { id } of feeds) {
    if (await vault.has(feedOwner(id), FEED_TOKEN)) {
      if ((await vault.get(feedOwner(id), FEED_TOKEN)) === token) return id;
    }
  }
  return null;
}

function feedByProviderId(db: Reader, connectionId: string, providerFeedId: string) {
  return db
    .selectFrom('feed')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('provider_feed_id', '=', providerFeedId)
    .executeTakeFirst();
}

type Read = { readonly feed: FeedRecord; readonly accounts: readonly FeedAccountRecord[] | null };

async function readAll(parts: FeedContext, connectionId: string, access: FeedAccess, stop: Stop): Promise<Read> {
  const connector = await parts.connector(connectionId);
  if (!can(connector, 'readFeed', 'pullAccounts'))
    throw new DaybookError('not_supported', `A ${connector.kind} connection has no bank accounts to read.`);
  const feed = await connector.readFeed(access, stop);
  // A login that is out of order lists nothing; it is taken in with its trouble and repaired later.
  if (feed.trouble !== null) return { feed, accounts: null };
  return { feed, accounts: await connector.pullAccounts(access, stop) };
}

async function saveAll(
  trx: Writer,
  { ports }: FeedContext,
  feedId: string,
  feed: FeedRecord,
  accounts: readonly FeedAccountRecord[] | null,
): Promise<void> {
  await saveFeedRecord(trx, feedId, feed);
  await feedAnswered(trx, ports, feedId, feed, troubleOf(feed));
  if (accounts !== null) await saveAccounts(trx, ports, feedId, feed.institutionName, accounts);
}
