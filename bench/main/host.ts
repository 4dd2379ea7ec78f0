import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startFlags } from '../ingest/memory.ts';
import { type LoopFigures, loopFigures } from './loop.ts';

/** The main process that is measured; see host-child.ts. */
export type HostProcess = {
  /** The one-time address. */
  readonly url: string;
  setUp(): Promise<void>;
  feeds(): Promise<string[]>;
  /** Watches the event loop while `work` runs. */
  watched(work: () => Promise<unknown>): Promise<LoopFigures>;
  settle(): Promise<void>;
  close(): Promise<void>;
};

const answer = z.object({ value: z.unknown() });

/** `held`: the engine gives nobody a turn in the middle of its work. */
export async function startHost(
  folder: string,
  { bank, pages, held = false }: { readonly bank: string; readonly pages: string; readonly held?: boolean },
): Promise<HostProcess> {
  const script = fileURLToPath(new URL('host-child.ts', import.meta.url));
  const child = fork(script, [folder, bank, pages, held ? 'held' : ''], { execArgv: startFlags() });
  const exited = once(child, 'exit');
  const told = async (): Promise<unknown> => {
    const [message]: unknown[] = await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error('the measured process ended'))),
    ]);
    return answer.parse(message).value;
  };
  const ask = (name: string) => {
    const answered = told();
    child.send(name);
    return answered;
  };
  const url = z.string().parse(await told());
  return {
    url,
    setUp: async () => void (await ask('setUp')),
    feeds: async () => z.array(z.string()).parse(await ask('feeds')),
    watched: async (work) => {
      await ask('watch');
      await work();
      return loopFigures.parse(await ask('figures'));
    },
    settle: async () => void (await ask('settle')),
    close: async () => {
      await ask('close');
      await exited;
    },
  };
}
