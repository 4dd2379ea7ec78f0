import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../main/core/clock.ts';

const RETRY_MS = 1_000;

/**
 * The connection that listens. When it is lost it is made again, and null is told: what was said meanwhile is not
 * said again.
 */
export async function listenForNews(
  config: ClientConfig,
  name: string,
  clock: Clock,
  tell: (channel: string | null) => void,
): Promise<{ close(): Promise<void> }> {
  const stop = new AbortController();
  let client: Client | undefined;

  const connect = async () => {
    const next = new Client(config);
    next.on('notification', ({ payload }) => {
      if (payload) tell(payload);
    });
    next.on('error', () => {
      if (client === next && !stop.signal.aborted) void reconnect();
    });
    await next.connect();
    await next.query(`LISTEN ${name}`);
    client = next;
  };
  const reconnect = async () => {
    client = undefined;
    while (!stop.signal.aborted) {
      try {
        await clock.sleep(RETRY_MS, stop.signal);
        await connect();
        return tell(null);
      } catch {
        // Not there yet, or stopped: the loop's condition decides.
      }
    }
  };
  await connect();
  return {
    close: async () => {
      stop.abort();
      await client?.end();
    },
  };
}
