/** Daybook in this process, which is not killed: to prepare a workspace, to look at one, and to catch up at the end. */
import { join } from 'node:path';
import { createApi } from '../../main/api/executor.ts';
import { DaybookError, type SerialError } from '../../main/core/errors.ts';
import type { Ports } from '../../main/core/ports.ts';
import { openDaybook } from '../../main/daybook.ts';
import type { Process } from '../simulation/computer.ts';
import { createLife } from '../simulation/life.ts';

/** The work of guessing the passphrase is not what is tried here. */
const CHEAP = { N: 2, r: 1, p: 1 } as const;

export type HereOptions = {
  readonly database: string;
  readonly passphrase: string;
  readonly ports: Ports;
  readonly onError: (call: string, error: SerialError) => void;
};

export async function openHere({ database, passphrase, ports, onError }: HereOptions): Promise<Process> {
  const daybook = await openDaybook({ database, passphrase, ports, cost: CHEAP, name: 'Crash' });
  const api = createApi(daybook, { actor: 'Ada', emit: () => {}, backups: join(database, '..', 'backups') });
  let count = 0;
  let open = true;
  return {
    pid: process.pid,
    daybook,
    life: createLife(() => {}),
    isOpen: () => open,
    ask: async (name, input) => {
      count += 1;
      try {
        return await api.run(name, input, `here-${count}`);
      } catch (thrown) {
        if (!(thrown instanceof DaybookError)) throw thrown;
        onError(name, thrown.toJSON());
        return null;
      }
    },
    close: async () => {
      open = false;
      await api.close();
    },
  };
}
