import { addDays, type CalendarDate, epochOf, isBusinessDay } from '../../main/core/calendar.ts';
import type { Draw } from './draw.ts';
import type { Movement } from './movement.ts';

/** A line as the feed shows it at some moment. A new object for each state of it. */
export type FeedLine = {
  readonly id: string;
  /** Key of the account. */
  readonly account: string;
  readonly pending: boolean;
  /** The pending line that this booked one replaces; null also when the bank lost track of it. */
  readonly pendingId: string | null;
  /** Booked: the bank's booking day. Pending: the day it happened. */
  readonly date: CalendarDate;
  readonly authorizedDate: CalendarDate | null;
  /** Minor units of the account's currency, positive = in. Zero for a row in trouble (`movement.odd`). */
  readonly minor: bigint;
  readonly text: string;
  readonly movement: Movement;
};

/** One change of the feed, at the millisecond from which on it can be seen. */
export type FeedEvent = {
  readonly at: number;
  readonly change: 'added' | 'modified' | 'removed';
  readonly line: FeedLine;
};

/** All that a feed tells of one movement, and what remains booked in the end, in minor units. */
export type Story = { readonly events: readonly FeedEvent[]; readonly remains: bigint };

const HOUR = 3_600_000;
const nextBusinessDays = new Map<CalendarDate, CalendarDate>();
const epochs = new Map<CalendarDate, number>();

/** The business day `count` after `date`. */
export function businessDayAfter(date: CalendarDate, count: number): CalendarDate {
  let day = date;
  for (let i = 0; i < count; i++) {
    let next = nextBusinessDays.get(day);
    if (next === undefined) {
      next = addDays(day, 1);
      while (!isBusinessDay(next)) next = addDays(next, 1);
      nextBusinessDays.set(day, next);
    }
    day = next;
  }
  return day;
}

/** The moment at which what was booked on a day can be seen: 05:00 UTC of the next day. */
export function visibleAfter(date: CalendarDate): number {
  return startOf(date) + 29 * HOUR;
}

function startOf(date: CalendarDate): number {
  let epoch = epochs.get(date);
  if (epoch === undefined) {
    epoch = epochOf(`${date}T00:00:00.000Z`);
    epochs.set(date, epoch);
  }
  return epoch;
}

/**
 * How the feed tells of a movement that happened on `date`: perhaps pending first, then booked, and now and then changed
 * or withdrawn afterwards.
 * @param settledAt what was booked before this moment is not changed after it, so that the ledger's opening balances hold.
 * @param churn how many booked lines in a thousand the bank changes its mind about
 */
export function tell(movement: Movement, date: CalendarDate, settledAt: number, draw: Draw, churn: number): Story {
  const shown = showPending(movement, date, draw);
  if (shown?.vanishes) {
    const gone = startOf(addDays(date, 4)) + 5 * HOUR;
    const events: FeedEvent[] = [
      { at: shown.at, change: 'added', line: shown.line },
      { at: gone, change: 'removed', line: shown.line },
    ];
    return { events, remains: 0n };
  }
  const booked: FeedLine = {
    id: draw.id(),
    account: movement.account,
    pending: false,
    pendingId: shown && !draw.chance(0.06) ? shown.line.id : null,
    date: businessDayAfter(date, shown ? shown.days : movement.delay),
    authorizedDate: shown ? date : null,
    minor: movement.minor,
    text: movement.text,
    movement,
  };
  const at = visibleAfter(booked.date);
  const events: FeedEvent[] = [{ at, change: 'added', line: booked }];
  if (shown) {
    events.unshift({ at: shown.at, change: 'added', line: shown.line });
    events.push({ at, change: 'removed', line: shown.line });
  }
  const later = movement.firm ? UNCHANGED : secondThoughts(booked, at, settledAt, draw, churn);
  events.push(...later);
  const last = later[0];
  const remains = last === undefined ? booked.minor : last.change === 'removed' ? 0n : last.line.minor;
  return { events, remains };
}

const UNCHANGED: readonly FeedEvent[] = [];

type Shown = { readonly line: FeedLine; readonly at: number; readonly days: number; readonly vanishes: boolean };

/** Seen on the same day, with what the terminal asked for: a fuel pump's hold, a bill without its tip, a raw name. */
function showPending(movement: Movement, date: CalendarDate, draw: Draw): Shown | null {
  const { pending } = movement;
  if (pending === 'never' || !draw.chance(pending === 'card' ? 0.95 : 0.12)) return null;
  const card = pending === 'card';
  const other = card && draw.chance(0.12);
  return {
    line: {
      id: draw.id(),
      account: movement.account,
      pending: true,
      pendingId: null,
      date,
      authorizedDate: date,
      minor: other ? (movement.minor * BigInt(draw.int(70, 115))) / 100n : movement.minor,
      text: draw.chance(0.3) ? `PENDING ${movement.bankText.slice(0, 24).trim()}` : movement.text,
      movement,
    },
    at: startOf(date) + draw.int(12 * 60, 22 * 60) * 60_000,
    days: draw.int(1, card ? 3 : 1),
    vanishes: card && draw.chance(0.03),
  };
}

/** Churn: an amount corrected, a line withdrawn, a line replaced by another with a new id (told first). */
function secondThoughts(
  line: FeedLine,
  bookedAt: number,
  settledAt: number,
  draw: Draw,
  churn: number,
): readonly FeedEvent[] {
  const kind = draw.int(0, 999);
  if (kind >= churn) return UNCHANGED;
  const at = bookedAt + draw.int(1, 3) * 24 * HOUR;
  if (bookedAt <= settledAt && at > settledAt) return UNCHANGED;
  if (kind < churn / 2) {
    const change = BigInt(draw.int(1, 20)) * 100n;
    return [{ at, change: 'modified', line: { ...line, minor: line.minor + (draw.chance(0.5) ? change : -change) } }];
  }
  const removed: FeedEvent = { at, change: 'removed', line };
  if (kind < (churn * 3) / 4) return [removed];
  const replacement = { ...line, id: draw.id(), pendingId: null, text: `${line.text} CORR` };
  return [{ at, change: 'added', line: replacement }, removed];
}
