import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Store } from '../store/store.ts';

/** What coding and review need from their host. */
export type CodingContext = { readonly store: Store; readonly clock: Clock; readonly random: Random };

/** The actor of what the app does by itself. */
export const SYSTEM_ACTOR = 'daybook';
