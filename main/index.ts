/** The desktop app's entry: wiring only. */
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createApi } from './api/executor.ts';
import { defaultWorkspace, workspaceFiles } from './cli/paths.ts';
import { systemClock } from './core/clock.ts';
import { createFileLog } from './core/log.ts';
import { systemProcesses } from './core/processes.ts';
import { systemRandom } from './core/random.ts';
import { openDaybook } from './daybook.ts';
import { startDesktop } from './desktop/app.ts';

const { platform, env } = process;
const clock = systemClock();
const random = systemRandom();
const folder = env.DAYBOOK_WORKSPACE ?? defaultWorkspace(platform, env);
const files = workspaceFiles(folder);
/** `dist`, in the package as in the source tree. */
const dist = join(import.meta.dirname, '..');

await startDesktop({
  platform,
  arguments: process.argv,
  folder,
  database: files.database,
  rendererDir: join(dist, 'renderer'),
  preload: join(dist, 'preload', 'index.cjs'),
  resourcesPath: process.resourcesPath,
  configHome: env.XDG_CONFIG_HOME ?? join(homedir(), '.config'),
  random,
  openLog: () => createFileLog({ folder: files.logs, clock }),
  openEngine: async ({ passphrase, fetch, log, emit, services, passphraseChanged, productionRefused }) => {
    const ports = { clock, random, fetch, log, processes: systemProcesses() };
    const open = (secret: string) =>
      openDaybook({ database: files.database, ports, passphrase: secret, productionRefused });
    let present = passphrase;
    return createApi(await open(passphrase), {
      actor: userInfo().username,
      emit,
      backups: files.backups,
      services,
      reopen: (given) => open(given ?? present),
      passphraseChanged: (next) => {
        present = next;
        passphraseChanged(next);
      },
    });
  },
});
