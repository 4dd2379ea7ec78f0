/** Days on which banks book nothing, besides weekends. `target`: euro; `us`: Federal Reserve; `uk`: England and Wales. */
export type HolidayCalendar = 'none' | 'target' | 'us' | 'uk';

const DAY_MS = 86_400_000;

/** Business days up to and including a day, counted from 1970: the difference of two is how many lie between them. */
export type BusinessDays = (day: number) => number;

const calendars = new Map<HolidayCalendar, BusinessDays>();

export function businessDays(calendar: HolidayCalendar): BusinessDays {
  const known = calendars.get(calendar);
  if (known) return known;
  const made = count(calendar);
  calendars.set(calendar, made);
  return made;
}

function count(calendar: HolidayCalendar): BusinessDays {
  const counted: number[] = [];
  const holidays = new Set<number>();
  let year = 1969;
  return (day) => {
    while (counted.length <= day) {
      const next = counted.length;
      const its = new Date(next * DAY_MS).getUTCFullYear();
      for (; year < its; year += 1) for (const holiday of holidaysOf(calendar, year + 1)) holidays.add(holiday);
      const open = !isWeekend(next) && !holidays.has(next);
      counted.push((counted[next - 1] ?? 0) + (open ? 1 : 0));
    }
    return counted[day] ?? 0;
  };
}

/** 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return (day + 4) % 7;
}

function isWeekend(day: number): boolean {
  return weekdayOf(day) === 0 || weekdayOf(day) === 6;
}

function dayOf(year: number, month: number, date: number): number {
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

function holidaysOf(calendar: HolidayCalendar, year: number): number[] {
  const easter = easterOf(year);
  switch (calendar) {
    case 'none':
      return [];
    case 'target':
      return [
        ...[easter - 2, easter + 1],
        ...[dayOf(year, 1, 1), dayOf(year, 5, 1), dayOf(year, 12, 25), dayOf(year, 12, 26)],
      ];
    case 'uk': {
      const christmas = afterWeekend(dayOf(year, 12, 25));
      return [
        ...[afterWeekend(dayOf(year, 1, 1)), easter - 2, easter + 1],
        ...[nth(year, 5, 1, 1), last(year, 5, 1), last(year, 8, 1)],
        ...[christmas, afterWeekend(Math.max(dayOf(year, 12, 26), christmas + 1))],
      ];
    }
    case 'us':
      return [
        ...[nth(year, 1, 1, 3), nth(year, 2, 1, 3), last(year, 5, 1), nth(year, 9, 1, 1)],
        ...[nth(year, 10, 1, 2), nth(year, 11, 4, 4)],
        ...[dayOf(year, 1, 1), dayOf(year, 6, 19), dayOf(year, 7, 4), dayOf(year, 11, 11), dayOf(year, 12, 25)].map(
          // The Federal Reserve opens on the Friday before a holiday that falls on a Saturday.
          (day) => (weekdayOf(day) === 0 ? day + 1 : day),
        ),
      ];
  }
}

function afterWeekend(day: number): number {
  return weekdayOf(day) === 6 ? day + 2 : weekdayOf(day) === 0 ? day + 1 : day;
}

/** The n-th such weekday of a month. */
function nth(year: number, month: number, weekday: number, n: number): number {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1);
}

function last(year: number, month: number, weekday: number): number {
  const end = dayOf(year, month + 1, 1) - 1;
  return end - ((weekdayOf(end) - weekday + 7) % 7);
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones, Butcher). */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return dayOf(year, month, ((h + l - 7 * m + 114) % 31) + 1);
}
