import type { FeedLine } from '../company/lifecycle.ts';
import type { PlaidState } from './state.ts';

/** A bank's lines as they stand after its first events. */
export type LiveLines = {
  /** By id, those changed last at the end. */
  readonly all: ReadonlyMap<string, FeedLine>;
  readonly pending: ReadonlySet<FeedLine>;
  /** The event that first told of a line. */
  firstEvent(id: string): number;
};

type Replay = {
  end: number;
  readonly all: Map<string, FeedLine>;
  readonly pending: Set<FeedLine>;
  readonly first: Map<string, number>;
};

const replays = new WeakMap<PlaidState, Map<string, Replay>>();

/** The lines after `end` events. Time usually goes forward: then only what is new is replayed. */
export function liveLines(state: PlaidState, bank: string, end: number): LiveLines {
  const { events } = state.company.eventsOf(bank, state.clock.now());
  const ofState = replays.get(state) ?? new Map<string, Replay>();
  replays.set(state, ofState);
  let replay = ofState.get(bank);
  if (replay === undefined || replay.end > end) {
    replay = { end: 0, all: new Map(), pending: new Set(), first: new Map() };
    ofState.set(bank, replay);
  }
  const { all, pending, first } = replay;
  for (; replay.end < end; replay.end++) {
    const event = events[replay.end];
    if (event === undefined) break;
    const { line, change } = event;
    const before = all.get(line.id);
    if (before !== undefined) pending.delete(before);
    // Deleting first moves a changed line to the end.
    all.delete(line.id);
    if (!first.has(line.id)) first.set(line.id, replay.end);
    if (change === 'removed') continue;
    all.set(line.id, line);
    if (line.pending) pending.add(line);
  }
  return { all, pending, firstEvent: (id) => first.get(id) ?? Number.POSITIVE_INFINITY };
}
