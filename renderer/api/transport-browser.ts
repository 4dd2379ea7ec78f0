import type { EventName, WireResult } from './contract.ts';
import { type Transport, unreachable } from './transport.ts';
import { wait } from './wait.ts';

const RETRY_MS = [500, 1_000, 2_000, 5_000];

/** Calls by `POST /api/call`, events by server-sent events of `GET /api/events`, both with the session's token. */
export function browserTransport(): Transport {
  const headers = { 'x-daybook-token': sessionToken() };
  const listeners = new Map<EventName, Set<(data: unknown) => void>>();
  const reachListeners = new Set<(reached: boolean) => void>();
  let reached = true;
  const setReached = (next: boolean) => {
    if (next === reached) return;
    reached = next;
    for (const listener of reachListeners) listener(next);
  };
  const tell = (name: string, data: unknown) => {
    for (const listener of listeners.get(name as EventName) ?? []) listener(data);
  };
  void listen(headers, tell, setReached);
  return {
    host: 'browser',
    async call(envelope) {
      try {
        const response = await fetch('/api/call', {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(envelope),
        });
        return (await response.json()) as WireResult;
      } catch {
        return { ok: false, error: unreachable() };
      }
    },
    on(name, listener) {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
    onReach(listener) {
      reachListeners.add(listener);
      return () => reachListeners.delete(listener);
    },
  };
}

/** The opening page of the host puts it there; see main/web/opening.ts. */
function sessionToken(): string {
  return sessionStorage.getItem('daybook-token') ?? '';
}

/** Reads the event stream for ever; after each loss it comes back, and says that anything may have changed. */
async function listen(
  headers: Record<string, string>,
  tell: (name: string, data: unknown) => void,
  setReached: (reached: boolean) => void,
): Promise<void> {
  for (let losses = 0; ; losses++) {
    try {
      const response = await fetch('/api/events', { headers });
      if (!response.ok || !response.body) throw new Error(`events: ${response.status}`);
      setReached(true);
      losses = 0;
      await readEvents(response.body, tell);
    } catch {
      // Told by setReached; the next turn tries again.
    }
    setReached(false);
    await wait(RETRY_MS[Math.min(losses, RETRY_MS.length - 1)] ?? 5_000);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, tell: (name: string, data: unknown) => void) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const name = lines
        .find((line) => line.startsWith('event:'))
        ?.slice(6)
        .trim();
      const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
      if (name && data.length > 0) tell(name, JSON.parse(data.join('\n')));
    }
  }
}
