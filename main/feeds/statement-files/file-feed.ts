import { record } from '../../audit/trail.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { instantNow } from '../../core/clock.ts';
import { newId } from '../../core/ids.ts';
import { saveConnection } from '../connections.ts';
import type { FeedContext } from '../open-feed.ts';

export const FILE_CONNECTION = 'Bank statement files';
const PROVIDER_FEED = 'files';

/** The feed that takes in statement files: made with its connection when the first file comes. */
export async function fileFeed(context: FeedContext, actor: string): Promise<string> {
  const { store, ports } = context;
  const known = await store.read
    .selectFrom('feed')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select('feed.id')
    .where('connection.kind', '=', 'file')
    .where('connection.state', '<>', 'removed')
    .where('feed.state', '<>', 'removed')
    .executeTakeFirst();
  if (known !== undefined) return known.id;
  const connectionId = (await liveConnection(context)) ?? (await newConnection(context, actor));
  return store.write(async (trx) => {
    const id = newId('feed', ports);
    const at = instantNow(ports.clock);
    await trx
      .insertInto('feed')
      .values({
        id,
        connection_id: connectionId,
        provider_feed_id: PROVIDER_FEED,
        institution_name: FILE_CONNECTION,
        state: 'healthy',
        state_at: at,
        history: 'complete',
        products_json: canonicalJson([]),
        created_at: at,
      })
      .execute();
    await record(trx, ports.clock, {
      actor,
      action: 'feed.added',
      subject: `feed:${id}`,
      data: { connection: connectionId, providerFeedId: PROVIDER_FEED },
    });
    return id;
  });
}

/** One that the setup document made, or that lost its feed. */
async function liveConnection({ store }: FeedContext): Promise<string | null> {
  const row = await store.read
    .selectFrom('connection')
    .select('id')
    .where('kind', '=', 'file')
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  return row?.id ?? null;
}

async function newConnection(context: FeedContext, actor: string): Promise<string> {
  const { practice } = await context.store.read.selectFrom('workspace').select('practice').executeTakeFirstOrThrow();
  const environment = practice === 1n ? 'sandbox' : 'production';
  const name = await freeName(context);
  return (await saveConnection(context, { kind: 'file', name, environment, config: {}, secrets: {} }, actor)).id;
}

/** A removed connection keeps its name. */
async function freeName({ store }: FeedContext): Promise<string> {
  const taken = new Set((await store.read.selectFrom('connection').select('name').execute()).map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? FILE_CONNECTION : `${FILE_CONNECTION} ${number}`;
    if (!taken.has(name)) return name;
  }
}
