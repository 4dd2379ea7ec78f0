import type { CalendarDate } from '../core/calendar.ts';
import { addDays } from '../core/calendar.ts';
import type { Schedule } from './settings.ts';

/** Why a day has no run: the holiday's English name; null for any other day. */
export type HolidayCalendar = (day: CalendarDate) => string | null;

export type HolidayRegion = { readonly code: string; readonly name: string };

const NONE: HolidayCalendar = () => null;

/** One workspace has one country; a few more while somebody chooses. */
const made = new Map<string, Promise<HolidayCalendar>>();

/** Public holidays of a country or region. One that the library does not know has none. */
export function holidayCalendar(wanted: Schedule['holidays']): Promise<HolidayCalendar> {
  if (wanted === null) return Promise.resolve(NONE);
  const key = `${wanted.country}.${wanted.region ?? ''}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const calendar = makeCalendar(wanted);
  made.set(key, calendar);
  return calendar;
}

/** Loaded where a country is chosen: it brings its data of 200 countries. */
const load = async () => (await import('date-holidays')).default;

async function makeCalendar({ country, region }: NonNullable<Schedule['holidays']>): Promise<HolidayCalendar> {
  const Holidays = await load();
  const rules = region === null ? new Holidays(country) : new Holidays(country, region);
  const years = new Map<string, ReadonlyMap<CalendarDate, string>>();
  const yearOf = (year: string) => {
    const known = years.get(year);
    if (known !== undefined) return known;
    const days = new Map<CalendarDate, string>();
    for (const { date, start, end, name, type } of rules.getHolidays(Number(year), 'en') ?? []) {
      // Half days, school holidays and observances are working days for a bank; a substitute day is its own row.
      if (type !== 'public') continue;
      const first = date.slice(0, 10);
      const length = Math.max(1, Math.round((end.getTime() - start.getTime()) / 86_400_000));
      for (let day = 0; day < length; day++) days.set(addDays(first, day), name);
    }
    years.set(year, days);
    return days;
  };
  return (day) => yearOf(day.slice(0, 4)).get(day) ?? null;
}

/** Countries with their English names, in the order of the names. */
export async function holidayCountries(): Promise<HolidayRegion[]> {
  const Holidays = await load();
  return named(new Holidays().getCountries('en'));
}

/** Regions of a country with holidays of their own; none where all have the same. */
export async function holidayRegions(country: string): Promise<HolidayRegion[]> {
  const Holidays = await load();
  return named(new Holidays().getStates(country, 'en') ?? {});
}

function named(names: Readonly<Record<string, string>>): HolidayRegion[] {
  return Object.entries(names)
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}
