/** The practice company as a host serves it: opened anew, with its schedule, and everything ended by `close`. */

import { type CompanyName, DEFAULT_COMPANY } from '../../../practice/company/names.ts';
import { type Api, createApi, type Emit } from '../../api/executor.ts';
import type { HostServices } from '../../api/host-services.ts';
import { startScheduledWork } from '../../api/scheduled-work.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log, Processes } from '../../core/ports.ts';
import { workspaceFiles } from '../paths.ts';
import { openPractice } from './interactive.ts';

export type PracticeApiOptions = {
  /** Harbor unless told. */
  readonly company?: CompanyName;
  /** The practice workspace's own folder, beside the real one. */
  readonly folder: string;
  readonly seed: number | string;
  readonly actor: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: Processes;
  readonly emit: Emit;
  readonly services: HostServices;
  /** Told of a new passphrase of the practice vault. */
  readonly passphraseChanged?: (next: string) => void;
  readonly tell: (sentence: string) => void;
};

export async function openPracticeApi(options: PracticeApiOptions): Promise<Api> {
  const { actor, clock, log, processes, emit, services, tell, seed, company = DEFAULT_COMPANY } = options;
  const files = workspaceFiles(options.folder);
  const practice = await openPractice({ database: files.database, company, seed, clock, log, processes, tell });
  let present: string | undefined;
  const api = createApi(practice.daybook, {
    ...{ actor, emit, services },
    backups: files.backups,
    env: practice.host.env,
    reopen: (given) => practice.reopen(given ?? present),
    passphraseChanged: (next) => {
      present = next;
      options.passphraseChanged?.(next);
    },
  });
  const schedule = startScheduledWork(api, { clock, log });
  return {
    ...api,
    close: async () => {
      api.cancelAll();
      await schedule.stop();
      await api.close();
      await practice.close();
    },
  };
}
