import type { Instant } from '../../core/calendar.ts';
import { type Event, isNear } from './machine.ts';

/** Announces an end in the week before it; takes the word back where the day has moved away. */
export function ending(what: 'consent' | 'secret' | 'sign_in', on: Instant | null, at: Instant): Event[] {
  if (on === null) return [];
  if (isNear(on, at)) return [{ kind: 'ends', ending: { what, on } }];
  return on > at ? [{ kind: 'extended', what }] : [];
}
