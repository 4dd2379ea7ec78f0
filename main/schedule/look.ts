/** Whether a slot of the schedule is due, and what it waits for. */
import { epochOf, type Instant } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import type { Ports } from '../core/ports.ts';
import { coverSchedule, readScheduleState, saveWaiting, type Waiting } from '../store/schedule-state.ts';
import { readSetting } from '../store/settings.ts';
import type { Reader, Store } from '../store/store.ts';
import { readWorkspace } from '../store/workspace-info.ts';
import { holidayCalendar } from './holidays.ts';
import type { WaitedFor } from './run-step.ts';
import { type Schedule, scheduleSetting } from './settings.ts';
import { countSlots, nextSlotAfter, type Plan } from './slots.ts';

/** What a host knows of its computer; null: this host cannot know. */
export type Conditions = {
  readonly onBattery: boolean | null;
  /** The network is paid by volume. */
  readonly metered: boolean | null;
  readonly online: boolean | null;
};

/** A host that sees nothing but its own process. */
export const UNKNOWN_CONDITIONS: Conditions = { onBattery: null, metered: null, online: null };

export type Due = {
  /** The oldest slot that nothing was run for. */
  readonly dueAt: Instant;
  /** How many later ones the run makes up for. */
  readonly missed: number;
  readonly waited: WaitedFor[];
};

export type Look = {
  /** Begin now. */
  readonly due: Due | null;
  /** It is due and has to wait. */
  readonly waiting: Waiting | null;
  /** What waits is not what it was a moment ago. */
  readonly changed: boolean;
};

/** A clock that was set back further than this had been wrong before, and its slots count for nothing. */
const SET_BACK_MS = 86_400_000;

/** The schedule as it stands. */
export async function readPlan(db: Reader): Promise<Plan> {
  const { timeZone } = await readWorkspace(db);
  const schedule = await readSetting(db, scheduleSetting);
  return { schedule, timeZone, holidays: await holidayCalendar(schedule.holidays) };
}

/**
 * Looks at the schedule; `conditions` is asked where a slot is due. Slots that passed while the computer slept or was off are due once, together. A workspace that
 * was never looked at begins now: what lies before is nobody's slot.
 */
export async function lookAtSchedule(
  { store, ports }: { readonly store: Store; readonly ports: Pick<Ports, 'clock'> },
  conditions: () => Promise<Conditions>,
): Promise<Look> {
  const { clock } = ports;
  const now = clock.now();
  const plan = await readPlan(store.read);
  const state = await readScheduleState(store.read);
  if (state === null || epochOf(state.coveredUntil) > now + SET_BACK_MS) {
    await store.write((trx) => coverSchedule(trx, instantNow(clock)));
    return { due: null, waiting: null, changed: false };
  }
  const covered = epochOf(state.coveredUntil);
  const dueAt = covered > now ? null : nextSlotAfter(covered, plan);
  if (dueAt === null || epochOf(dueAt) > now) {
    if (state.waiting !== null) await store.write((trx) => saveWaiting(trx, null));
    return { due: null, waiting: null, changed: state.waiting !== null };
  }
  const waiting = waitOn(state.waiting, dueAt, reasonsToWait(plan.schedule, await conditions()), instantNow(clock));
  const changed = JSON.stringify(waiting) !== JSON.stringify(state.waiting);
  if (changed) await store.write((trx) => saveWaiting(trx, waiting));
  if (waiting?.waited.some(({ until }) => until === null)) return { due: null, waiting, changed };
  const missed = countSlots(epochOf(dueAt), now, plan);
  const waited = (waiting?.waited ?? []).flatMap((one) => (one.until === null ? [] : [{ ...one, until: one.until }]));
  return { due: { dueAt, missed, waited }, waiting: null, changed };
}

/** Whether a fetch that nobody asked for may begin now, as far as power and network go. */
export async function mayFetch(db: Reader, conditions: Conditions): Promise<boolean> {
  return reasonsToWait(await readSetting(db, scheduleSetting), conditions).length === 0;
}

function reasonsToWait({ onBattery, onMetered }: Schedule, conditions: Conditions): WaitedFor['for'][] {
  return [
    ...(conditions.onBattery && onBattery === 'wait' ? ['power' as const] : []),
    ...(conditions.metered && onMetered === 'wait' ? ['unmetered' as const] : []),
    // Nothing can be fetched without a network, whatever is set.
    ...(conditions.online === false ? ['network' as const] : []),
  ];
}

/** Notes since when it waits for what, and until when it did. */
function waitOn(before: Waiting | null, dueAt: Instant, reasons: readonly WaitedFor['for'][], now: Instant) {
  const known = before?.dueAt === dueAt ? before.waited : [];
  if (known.length === 0 && reasons.length === 0) return null;
  const waited = known.map((one) => (one.until === null && !reasons.includes(one.for) ? { ...one, until: now } : one));
  const open = new Set(waited.flatMap((one) => (one.until === null ? [one.for] : [])));
  const begun = reasons.filter((one) => !open.has(one)).map((one) => ({ for: one, from: now, until: null }));
  return { dueAt, waited: [...waited, ...begun] };
}
