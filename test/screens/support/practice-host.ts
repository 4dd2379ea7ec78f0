/** A practice Daybook behind the browser host, with the built screens: what a person gets from `npm run practice`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, createApi } from '../../../main/api/executor.ts';
import { plainHost } from '../../../main/api/host-services.ts';
import { openPractice } from '../../../main/cli/practice/interactive.ts';
import type { PracticeHost } from '../../../main/cli/practice/world.ts';
import { systemClock } from '../../../main/core/clock.ts';
import { silentLog } from '../../../main/core/ports.ts';
import { systemProcesses } from '../../../main/core/processes.ts';
import { systemRandom } from '../../../main/core/random.ts';
import type { Daybook } from '../../../main/daybook.ts';
import { startBrowserHost } from '../../../main/web/server.ts';
import { type MovableClock, movableClock } from '../../../practice/clock.ts';
import type { HarborWorld } from '../../../practice/harbor/world.ts';
import { builtRenderer } from './built-renderer.ts';

/** The day on which the specs play, unless one asks for another: Friday 20 November 2026, 08:00 UTC. */
const BEGINS = Date.UTC(2026, 10, 20, 8);

export type PracticeScreens = {
  readonly daybook: Daybook;
  /** The same API that the page uses, to bring the workspace into a state without clicking through it. */
  readonly api: Api;
  /** The practice servers with their fault switches. */
  readonly practice: PracticeHost<HarborWorld>;
  readonly clock: MovableClock;
  /** A one-time URL; each call of it gives the newest. */
  url(): string;
  readonly origin: string;
  close(): Promise<void>;
};

export async function startPracticeScreens(options: { readonly seed?: number } = {}): Promise<PracticeScreens> {
  const rendererDir = builtRenderer();
  const folder = mkdtempSync(join(tmpdir(), 'daybook-screens-'));
  const clock = movableClock(systemClock());
  clock.advance(BEGINS - clock.now());
  const {
    daybook,
    host: practice,
    reopen,
  } = await openPractice({
    ...{ database: join(folder, 'daybook.db'), company: 'harbor', seed: options.seed ?? 1, clock },
    ...{ log: silentLog, processes: systemProcesses(), tell: () => {} },
  });
  // The page may only listen once the host stands, and the host needs the API first.
  const served: { emit: (name: string, data: unknown) => void; linkOrigin: string | null } = {
    emit: () => {},
    linkOrigin: null,
  };
  const api = createApi(daybook, {
    actor: 'Ada Accountant',
    backups: join(folder, 'backups'),
    env: practice.env,
    emit: (name, data) => served.emit(name, data),
    services: plainHost('browser', () => served.linkOrigin),
    reopen,
  });
  const ports = { clock, random: systemRandom(), log: silentLog };
  let newest = '';
  const web = await startBrowserHost({ api, ports, rendererDir, onOpened: (next) => (newest = next) });
  newest = web.url;
  served.emit = web.emit;
  served.linkOrigin = web.linkOrigin;
  return {
    ...{ daybook, api, practice, clock, origin: web.origin },
    url: () => newest,
    close: async () => {
      await web.close();
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
