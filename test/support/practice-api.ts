import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, createApi } from '../../main/api/executor.ts';
import { createPracticeHost, type PracticeHost } from '../../main/cli/practice/world.ts';
import { type VirtualClock, virtualClock } from '../../main/core/clock.ts';
import { type Fetch, type Ports, silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { seededRandom } from '../../main/core/random.ts';
import { type Daybook, openDaybook } from '../../main/daybook.ts';
import { createHarborWorld, type HarborWorld } from '../../practice/harbor/world.ts';

export const FIRST_DAY = '2026-11-02';
export const PASSPHRASE = 'correct horse';
/** The Friday of the first practice week, in the morning. */
const MORNING = Date.UTC(2026, 10, 6, 7, 30);

/** The practice company behind the API, in process and on a virtual clock. */
export type PracticeApi = {
  readonly api: Api;
  readonly daybook: () => Daybook;
  readonly host: PracticeHost<HarborWorld>;
  readonly clock: VirtualClock;
  readonly ports: Ports;
  readonly folder: string;
  /** What the host was sent. */
  readonly events: Array<{ readonly name: string; readonly data: unknown }>;
  /** The setup document with a token for each bank, and the environment that it names. */
  readonly setup: object;
  /** From now on no server answers, sign-in apart; calls back with the first request that waits. */
  hang(onReached: () => void): void;
  close(): Promise<void>;
};

export async function practiceApi(
  options: { readonly actor?: string; readonly canReopen?: boolean } = {},
): Promise<PracticeApi> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-api-'));
  const clock = virtualClock(MORNING);
  const host = createPracticeHost(
    createHarborWorld({ seed: 7, firstDay: FIRST_DAY, clock, historyDays: 20, historyAfterMs: 0 }),
  );
  const linked = linkedSetup(host);
  let reached: (() => void) | null = null;
  const fetch: Fetch = (request) => {
    // The sign-in is shared by everybody who waits for it and ends by its own time limit, not with one caller.
    if (reached === null || request.url.includes('/oauth2/')) return host.fetch(request);
    reached();
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason), { once: true });
    });
  };
  const ports = { clock, random: seededRandom(7), fetch, log: silentLog, processes: systemProcesses() };
  const open = (passphrase = PASSPHRASE) =>
    openDaybook({ database: join(folder, 'daybook.db'), ports, passphrase, cost: { N: 2, r: 1, p: 1 } });
  let daybook = await open();
  const events: PracticeApi['events'] = [];
  const api = createApi(daybook, {
    actor: options.actor ?? 'Ada',
    emit: (name, data) => void events.push({ name, data }),
    backups: join(folder, 'backups'),
    env: linked.env,
    ...(options.canReopen === false
      ? {}
      : {
          reopen: async (passphrase) => {
            daybook = await open(passphrase);
            return daybook;
          },
        }),
  });
  return {
    ...{ api, host, clock, ports, folder, events, setup: linked.setup },
    daybook: () => daybook,
    hang: (onReached) => {
      reached = onReached;
    },
    close: async () => {
      await api.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Banks that are linked already, as a firm has them whose tokens come from elsewhere. */
export function linkedSetup(host: PracticeHost<HarborWorld>): {
  readonly setup: object;
  readonly env: Record<string, string>;
} {
  const env: Record<string, string> = { ...host.env };
  const items = host.world.banks.banks.map(({ key: bank }) => {
    const name = `TOKEN_${bank.toUpperCase()}`;
    env[name] = host.world.plaid.control.addItem(bank).accessToken;
    return { accessToken: { env: name } };
  });
  const [plaid, d365] = host.setup.connections;
  return { setup: { ...host.setup, connections: [{ ...plaid, items }, d365] }, env };
}
