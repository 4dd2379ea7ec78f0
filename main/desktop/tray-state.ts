import type { Api } from '../api/executor.ts';

/** What the tray says. Moments are ISO 8601 in UTC. */
export type TrayState = {
  readonly state: 'locked' | 'fetching' | 'needs_person' | 'paused' | 'waiting' | 'quiet';
  /** What a run that is due waits for. */
  readonly waitsFor: ReadonlyArray<'power' | 'unmetered' | 'network'>;
  readonly practice: boolean;
  readonly lastSync: string | null;
  readonly nextRun: string | null;
  /** BCP 47, the workspace's. */
  readonly locale: string;
  readonly timeZone: string;
};

export const LOCKED: TrayState = {
  state: 'locked',
  waitsFor: [],
  practice: false,
  lastSync: null,
  nextRun: null,
  locale: 'en',
  timeZone: 'UTC',
};

/** Reads the state through the same calls as the screens. @throws DaybookError */
export async function readTrayState(api: Api): Promise<TrayState> {
  const [today, about, settings, work] = await Promise.all([
    api.run('today.get', {}),
    api.run('workspace.about', {}),
    api.run('settings.get', {}),
    api.run('work.list', {}),
  ]);
  const fetching = work.some(({ name }) => name === 'sync.run');
  const needsPerson = today.health.some(({ state }) => state === 'needs_person');
  const paused = !settings.schedule.enabled;
  const synced = today.health.flatMap(({ kind, lastSuccessAt }) => (kind === 'feed' ? (lastSuccessAt ?? []) : []));
  const waitsFor = (today.waiting?.waited ?? []).flatMap((one) => (one.until === null ? [one.for] : []));
  const idle = paused ? 'paused' : waitsFor.length > 0 ? 'waiting' : 'quiet';
  return {
    state: fetching ? 'fetching' : needsPerson ? 'needs_person' : idle,
    waitsFor,
    practice: about.practice,
    lastSync: synced.toSorted().at(-1) ?? null,
    nextRun: paused ? null : today.nextRun,
    locale: about.locale,
    timeZone: about.timeZone,
  };
}

const SAYS: Readonly<Record<TrayState['state'], string>> = {
  locked: 'Locked: open Daybook and enter the passphrase',
  fetching: 'Fetching from the banks',
  needs_person: 'A connection needs you',
  paused: 'Paused',
  waiting: 'A run is due',
  quiet: 'Up to date',
};

const WAITS = { power: 'mains power', unmetered: 'a network without a price', network: 'the network' };

/** The lines at the top of the tray's menu. */
export function trayLines(tray: TrayState): readonly string[] {
  const at = (moment: string | null) =>
    moment === null
      ? 'none'
      : new Intl.DateTimeFormat(tray.locale, {
          weekday: 'short',
          day: 'numeric',
          month: 'short',
          hour: '2-digit',
          minute: '2-digit',
          timeZone: tray.timeZone,
        }).format(new Date(moment));
  const head = tray.practice ? ['Practice company'] : [];
  if (tray.state === 'locked') return [...head, SAYS.locked];
  const waits = tray.waitsFor.map((one) => `It waits for ${WAITS[one]}`);
  return [...head, SAYS[tray.state], ...waits, `Last sync: ${at(tray.lastSync)}`, `Next run: ${at(tray.nextRun)}`];
}
