import type { z } from 'zod';
import type { WindowFilter } from '../review/queue-window.ts';
import type { ProposalState } from '../store/proposals.ts';
import type { queueFilter, tab } from './calls/review.ts';

/** Every state but `superseded`, which is no entry any more. */
export const ALL_STATES: readonly ProposalState[] = [
  'needs_person',
  'ready',
  'approved',
  'posting',
  'unknown',
  'different',
  'refused',
  'posted',
  'excluded',
  'reversed',
];

/** Which states stand in which tab; see the contract. */
export const TAB_STATES: Readonly<Record<z.output<typeof tab>, readonly ProposalState[]>> = {
  review: ['needs_person', 'ready'],
  ready: ['approved', 'posting'],
  posted: ['posted', 'reversed'],
  excluded: ['excluded'],
  exceptions: ['refused', 'different', 'unknown'],
};

/** The contract's filter as the engine's; without tab and states it takes every entry. */
export function windowFilter({ tab: shown, states, ...rest }: z.output<typeof queueFilter>): WindowFilter {
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...present, states: states ?? (shown === undefined ? ALL_STATES : TAB_STATES[shown]) };
}
