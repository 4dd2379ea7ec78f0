/** The moments at which the schedule starts a run. */
import { Cron } from 'croner';
import { addDays, type CalendarDate, epochOf, type Instant, instantOf, weekday } from '../core/calendar.ts';
import { today } from '../core/clock.ts';
import type { HolidayCalendar } from './holidays.ts';
import type { Schedule } from './settings.ts';

/** What slots are worked out from. */
export type Plan = {
  readonly schedule: Schedule;
  /** IANA, the workspace's. */
  readonly timeZone: string;
  readonly holidays: HolidayCalendar;
};

/** No country has no business day for so long. */
const LONGEST_LOOK_DAYS = 60;

/**
 * The first slot after a moment; null when the schedule is off or has none. A time of day that the change to summer
 * time skips is taken at the first moment that exists; one that comes twice in autumn is taken the first time.
 */
export function nextSlotAfter(after: number, plan: Plan): Instant | null {
  if (!plan.schedule.enabled) return null;
  const times = timesOf(plan.schedule).map((at) => cronAt(at, plan.timeZone));
  const last = after + LONGEST_LOOK_DAYS * 86_400_000;
  for (let from = after; from < last; ) {
    const next = earliest(times, from);
    if (next === null) return null;
    if (skipReason(today({ now: () => next }, plan.timeZone), plan) === null) return instantOf(next);
    // The rest of this day is passed over, too; the slot itself is behind us.
    from = next;
  }
  return null;
}

/** How many slots lie after a moment and up to another one, by the clock on the wall; at most a year of them. */
export function countSlots(after: number, until: number, plan: Plan): number {
  if (!plan.schedule.enabled) return 0;
  const times = timesOf(plan.schedule);
  const start = wallClock(Math.max(after, until - 366 * 86_400_000), plan.timeZone);
  const end = wallClock(until, plan.timeZone);
  let count = 0;
  for (let day = start.date; day <= end.date; day = addDays(day, 1)) {
    if (skipReason(day, plan) !== null) continue;
    count += times.filter((at) => (day > start.date || at > start.time) && (day < end.date || at <= end.time)).length;
  }
  return count;
}

export type NextRun = {
  readonly at: Instant;
  /** Days between the run before (or now) and this one that have none, and why. */
  readonly skipped: Array<{ readonly date: CalendarDate; readonly reason: string }>;
};

/** The next runs, with the days that are passed over before each. */
export function nextRuns(after: number, count: number, plan: Plan): NextRun[] {
  const runs: NextRun[] = [];
  let from = after;
  let day = today({ now: () => after }, plan.timeZone);
  while (runs.length < count) {
    const at = nextSlotAfter(from, plan);
    if (at === null) break;
    from = epochOf(at);
    const date = today({ now: () => from }, plan.timeZone);
    const skipped = [];
    for (; day < date; day = addDays(day, 1)) {
      const reason = skipReason(day, plan);
      if (reason !== null) skipped.push({ date: day, reason });
    }
    runs.push({ at, skipped });
  }
  return runs;
}

/** Why a day has no run; null when it has. A holiday's name says more than the day of the week. */
export function skipReason(day: CalendarDate, { schedule, holidays }: Pick<Plan, 'schedule' | 'holidays'>) {
  const holiday = holidays(day);
  if (holiday !== null) return holiday;
  const weekdayNumber = weekday(day) || 7;
  return schedule.days.includes(weekdayNumber) ? null : (WEEKDAYS[weekdayNumber] ?? null);
}

const WEEKDAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** All times of a day, each once, in order. */
export function timesOf({ times, every, days }: Schedule): string[] {
  if (days.length === 0) return [];
  const all = new Set(times);
  if (every !== null)
    for (let at = minutesOf(every.from); at <= minutesOf(every.until); at += every.hours * 60)
      all.add(`${twoDigits(Math.floor(at / 60))}:${twoDigits(at % 60)}`);
  return [...all].sort();
}

/** The moment at which a day begins in a time zone. */
export function dayBegins(day: CalendarDate, timeZone: string): Instant {
  // Two days before noon UTC of a day is before that day began anywhere; the second midnight after it is the wanted one.
  const midnight = cronAt('00:00', timeZone);
  const noon = Date.parse(`${day}T12:00:00.000Z`);
  let begins = next(midnight, noon - 2 * 86_400_000);
  for (; begins !== null; begins = next(midnight, begins)) {
    const at = begins;
    if (today({ now: () => at }, timeZone) >= day) return instantOf(at);
  }
  throw new RangeError(`${day} never begins in ${timeZone}`);
}

/**
 * One for each time: a list of hours in one pattern would take the hour that comes twice in autumn both times. Without
 * a function it starts nothing: it is only asked for moments.
 */
function cronAt(at: string, timezone: string): Cron {
  return new Cron(`0 ${minuteOf(at)} ${hourOf(at)} * * *`, { timezone });
}

function next(cron: Cron, after: number): number | null {
  return cron.nextRun(new Date(after))?.getTime() ?? null;
}

function earliest(times: readonly Cron[], after: number): number | null {
  const all = times.flatMap((cron) => next(cron, after) ?? []);
  return all.length === 0 ? null : Math.min(...all);
}

function hourOf(at: string): number {
  return Number(at.slice(0, 2));
}

function minuteOf(at: string): number {
  return Number(at.slice(3));
}

function minutesOf(at: string): number {
  return hourOf(at) * 60 + minuteOf(at);
}

/** Date and time of day that a clock on the wall shows at a moment. */
function wallClock(epoch: number, timeZone: string): { readonly date: CalendarDate; readonly time: string } {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return { date: today({ now: () => epoch }, timeZone), time: time.format(epoch) };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
