import type { Api } from '../api/executor.ts';
import { LOCKED, readTrayState, type TrayState } from './tray-state.ts';

/** Keeps the tray true: one look at a time, and one more when something changed meanwhile. */
export function createTrayTeller(
  api: () => Api | null,
  show: (state: TrayState) => void,
  complain: (thrown: unknown) => void,
): { look(): void } {
  return oneAtATime(async () => {
    const open = api();
    show(open ? await readTrayState(open) : LOCKED);
  }, complain);
}

/** Runs `work`; asked again while it runs, it runs once more afterwards, however often it was asked. */
export function oneAtATime(work: () => Promise<void>, complain: (thrown: unknown) => void): { look(): void } {
  let running = false;
  let again = false;
  const look = () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    work()
      .catch(complain)
      .finally(() => {
        running = false;
        if (!again) return;
        again = false;
        look();
      });
  };
  return { look };
}
