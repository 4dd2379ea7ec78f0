import { record } from '../audit/trail.ts';
import type { FeedRecord } from '../connectors/capabilities.ts';
import { canonicalJson } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Writer } from '../store/store.ts';
import { HEALTHY, type Health, healthAfter, isConnectionTrouble } from './health.ts';

/** Writes a feed's health, and its connection's where the trouble is the connection's. A change is told in the trail. */
export async function saveHealth(trx: Writer, clock: Clock, feedId: string, health: Health): Promise<void> {
  const feed = await trx
    .selectFrom('feed')
    .select(['connection_id', 'state', 'state_code'])
    .where('id', '=', feedId)
    .executeTakeFirstOrThrow();
  const state = {
    state: health.state,
    state_code: health.code,
    state_sentence: health.sentence,
    state_at: instantNow(clock),
  };
  if (feed.state !== health.state || feed.state_code !== health.code) {
    await trx.updateTable('feed').set(state).where('id', '=', feedId).execute();
    const data = { from: feed.state, to: health.state, code: health.code };
    await record(trx, clock, { actor: 'daybook', action: 'feed.state_changed', subject: `feed:${feedId}`, data });
  }
  const ofConnection = health.code !== null && isConnectionTrouble(health.code) ? state : healthyAt(state.state_at);
  const says = health === HEALTHY || ofConnection === state;
  if (says)
    await trx
      .updateTable('connection')
      .set(ofConnection)
      .where('id', '=', feed.connection_id)
      .where((expression) =>
        expression.or([
          expression('state', '<>', ofConnection.state),
          expression('state_code', 'is distinct from', ofConnection.state_code),
        ]),
      )
      .execute();
}

function healthyAt(state_at: string) {
  return { state: 'healthy', state_code: null, state_sentence: null, state_at };
}

/** What the provider says about the feed itself. */
export async function saveFeedRecord(trx: Writer, feedId: string, feed: FeedRecord): Promise<void> {
  await trx
    .updateTable('feed')
    .set({
      institution_id: feed.institutionId,
      institution_name: feed.institutionName,
      bank_updated_at: feed.bankUpdatedAt,
      consent_expires_at: feed.consentExpiresAt,
      webhook_url: feed.webhookUrl,
      products_json: canonicalJson(feed.products),
    })
    .where('id', '=', feedId)
    .execute();
}

/** The provider's own word on the feed, as an error of ours. */
export function troubleOf(feed: FeedRecord): DaybookError | null {
  const { trouble } = feed;
  return trouble && new DaybookError(trouble.code, trouble.sentence, { providerCode: trouble.providerCode });
}

/** The health of a feed that answered: its own trouble if it has any. */
export function healthOf(trouble: DaybookError | null): Health {
  return (trouble && healthAfter(trouble)) ?? HEALTHY;
}
