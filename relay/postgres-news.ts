import { Client, type ClientConfig } from 'pg';
import type { Clock } from '../main/core/clock.ts';

const RETRY_MS = 1_000;
/** A way that was cut without a word shows only when something is asked over it. */
const ASK_EVERY_MS = 15_000;
const ANSWER_MS = 10_000;

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
    const listens = await answered(
      next.connect().then(() => next.query(`LISTEN ${name}`)),
      clock,
    );
    if (listens instanceof Error) {
      leave(next);
      throw listens;
    }
    // Closed while it was being made: nobody would end it.
    if (stop.signal.aborted) return leave(next);
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
  const lookAfter = async () => {
    for (;;) {
      await clock.sleep(ASK_EVERY_MS, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      const asked = client;
      if (asked === undefined || !((await answered(asked.query(`LISTEN ${name}`), clock)) instanceof Error)) continue;
      if (client !== asked || stop.signal.aborted) continue;
      leave(asked);
      void reconnect();
    }
  };
  await connect();
  void lookAfter();
  return {
    close: async () => {
      stop.abort();
      await client?.end();
    },
  };
}

/** What came of it, or why nothing did in time. */
async function answered(work: Promise<unknown>, clock: Clock): Promise<unknown> {
  const limit = clock.deadline(ANSWER_MS);
  const tooLate = new Promise<Error>((resolve) => {
    limit.signal.addEventListener('abort', () => resolve(new Error('PostgreSQL does not answer.')), { once: true });
  });
  try {
    return await Promise.race([
      work.then(
        () => null,
        (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
      ),
      tooLate,
    ]);
  } finally {
    limit.clear();
  }
}

/** With a question open it is cut at once; nobody waits for the other side's word. */
function leave(client: Client): void {
  client.end().catch(() => undefined);
}
