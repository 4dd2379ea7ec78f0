/** The desktop app's entry: wiring only. It must not wait at its top level; see `startDesktop`. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createApi } from './api/executor.ts';
import { startScheduledWork } from './api/scheduled-work.ts';
import { defaultWorkspace, workspaceFiles } from './cli/paths.ts';
import { PRACTICE_PASSPHRASE } from './cli/practice/passphrase.ts';
import { systemClock } from './core/clock.ts';
import { createFileLog } from './core/log.ts';
import { systemProcesses } from './core/processes.ts';
import { systemRandom } from './core/random.ts';
import { type Daybook, openDaybook } from './daybook.ts';
import { type EngineOptions, startDesktop } from './desktop/app.ts';

const { platform, env } = process;
const clock = systemClock();
const random = systemRandom();
const processes = systemProcesses();
const practice = process.argv.includes('--practice');
const base = env.DAYBOOK_WORKSPACE || defaultWorkspace(platform, env);
const folder = practice ? join(base, 'practice') : base;
const files = workspaceFiles(folder);
/** `dist`, in the package as in the source tree. */
const dist = join(import.meta.dirname, '..');

startDesktop({
  platform,
  arguments: process.argv,
  folder,
  database: files.database,
  rendererDir: join(dist, 'renderer'),
  preload: join(dist, 'preload', 'index.cjs'),
  resourcesPath: process.resourcesPath,
  configHome: env.XDG_CONFIG_HOME || join(homedir(), '.config'),
  random,
  ...(practice ? { passphrase: PRACTICE_PASSPHRASE } : {}),
  openLog: () => createFileLog({ folder: files.logs, clock }),
  openEngine: async (options) => {
    let present = options.passphrase;
    const { daybook, reopen } = await (practice ? openPracticeCompany(options) : openOwn(options));
    const api = createApi(daybook, {
      actor: userInfo().username,
      emit: options.emit,
      backups: files.backups,
      services: options.services,
      reopen: (given) => reopen(given ?? present),
      passphraseChanged: (next) => {
        present = next;
        options.passphraseChanged(next);
      },
    });
    const schedule = startScheduledWork(api, daybook.ports);
    const close = async () => {
      api.cancelAll();
      await schedule.stop();
      await api.close();
    };
    return { ...api, close };
  },
});

type Opened = { readonly daybook: Daybook; readonly reopen: (passphrase: string) => Promise<Daybook> };

async function openOwn({ passphrase, fetch, log, productionRefused }: EngineOptions): Promise<Opened> {
  const ports = { clock, random, fetch, log, processes };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const reopen = (present: string) =>
    openDaybook({ database: files.database, ports, passphrase: present, timeZone, productionRefused });
  return { daybook: await reopen(passphrase), reopen };
}

/** Only loaded when asked for: banks and an ERP come with it. */
async function openPracticeCompany({ log }: EngineOptions): Promise<Opened> {
  const { openPractice } = await import('./cli/practice/interactive.ts');
  const tell = (sentence: string) => log.info({}, sentence);
  return openPractice({ database: files.database, seed: 1, clock, log, processes, tell });
}
