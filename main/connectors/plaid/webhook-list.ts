import type { Instant } from '../../core/calendar.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Stop } from '../capabilities.ts';
import type { ListsNotices } from '../webhooks.ts';
import { instantFrom } from './amounts.ts';
import type { PlaidClient } from './client.ts';
import { meaningOf, readWebhook } from './webhooks.ts';

/**
 * Webhooks that Plaid sent in the last seven days, by its beta list. The answer comes over the connection's own keys, so
 * nothing is to be verified. Events exist only where an address is set.
 */
export function webhookList(client: PlaidClient): ListsNotices {
  return {
    listNotices: async (cursor, since, stop) => {
      const answer = await read(client, cursor, since, stop);
      const notices = answer.webhook_events.flatMap((event) => {
        const told = readWebhook(JSON.stringify(event.payload));
        const sentAt = instantFrom(event.sent_time);
        return told === null || sentAt === null
          ? []
          : [{ sentAt, verdict: meaningOf(told, `list ${event.webhook_message_id}`) }];
      });
      return { notices, nextCursor: answer.next_cursor ?? cursor, hasMore: answer.has_more };
    },
  };
}

/** A cursor older than the week that Plaid keeps is worth nothing: from the beginning then. */
async function read(client: PlaidClient, cursor: string | null, since: Instant, stop: Stop) {
  if (cursor === null) return client.webhookEventsList({ start_time: since }, stop);
  try {
    return await client.webhookEventsList({ cursor }, stop);
  } catch (thrown) {
    const expired = thrown instanceof DaybookError && thrown.providerCode === 'WEBHOOK_EVENTS_CURSOR_EXPIRED';
    if (!expired) throw thrown;
    return client.webhookEventsList({ start_time: since }, stop);
  }
}
