import { create } from 'zustand';

/** The workspace's locale and time zone: how figures and dates are written. English words stay English. */
type Locale = { readonly locale: string; readonly timeZone: string };

export const useLocale = create<Locale>(() => ({ locale: 'en-GB', timeZone: 'UTC' }));

export function setLocale(next: Locale): void {
  const { locale, timeZone } = useLocale.getState();
  if (next.locale !== locale || next.timeZone !== timeZone) useLocale.setState(next);
}
