import type { Hub } from './hub.ts';
import type { RelayParts } from './parts.ts';
import { RETENTION_DAYS } from './protocol.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** Forgets what was kept for 30 days, channels that no desktop has used for long, and whatever ran out. */
export async function forgetOld({ config, store, clock, log, metrics }: RelayParts): Promise<void> {
  const now = clock.now();
  const { messages, channels } = await store.purge(now, now - RETENTION_DAYS * DAY_MS, now - config.unusedChannelMs);
  if (messages > 0) metrics.count('relay_purged_messages_total', {}, messages);
  if (messages > 0 || channels > 0) log.info({ messages, channels }, 'Forgot what was kept for long enough');
}

/** At the start and every hour, until the hub stops. */
export async function keepForgetting(parts: RelayParts, hub: Hub): Promise<void> {
  while (!hub.stopping.aborted) {
    try {
      await forgetOld(parts);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : String(thrown);
      parts.log.error({ error }, 'Old messages could not be forgotten; the next hour tries again');
    }
    await parts.clock.sleep(EVERY_MS, hub.stopping).catch(() => undefined);
  }
}
