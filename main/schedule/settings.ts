import { z } from 'zod';
import { addDays, type CalendarDate, type Instant, instantOf, isBusinessDay } from '../core/calendar.ts';
import { type Clock, today } from '../core/clock.ts';
import type { Setting } from '../store/settings.ts';

/** `HH:MM` in the workspace's time zone. */
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30');

export const scheduleSchema = z.object({
  enabled: z.boolean(),
  /** Times of day at which banks are fetched. */
  times: z.array(time).max(24),
  businessDaysOnly: z.boolean(),
});
export type Schedule = z.output<typeof scheduleSchema>;

export const backupSchema = z.object({ daily: z.boolean(), keep: z.int().min(1).max(1_000) });
export type BackupPolicy = z.output<typeof backupSchema>;

export const scheduleSetting: Setting<Schedule> = {
  name: 'schedule',
  schema: scheduleSchema,
  fallback: { enabled: true, times: ['07:30', '12:00'], businessDaysOnly: true },
};

export const backupSetting: Setting<BackupPolicy> = {
  name: 'backup',
  schema: backupSchema,
  fallback: { daily: true, keep: 14 },
};

/** Looked at from now; two weeks hold a business day everywhere. */
const LONGEST_LOOK_DAYS = 14;

/** The next moment at which the schedule starts a run; null when it is off. */
export function nextRunAt(clock: Clock, timeZone: string, schedule: Schedule): Instant | null {
  return nextRunAfter(clock.now(), timeZone, schedule);
}

/** The first slot of the schedule after a moment. */
export function nextRunAfter(after: number, timeZone: string, schedule: Schedule): Instant | null {
  if (!schedule.enabled || schedule.times.length === 0) return null;
  const first = today({ now: () => after }, timeZone);
  for (let ahead = 0; ahead < LONGEST_LOOK_DAYS; ahead++) {
    const day = addDays(first, ahead);
    if (schedule.businessDaysOnly && !isBusinessDay(day)) continue;
    for (const at of schedule.times.toSorted()) {
      const epoch = epochOfLocal(day, at, timeZone);
      if (epoch > after) return instantOf(epoch);
    }
  }
  return null;
}

/** The moment at which a day begins in a time zone. */
export function dayBegins(day: CalendarDate, timeZone: string): Instant {
  return instantOf(epochOfLocal(day, '00:00', timeZone));
}

/**
 * Milliseconds since 1970 of a local date and time. A time that a change to summer time skips is taken an hour later.
 */
function epochOfLocal(day: CalendarDate, at: string, timeZone: string): number {
  const asUtc = Date.parse(`${day}T${at}:00.000Z`);
  const guess = asUtc - offsetAt(asUtc, timeZone);
  // The offset at the guess may be another one than at noon UTC of that day.
  return asUtc - offsetAt(guess, timeZone);
}

/** How far the zone's clock is ahead of UTC at a moment, in milliseconds. */
function offsetAt(epoch: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).formatToParts(epoch);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return local - Math.floor(epoch / 1_000) * 1_000;
}
