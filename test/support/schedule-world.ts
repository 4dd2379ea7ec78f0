import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallOutput } from '../../main/api/contract.ts';
import { type Api, createApi } from '../../main/api/executor.ts';
import { plainHost } from '../../main/api/host-services.ts';
import { startScheduledWork } from '../../main/api/scheduled-work.ts';
import { epochOf, instantOf } from '../../main/core/calendar.ts';
import { virtualClock, yieldToOthers } from '../../main/core/clock.ts';
import { type Fetch, type Processes, silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { openDaybook } from '../../main/daybook.ts';
import { type Conditions, UNKNOWN_CONDITIONS } from '../../main/schedule/look.ts';

export type Run = CallOutput<'activity.runs'>['runs'][number];
type Schedule = CallOutput<'settings.get'>['schedule'];

/** A workspace and hosts that come and go on it, in virtual time. */
export type ScheduleWorld = {
  /** Opens a host that runs the schedule: a process of its own. */
  host(conditions?: () => Conditions): Promise<ScheduleHost>;
  /** The computer is awake at these moments: hosts look twice at each. Between two of them it sleeps. */
  awakeAt(...instants: readonly string[]): Promise<void>;
  /** Corrects the clock, in either direction. */
  setClock(instant: string): void;
  now(): string;
  close(): Promise<void>;
};

export type ScheduleHost = {
  readonly api: Api;
  /** Runs of the schedule, oldest first. */
  runs(): Promise<Run[]>;
  save(change: Partial<Schedule>, timeZone?: string): Promise<void>;
  /** Ends as a person quits it: a run under way is stopped first. */
  close(): Promise<void>;
  /** Ends without a word, as by a power cut. */
  kill(): void;
};

export function scheduleWorld(
  start: string,
  options: { readonly timeZone?: string; readonly fetch?: Fetch; readonly atOpen?: (api: Api) => Promise<void> } = {},
): ScheduleWorld {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-schedule-'));
  const clock = virtualClock(epochOf(start));
  const alive = new Set<number>();
  const open = new Set<ScheduleHost>();
  let pids = 100;

  const host = async (conditions: () => Conditions = () => UNKNOWN_CONDITIONS): Promise<ScheduleHost> => {
    pids += 1;
    const pid = pids;
    alive.add(pid);
    const processes: Processes = { host: 'desk', pid, isAlive: (other) => alive.has(other) };
    const ports = {
      ...{ clock, random: seededRandom(pid), log: silentLog, processes },
      fetch: options.fetch ?? (async () => new Response('', { status: 500 })),
    };
    const daybook = await openDaybook({
      ...{ database: join(folder, 'daybook.db'), ports, passphrase: 'p', cost: { N: 2, r: 1, p: 1 } },
      timeZone: options.timeZone ?? 'Europe/Amsterdam',
    });
    const api = createApi(daybook, {
      ...{ actor: 'Ada', emit: () => {}, backups: join(folder, 'backups') },
      services: { ...plainHost('cli'), conditions: async () => conditions() },
    });
    // A backup works in a thread, in real time, which a virtual clock does not wait for.
    await api.run('settings.save', { backup: { daily: false, keep: 1 } });
    await options.atOpen?.(api);
    const schedule = startScheduledWork(api, ports);
    const made: ScheduleHost = {
      api,
      runs: async () => (await api.run('activity.runs', {})).runs.filter((run) => run.begunBy === 'schedule').reverse(),
      save: async (change, timeZone) => {
        const settings = await api.run('settings.get', {});
        await api.run('settings.save', {
          schedule: { ...settings.schedule, ...change },
          ...(timeZone === undefined ? {} : { timeZone }),
        });
      },
      close: async () => {
        open.delete(made);
        api.cancelAll();
        await schedule.stop();
        await api.close();
        alive.delete(pid);
      },
      kill: () => {
        alive.delete(pid);
        void schedule.stop();
      },
    };
    open.add(made);
    // The first look is at once.
    await settle();
    return made;
  };

  /** Until nobody does anything any more but sleep. */
  const settle = async () => {
    for (let turn = 0; turn < 40; turn++) await yieldToOthers();
  };

  return {
    host,
    awakeAt: async (...instants) => {
      for (const instant of instants) {
        clock.set(epochOf(instant));
        // Two looks of each host.
        await clock.sleep(45_000);
        await settle();
      }
    },
    setClock: (instant) => clock.set(epochOf(instant)),
    now: () => instantOf(clock.now()),
    close: async () => {
      for (const one of [...open]) await one.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
