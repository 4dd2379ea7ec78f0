/** The desktop app's entry: wiring only. It must not wait at its top level; see `startDesktop`. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { companyAmong } from '../practice/company/names.ts';
import { type Api, createApi } from './api/executor.ts';
import { startScheduledWork } from './api/scheduled-work.ts';
import { startWebhookWork } from './api/webhook-work.ts';
import { defaultWorkspace, practiceFolder, workspaceFiles } from './cli/paths.ts';
import { PRACTICE_PASSPHRASE } from './cli/practice/passphrase.ts';
import type { PracticeApiOptions } from './cli/practice/practice-api.ts';
import { systemClock } from './core/clock.ts';
import { createFileLog } from './core/log.ts';
import { systemProcesses } from './core/processes.ts';
import { systemRandom } from './core/random.ts';
import { openDaybook } from './daybook.ts';
import { type EngineOptions, startDesktop } from './desktop/app.ts';

const { platform, env } = process;
const clock = systemClock();
const random = systemRandom();
const processes = systemProcesses();
const actor = userInfo().username;
const practice = process.argv.includes('--practice');
const base = env.DAYBOOK_WORKSPACE || defaultWorkspace(platform, env);
const folder = practice ? practiceFolder(base) : base;
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
  ...{ clock, random },
  ...(practice ? { passphrase: PRACTICE_PASSPHRASE } : {}),
  openLog: () => createFileLog({ folder: files.logs, clock }),
  openEngine: (options) =>
    practice
      ? openPracticeCompany({ ...options, tell: (sentence) => options.log.info({}, sentence) })
      : openOwn(options),
  ...(practice ? {} : { openPractice: openPracticeCompany }),
});

async function openOwn(options: EngineOptions): Promise<Api> {
  const { fetch, log, productionRefused, emit, services } = options;
  const ports = { clock, random, fetch, log, processes };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  let present = options.passphrase;
  const open = (passphrase: string) =>
    openDaybook({ database: files.database, ports, passphrase, timeZone, productionRefused });
  const api = createApi(await open(present), {
    ...{ actor, emit, services, backups: files.backups },
    reopen: (given) => open(given ?? present),
    passphraseChanged: (next) => {
      present = next;
      options.passphraseChanged(next);
    },
  });
  const schedule = startScheduledWork(api, ports);
  const webhooks = startWebhookWork(api, ports);
  const noLonger = options.onWake(schedule.look);
  const close = async () => {
    noLonger();
    api.cancelAll();
    await webhooks.stop();
    await schedule.stop();
    await api.close();
  };
  return { ...api, close };
}

/** Only loaded when asked for: banks and an ERP come with it. */
async function openPracticeCompany(
  host: Pick<PracticeApiOptions, 'emit' | 'services' | 'log' | 'tell' | 'passphraseChanged'>,
): Promise<Api> {
  const { openPracticeApi } = await import('./cli/practice/practice-api.ts');
  const company = companyAmong(process.argv);
  return openPracticeApi({ folder: practiceFolder(base), company, seed: 1, actor, clock, processes, ...host });
}
