import type { FeedRecord } from '../connectors/capabilities.ts';
import { canonicalJson } from '../core/canonical.ts';
import { DaybookError } from '../core/errors.ts';
import type { Writer } from '../store/store.ts';
import { isConnectionTrouble, saysOfFeed } from './health.ts';
import type { Event } from './lifecycle/machine.ts';
import { isPassing } from './lifecycle/states.ts';
import { failed, type StepPorts, stepConnection, stepFeed } from './lifecycle/step.ts';

/**
 * The feed was asked and answered; `trouble` is what it still has to say. Where the keys were refused before, they are
 * good again.
 */
export async function feedAnswered(
  trx: Writer,
  ports: StepPorts,
  feedId: string,
  feed: Pick<FeedRecord, 'consentExpiresAt' | 'bankUpdatedAt'>,
  trouble: DaybookError | null,
): Promise<void> {
  const worked: Event = { kind: 'worked', consentEndsAt: feed.consentExpiresAt, reachedAt: feed.bankUpdatedAt };
  const says = trouble === null ? 'nothing' : saysOfFeed(trouble);
  if (trouble === null || says === 'nothing' || says === 'works') {
    await stepFeed(trx, ports, feedId, [worked], 'poll');
  } else {
    const row = await trx
      .selectFrom('lifecycle')
      .select('state')
      .where('subject', '=', `feed:${feedId}`)
      .executeTakeFirst();
    // Passing trouble goes on where it was, so that its pauses grow; what lasted until now is evidently over.
    const first = row !== undefined && isPassing(row.state) && trouble.retryable ? [] : [worked];
    await stepFeed(trx, ports, feedId, [...first, failed(trouble, ports)], 'poll');
  }
  await stepConnection(trx, ports, await connectionOf(trx, feedId), [{ kind: 'worked' }], 'poll');
}

/** The feed could not be read. Trouble of the keys is the connection's as well. */
export async function feedFailed(trx: Writer, ports: StepPorts, feedId: string, error: DaybookError): Promise<void> {
  const says = saysOfFeed(error);
  if (says === 'nothing') return;
  const event: Event = says === 'works' ? { kind: 'worked' } : failed(error, ports);
  await stepFeed(trx, ports, feedId, [event], 'poll');
  if (isConnectionTrouble(error.code))
    await stepConnection(trx, ports, await connectionOf(trx, feedId), [failed(error, ports)], 'poll');
}

async function connectionOf(trx: Writer, feedId: string): Promise<string> {
  const { connection_id } = await trx
    .selectFrom('feed')
    .select('connection_id')
    .where('id', '=', feedId)
    .executeTakeFirstOrThrow();
  return connection_id;
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
