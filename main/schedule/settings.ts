import { z } from 'zod';
import type { Setting } from '../store/settings.ts';

/** `HH:MM` in the workspace's time zone. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30');

/** Every `hours` hours from a time of day to another one of the same day, both included. */
export const everyHours = z
  .object({ hours: z.int().min(1).max(12), from: timeOfDay, until: timeOfDay })
  .refine(({ from, until }) => from <= until, 'must begin before it ends');

export const scheduleSchema = z.object({
  enabled: z.boolean(),
  /** Times of day at which banks are fetched. */
  times: z.array(timeOfDay).max(24),
  /** Beside the times; null: not. */
  every: everyHours.nullable(),
  /** Days of the week, 1 Monday to 7 Sunday (ISO 8601). */
  days: z.array(z.int().min(1).max(7)).max(7),
  /** Whose public holidays have no run: ISO 3166 country, and a region of it where holidays differ; null: none. */
  holidays: z.object({ country: z.string().regex(/^[A-Z]{2}$/), region: z.string().max(10).nullable() }).nullable(),
  /** What a slot does on a computer that runs on its battery. */
  onBattery: z.enum(['wait', 'run']),
  /** What a slot does on a network that is paid by volume. */
  onMetered: z.enum(['wait', 'run']),
  /** A text about what happened, each day or each week. */
  digest: z.enum(['off', 'daily', 'weekly']),
});
export type Schedule = z.output<typeof scheduleSchema>;

export const BUSINESS_DAYS: readonly number[] = [1, 2, 3, 4, 5];

export const backupSchema = z.object({ daily: z.boolean(), keep: z.int().min(1).max(1_000) });
export type BackupPolicy = z.output<typeof backupSchema>;

export const scheduleSetting: Setting<Schedule> = {
  name: 'schedule',
  schema: scheduleSchema,
  fallback: {
    ...{ enabled: true, times: ['07:30', '12:00'], every: null, days: [...BUSINESS_DAYS], holidays: null },
    ...{ onBattery: 'wait', onMetered: 'wait', digest: 'off' },
  },
};

export const backupSetting: Setting<BackupPolicy> = {
  name: 'backup',
  schema: backupSchema,
  fallback: { daily: true, keep: 14 },
};
