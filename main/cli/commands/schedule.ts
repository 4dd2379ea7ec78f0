import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import type { Api } from '../../api/executor.ts';
import { DaybookError } from '../../core/errors.ts';
import { type CommandResult, done } from '../io.ts';
import type { Cli } from '../program.ts';

type Settings = CallOutput<'settings.get'>;
type Schedule = Settings['schedule'];

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const SHOWN_RUNS = 5;

type SetOptions = {
  readonly on?: true;
  readonly off?: true;
  readonly time?: string[];
  readonly every?: string;
  readonly from?: string;
  readonly until?: string;
  readonly days?: number[];
  /** Commander takes a null for no value at all. */
  readonly holidays?: 'none' | NonNullable<Schedule['holidays']>;
  readonly onBattery?: Schedule['onBattery'];
  readonly onMetered?: Schedule['onMetered'];
  readonly digest?: Schedule['digest'];
  readonly timeZone?: string;
};

/** `schedule show`, `schedule set`: when banks are fetched without being asked. */
export function registerSchedule(program: Command, cli: Cli): void {
  const schedule = program.command('schedule').description('when banks are fetched without being asked');
  cli.inWorkspace(
    schedule.command('show', { isDefault: true }).description('the schedule, and its next runs'),
    ({ api }) => show(api),
  );
  const set = schedule
    .command('set')
    .description('change the schedule; what is not named stays')
    .option('--on', 'fetch by itself')
    .addOption(new Option('--off', 'fetch only when asked').conflicts('on'))
    .option('--time <HH:MM...>', 'times of day, in place of those that are set; "none" for no time')
    .option('--every <hours>', 'beside the times every so many hours, 1 to 12; 0 ends it')
    .option('--from <HH:MM>', 'with --every: the first time of a day; 08:00 unless set')
    .option('--until <HH:MM>', 'with --every: the last time of a day; 18:00 unless set')
    .option('--days <list>', 'days of the week, such as mon-fri or mon,wed,sat', daysOf)
    .option(
      '--holidays <country>',
      'no run on public holidays of a country or region, such as NL or DE-NW; "none"',
      placeOf,
    )
    .addOption(new Option('--on-battery <what>', 'without mains power').choices(['wait', 'run']))
    .addOption(new Option('--on-metered <what>', 'on a network paid by volume').choices(['wait', 'run']))
    .addOption(new Option('--digest <how often>', 'a text about what happened').choices(['off', 'daily', 'weekly']))
    .option('--time-zone <zone>', 'IANA zone of the workspace, such as Europe/Amsterdam');
  cli.inWorkspace<SetOptions>(set, async ({ api }, options) => {
    const before = await api.run('settings.get', {});
    await api.run('settings.save', {
      schedule: changed(before.schedule, options),
      ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    });
    return show(api);
  });
}

function changed(before: Schedule, options: SetOptions): Schedule {
  const { on, off, time, every, ...rest } = options;
  const hours = every === undefined ? (before.every?.hours ?? 0) : Number(every);
  const from = rest.from ?? before.every?.from ?? '08:00';
  const until = rest.until ?? before.every?.until ?? '18:00';
  if (hours === 0 && (rest.from !== undefined || rest.until !== undefined))
    throw new DaybookError('usage', 'From and until are for runs every so many hours. Say --every as well.');
  if (every !== undefined && !/^\d{1,2}$/.test(every))
    throw new DaybookError('usage', `"${every}" is no number of hours. Give 1 to 12, or 0 to end it.`);
  return {
    enabled: on ? true : off ? false : before.enabled,
    times: time === undefined ? before.times : time.includes('none') ? [] : [...new Set(time)].sort(),
    every: hours === 0 ? null : { hours, from, until },
    days: rest.days ?? before.days,
    holidays: rest.holidays === 'none' ? null : (rest.holidays ?? before.holidays),
    onBattery: rest.onBattery ?? before.onBattery,
    onMetered: rest.onMetered ?? before.onMetered,
    digest: rest.digest ?? before.digest,
  };
}

async function show(api: Api): Promise<CommandResult> {
  const { schedule, timeZone } = await api.run('settings.get', {});
  const { waiting } = await api.run('schedule.status', {});
  const { runs } = await api.run('schedule.preview', { count: SHOWN_RUNS });
  const at = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone });
  const lines = [
    schedule.enabled
      ? `Fetches by itself: ${timesText(schedule)}, ${daysText(schedule.days)}, ${timeZone}.`
      : 'Off: banks are fetched when somebody asks.',
    ...(schedule.holidays === null ? [] : [`Not on public holidays of ${placeText(schedule.holidays)}.`]),
    `Without mains power: ${schedule.onBattery}. On a network paid by volume: ${schedule.onMetered}.`,
    'Only the desktop app knows power and network; the browser host and the command line cannot, and run.',
    `Digest: ${schedule.digest}.`,
    ...(waiting === null
      ? []
      : [`A run is due since ${at.format(new Date(waiting.dueAt))} and waits for ${waitsFor(waiting)}.`]),
    ...(runs.length === 0 ? ['No next run.'] : ['', 'Next runs, while the app or "daybook serve" is open:']),
    ...runs.flatMap(({ at: moment, skipped }) => [
      ...skipped.map(({ date, reason }) => `  ${date}: none, ${reason}`),
      `  ${at.format(new Date(moment))}`,
    ]),
  ];
  return done({ schedule, timeZone, waiting, next: runs }, lines);
}

const WAITS = { power: 'mains power', unmetered: 'a network that is not paid by volume', network: 'the network' };

/** "mains power and the network" */
function waitsFor(waiting: NonNullable<CallOutput<'schedule.status'>['waiting']>): string {
  return waiting.waited.flatMap((one) => (one.until === null ? [WAITS[one.for]] : [])).join(' and ');
}

function timesText({ times, every }: Schedule): string {
  const often = every === null ? [] : [`every ${every.hours} h from ${every.from} to ${every.until}`];
  const all = [...times, ...often];
  return all.length === 0 ? 'at no time yet' : all.join(', ');
}

function daysText(days: readonly number[]): string {
  if (days.length === 7) return 'every day';
  return days
    .toSorted()
    .map((day) => DAYS[day - 1])
    .join(' ');
}

function placeText({ country, region }: NonNullable<Schedule['holidays']>): string {
  return region === null ? country : `${country}-${region}`;
}

/** `mon-fri`, `mon,wed` */
function daysOf(text: string): number[] {
  const days = text
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [from = '', to = from] = part.trim().split('-');
      const [first, last] = [DAYS.indexOf(from.slice(0, 3)), DAYS.indexOf(to.slice(0, 3))];
      if (first < 0 || last < first)
        throw new InvalidArgumentError('They must be days such as mon-fri or mon,wed,sat.');
      return Array.from({ length: last - first + 1 }, (_, index) => first + index + 1);
    });
  return [...new Set(days)].sort();
}

/** `NL`, `DE-NW`, `none` */
function placeOf(text: string): NonNullable<SetOptions['holidays']> {
  if (text === 'none') return text;
  const [country = '', region = null] = text.toUpperCase().split(/-(.*)/s);
  if (!/^[A-Z]{2}$/.test(country))
    throw new InvalidArgumentError('It must be a country such as NL, or a region such as DE-NW.');
  return { country, region };
}
