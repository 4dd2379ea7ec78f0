import type { Money } from '../api/contract.ts';
import { useLocale } from './locale.ts';

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => F): F {
  const known = formats.get(key);
  if (known) return known as F;
  const made = make();
  formats.set(key, made);
  return made;
}

/** A decimal text by locale with exactly its own decimals, grouped, with a true minus. Exact: no number in between. */
export function formatDecimal(amount: string, locale = useLocale.getState().locale): string {
  const digits = amount.split('.')[1]?.length ?? 0;
  const format = cached(
    `n:${locale}:${digits}`,
    () => new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return format.format(amount as Intl.StringNumericLiteral).replace('-', '−');
}

export function formatMoney({ amount, currency }: Money): string {
  return `${formatDecimal(amount)} ${currency}`;
}

export function formatCount(count: number): string {
  const { locale } = useLocale.getState();
  return cached(`c:${locale}`, () => new Intl.NumberFormat(locale)).format(count);
}

/** `a, b or c`. */
export function formatOr(list: readonly string[]): string {
  return new Intl.ListFormat(useLocale.getState().locale, { type: 'disjunction' }).format(list);
}

/** `a, b and c`. */
export function formatAnd(list: readonly string[]): string {
  return new Intl.ListFormat(useLocale.getState().locale, { type: 'conjunction' }).format(list);
}

const asUtc = (day: string) => new Date(`${day}T00:00:00Z`);

type DayForm = 'short' | 'weekday' | 'full';

const DAY_FORMS: Readonly<Record<DayForm, Intl.DateTimeFormatOptions>> = {
  short: { day: '2-digit', month: 'short' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
};

/** A calendar day (`YYYY-MM-DD`): short `19 Nov`, weekday `Thu 19 Nov`, full for hovering. No time zone is involved. */
export function formatDay(day: string, form: DayForm = 'weekday'): string {
  const { locale } = useLocale.getState();
  const format = cached(`d:${locale}:${form}`, () => {
    return new Intl.DateTimeFormat(locale, { ...DAY_FORMS[form], timeZone: 'UTC' });
  });
  return format.format(asUtc(day)).replaceAll(',', '');
}

/** An instant in the workspace's zone: `07:31` today, `Thu 19 Nov 07:31` before. `today` is the workspace's day. */
export function formatInstant(instant: string, today?: string): string {
  const { locale, timeZone } = useLocale.getState();
  const at = new Date(instant);
  const day = cached(`iso:${timeZone}`, () => new Intl.DateTimeFormat('en-CA', { timeZone })).format(at);
  const time = cached(`t:${locale}:${timeZone}`, () => {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
  }).format(at);
  return day === today ? time : `${formatDay(day)} ${time}`;
}
