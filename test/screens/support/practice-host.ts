/** A practice Daybook behind the browser host, with the built screens: what a person gets from `npm run practice`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, createApi } from '../../../main/api/executor.ts';
import { plainHost } from '../../../main/api/host-services.ts';
import { openPractice } from '../../../main/cli/practice/interactive.ts';
import type { PracticeHost } from '../../../main/cli/practice/world.ts';
import type { CalendarDate } from '../../../main/core/calendar.ts';
import { systemClock } from '../../../main/core/clock.ts';
import { silentLog } from '../../../main/core/ports.ts';
import { systemProcesses } from '../../../main/core/processes.ts';
import { systemRandom } from '../../../main/core/random.ts';
import type { Daybook } from '../../../main/daybook.ts';
import { startBrowserHost } from '../../../main/web/server.ts';
import { type MovableClock, movableClock } from '../../../practice/clock.ts';
import type { CompanyName } from '../../../practice/company/names.ts';
import type { PracticeWorld } from '../../../practice/company/world.ts';
import type { HarborWorld } from '../../../practice/harbor/world.ts';
import type { WorldOf } from '../../../practice/world.ts';
import { builtRenderer } from './built-renderer.ts';

/** The day on which the specs play, unless one asks for another: Friday 20 November 2026, 08:00 UTC. */
const BEGINS = Date.UTC(2026, 10, 20, 8);

export type PracticeScreens<World extends PracticeWorld = HarborWorld> = {
  readonly daybook: Daybook;
  /** The same API that the page uses, to bring the workspace into a state without clicking through it. */
  readonly api: Api;
  /** The practice servers with their fault switches. */
  readonly practice: PracticeHost<World>;
  readonly clock: MovableClock;
  /** The first day whose lines wait for review. */
  readonly firstDay: CalendarDate;
  /** A one-time URL; each call of it gives the newest. */
  url(): string;
  readonly origin: string;
  close(): Promise<void>;
};

export type PracticeOptions = {
  readonly seed?: number;
  /** Nothing is connected yet. */
  readonly fromNothing?: boolean;
};

export async function startPracticeScreens(options: PracticeOptions = {}): Promise<PracticeScreens<HarborWorld>> {
  return startCompanyScreens('harbor', options);
}

/** The same with another practice company. */
export async function startCompanyScreens<Name extends CompanyName>(
  company: Name,
  options: PracticeOptions = {},
): Promise<PracticeScreens<WorldOf<Name>>> {
  const rendererDir = builtRenderer();
  const folder = mkdtempSync(join(tmpdir(), 'daybook-screens-'));
  const clock = movableClock(systemClock());
  clock.advance(BEGINS - clock.now());
  const {
    daybook,
    host: practice,
    reopen,
    firstDay,
    close,
  } = await openPractice({
    ...{ database: join(folder, 'daybook.db'), company, seed: options.seed ?? 1, clock },
    ...{ log: silentLog, processes: systemProcesses(), tell: () => {} },
    fromNothing: options.fromNothing ?? false,
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
    ...{ daybook, api, practice, clock, firstDay, origin: web.origin },
    url: () => newest,
    close: async () => {
      await web.close();
      await api.close();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
