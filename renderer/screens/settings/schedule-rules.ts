import type { CallOutput } from '../../api/contract.ts';

export type Schedule = CallOutput<'settings.get'>['schedule'];
export type Every = NonNullable<Schedule['every']>;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Hours and minutes of a day, two digits each. */
export function isTime(text: string): boolean {
  return TIME.test(text);
}

/** What keeps a schedule from being saved. */
export type WrongPart = 'days' | 'from' | 'until' | 'order';

export function wrongPart({ enabled, days, every }: Schedule): WrongPart | null {
  if (enabled && days.length === 0) return 'days';
  if (every === null) return null;
  if (!isTime(every.from)) return 'from';
  if (!isTime(every.until)) return 'until';
  return every.from > every.until ? 'order' : null;
}
