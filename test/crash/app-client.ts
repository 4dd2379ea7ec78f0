/** The screens' side of `daybook serve`: opens its link as a browser does and makes calls. */
import { z } from 'zod';
import type { CallInput, CallName, CallOutput, SerialError } from '../../main/api/contract.ts';
import { calls } from '../../main/api/contract.ts';
import type { Process } from '../simulation/computer.ts';
import { createLife } from '../simulation/life.ts';

export type AppClient = {
  /** Null when the app died meanwhile or the call failed. */
  ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N> | null>;
};

const wire = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.custom<SerialError>((error) => typeof error === 'object') }),
]);

/** @param onError each error that a call answered with. Null when the app died before it let us in. */
export async function openApp(
  link: string,
  onError: (call: string, error: SerialError) => void,
): Promise<AppClient | null> {
  const { origin, hash } = new URL(link);
  const post = (path: string, headers: Record<string, string>, body: object) =>
    fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, ...headers },
      body: JSON.stringify(body),
    });
  let headers: Record<string, string>;
  try {
    const opened = await post('/api/open', {}, { launch: hash.slice(1) });
    const { token } = z.object({ token: z.string() }).parse(await opened.json());
    headers = { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-daybook-token': token };
  } catch (thrown) {
    if (isGone(thrown)) return null;
    throw thrown;
  }
  let count = 0;
  return {
    ask: async (name, input) => {
      count += 1;
      try {
        const answer = await post('/api/call', headers, { name, input, callId: String(count) });
        const result = wire.parse(await answer.json());
        if (result.ok) return calls[name].output.parse(result.value) as CallOutput<typeof name>;
        onError(name, result.error);
      } catch (thrown) {
        if (!isGone(thrown)) throw thrown;
      }
      return null;
    },
  };
}

/** What `fetch` throws when the other side is dead: refused, reset, or cut off in the body. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof TypeError || (thrown instanceof Error && thrown.name === 'SocketError');
}

/** The running app as the simulated people know a process. Its store is in another process and cannot be read here. */
export function screenOf(app: AppClient, pid: number): Process {
  return {
    pid,
    ask: app.ask,
    life: createLife(() => {}),
    isOpen: () => false,
    close: async () => {},
    get daybook(): Process['daybook'] {
      throw new Error('the app is another process');
    },
  };
}
