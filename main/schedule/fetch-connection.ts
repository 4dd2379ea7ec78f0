import { asDaybookError } from '../core/errors.ts';
import type { FeedView, SyncAllResult } from '../feeds/index.ts';
import { withLease } from '../store/leases.ts';
import type { RunContext } from './run-step.ts';

/** Longer than a request and its retries may take; it is renewed while pages come. */
const LEASE_MS = 15 * 60_000;
const RENEW_MS = 60_000;
/** How long another run may be with the same connection before this one goes on without it. */
const WAIT_MS = 5 * 60_000;

/**
 * Fetches feeds of one connection. One run at a time is with a connection, in all processes of the workspace: a
 * second one waits, because what it was started for may have come after the first one's last page.
 */
export async function fetchConnection(
  { daybook, stop, progress }: RunContext,
  connectionId: string,
  feeds: readonly FeedView[],
): Promise<SyncAllResult[]> {
  const { store, ports } = daybook;
  const names = new Map(feeds.map(({ id, institutionName }) => [id, institutionName ?? 'the bank']));
  const lost = new AbortController();
  try {
    return await withLease(
      store,
      {
        ...{ name: `fetch:${connectionId}`, clock: ports.clock, random: ports.random, processes: ports.processes },
        ...{ ttlMs: LEASE_MS, waitMs: WAIT_MS, stop },
      },
      async (lease) => {
        let renewed = ports.clock.now();
        return daybook.feeds.syncAll({
          stop: AbortSignal.any([stop, lost.signal]),
          feedIds: feeds.map(({ id }) => id),
          onProgress: ({ feedId, lines }) => {
            progress(lines, null, `Fetching ${names.get(feedId)}`);
            if (ports.clock.now() - renewed < RENEW_MS) return;
            renewed = ports.clock.now();
            // Another process is with the connection now; what was read so far is thrown away.
            lease.renew().catch((thrown) => lost.abort(asDaybookError(thrown)));
          },
        });
      },
    );
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code !== 'busy_elsewhere') throw thrown;
    return feeds.map(({ id }) => ({ feedId: id, outcome: 'skipped', error: error.toJSON() }));
  }
}
