/** A person's own workspace behind the browser host, with nothing in it yet, and the practice company to be opened. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, createApi } from '../../../main/api/executor.ts';
import { plainHost } from '../../../main/api/host-services.ts';
import { createPracticeCompany } from '../../../main/api/practice-company.ts';
import { openPracticeApi } from '../../../main/cli/practice/practice-api.ts';
import { systemClock } from '../../../main/core/clock.ts';
import { silentLog } from '../../../main/core/ports.ts';
import { systemProcesses } from '../../../main/core/processes.ts';
import { systemRandom } from '../../../main/core/random.ts';
import { openDaybook } from '../../../main/daybook.ts';
import { type BrowserHost, startBrowserHost } from '../../../main/web/server.ts';
import { builtRenderer } from './built-renderer.ts';

export type OwnScreens = {
  /** The own workspace's API, whatever the screens show. */
  readonly api: Api;
  url(): string;
  readonly origin: string;
  /** What went wrong where no screen waits. */
  readonly troubles: unknown[];
  close(): Promise<void>;
};

export async function startOwnScreens(): Promise<OwnScreens> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-own-'));
  const parts = { clock: systemClock(), log: silentLog, processes: systemProcesses() };
  const ports = {
    ...parts,
    random: systemRandom(),
    fetch: () => Promise.reject(new Error('the network is not asked')),
  };
  const troubles: unknown[] = [];
  let web: BrowserHost | undefined;
  const company = createPracticeCompany(
    (name, data) => web?.emit(name, data),
    (host) =>
      openPracticeApi({
        ...{ folder: join(folder, 'practice'), seed: 1, actor: 'Ada Accountant', services },
        ...parts,
        ...host,
      }),
    (thrown) => troubles.push(thrown),
  );
  const services = plainHost('browser', () => web?.linkOrigin ?? null, company);
  const daybook = await openDaybook({
    ...{ database: join(folder, 'daybook.db'), passphrase: 'own', ports, name: 'Mercer Holdings' },
    cost: { N: 2 ** 4, r: 8, p: 1 },
  });
  const api = createApi(daybook, {
    ...{ actor: 'Ada Accountant', emit: company.ownEmit, backups: join(folder, 'backups'), services },
  });
  let newest = '';
  web = await startBrowserHost({
    api: { call: (envelope) => company.call(api.call, envelope) },
    ports,
    rendererDir: builtRenderer(),
    onOpened: (next) => {
      newest = next;
    },
  });
  newest = web.url;
  const { origin, close } = web;
  return {
    ...{ api, origin, troubles },
    url: () => newest,
    close: async () => {
      await company.close();
      await close();
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
