import { record } from '../audit/trail.ts';
import type { Instant } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow, today } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Daybook } from '../daybook.ts';
import { acquireLease, type Lease, leasesHeld } from '../store/leases.ts';
import {
  finishRun,
  insertRun,
  insertRunParts,
  type NewRunPart,
  runningRuns,
  selectRun,
  selectRunParts,
  selectRuns,
} from '../store/runs.ts';
import { coverSchedule, readScheduleState } from '../store/schedule-state.ts';
import type { Writer } from '../store/store.ts';
import { readWorkspace } from '../store/workspace-info.ts';
import {
  HOST_CLOSES,
  type Occasion,
  type RunContext,
  type RunFindings,
  type RunPart,
  type RunStep,
} from './run-step.ts';
import { RUN_STEPS } from './run-steps.ts';
import { dayBegins } from './slots.ts';
import { chosenFeeds } from './steps/fetch.ts';

export type RunOptions = {
  readonly actor: string;
  readonly occasion: Occasion;
  readonly feedIds: readonly string[] | null;
  readonly stop: AbortSignal;
  readonly progress: RunContext['progress'];
  readonly changed: () => void;
  /** Default: those of the registry. */
  readonly steps?: readonly RunStep[];
};

export type PerformedRun = {
  readonly runId: string;
  readonly needsPerson: boolean;
  readonly parts: readonly RunPart[];
  readonly found: RunFindings;
};

export const RUN_LEASE = 'run:';

/** Runs of this process, which can be stopped without waiting for their next look. */
const runningHere = new Map<string, AbortController>();

/** Stops a run at its next safe point, where it is one of this process; another process sees the wish by itself. */
export function stopRunHere(runId: string): void {
  runningHere.get(runId)?.abort();
}
/** Longer than any request with its repeats; renewed while the run tells of its progress. */
const LEASE_MS = 30 * 60_000;
/** How often a run under way looks whether somebody wants it stopped, and renews its lease. */
const LOOK_EVERY_MS = 5_000;
const RENEW_EVERY_MS = 60_000;

const NOTHING_PROPOSED = { made: 0, ready: 0, needsPerson: 0, approved: 0, excluded: 0 };
const NOTHING_AMENDED = { recoded: 0, superseded: 0, corrections: 0, waiting: 0 };

/**
 * Runs all steps, one after another, and stores the story as it is told. A step's error is a part of the story.
 * @throws DaybookError `cancelled` when it was stopped, `not_found`, `feed_gone`, and errors of our own disk
 */
export async function performRun(daybook: Daybook, options: RunOptions): Promise<PerformedRun> {
  const { store, ports } = daybook;
  const { clock, random, processes } = ports;
  const { actor, occasion, feedIds, steps = RUN_STEPS } = options;
  // A wrong id is the caller's mistake and no run.
  await chosenFeeds(daybook, feedIds);
  // A retry stands for no slot.
  const slot = occasion.dueAt === null ? null : await claimSlot(daybook, occasion.dueAt);
  const runId = newId('run', ports);
  const startedAt = instantNow(clock);
  const lease = await acquireLease(store, {
    ...{ name: RUN_LEASE + runId, clock, random, processes, ttlMs: LEASE_MS },
  }).catch(async (thrown: unknown) => {
    await giveBack(daybook, [slot]);
    throw thrown;
  });
  const stopping = new AbortController();
  const stop = AbortSignal.any([options.stop, stopping.signal]);
  runningHere.set(runId, stopping);
  const look = lookOut(daybook, runId, [lease, slot], stopping);
  const found: RunFindings = {
    ...{ feeds: [], ledgerTrouble: [] },
    proposals: { ...NOTHING_PROPOSED, ...NOTHING_AMENDED },
  };
  const parts: RunPart[] = [];
  const context: RunContext = {
    told: () => parts,
    ...{ daybook, actor, occasion, feedIds, stop, found, changed: options.changed },
    progress: (done, total, sentence) => {
      options.progress(done, total, sentence);
      look();
    },
  };
  try {
    await store.write(async (trx) => {
      await endInterrupted(trx, daybook);
      const row = { ...occasionRow(occasion), feed_ids_json: feedIds === null ? null : JSON.stringify(feedIds) };
      await insertRun(trx, { id: runId, kind: 'sync', actor, ...row, started_at: startedAt });
    });
    options.changed();
    for (const step of steps) {
      stop.throwIfAborted();
      const told = await tell(step, context);
      parts.push(...told);
      const rows = told.map((part) => partRow(step.name, part, daybook));
      if (rows.length > 0) await store.write((trx) => insertRunParts(trx, runId, rows));
      await look();
    }
    stop.throwIfAborted();
    const needsPerson = parts.some(({ need }) => need !== undefined);
    await end(daybook, { runId, actor, parts, needsPerson, state: 'done', covers: slot && startedAt });
    return { runId, needsPerson, parts, found };
  } catch (thrown) {
    const error = stop.aborted
      ? new DaybookError('cancelled', 'The run was stopped. What was fetched by then is kept.', { cause: thrown })
      : asDaybookError(thrown);
    const needsPerson = parts.some(({ need }) => need !== undefined);
    const state = error.code === 'cancelled' ? 'cancelled' : 'failed';
    // A run that the host's end cut short is made up for; one that a person stopped is not wanted.
    const covers = slot !== null && options.stop.reason !== HOST_CLOSES ? startedAt : null;
    await end(daybook, { runId, actor, parts, needsPerson, state, error, covers }).catch((again: unknown) =>
      // A full disk that ended the run also stops this note; the first error is the one to show.
      ports.log.error({ runId, err: again }, 'the end of a run could not be recorded'),
    );
    throw error;
  } finally {
    runningHere.delete(runId);
    await giveBack(daybook, [lease, slot]);
  }
}

/** A disk that takes no write leaves the rows; they are nobody's from then on, and their time ends. */
async function giveBack({ ports }: Daybook, leases: ReadonlyArray<Lease | null>): Promise<void> {
  for (const given of await Promise.allSettled(leases.map((lease) => lease?.release())))
    if (given.status === 'rejected') ports.log.warn({ err: given.reason }, 'the right to run could not be given back');
}

/**
 * The right to run what the schedule has due, for one process of the workspace.
 * @throws DaybookError `busy_elsewhere` when another has it, or has run it meanwhile
 */
async function claimSlot({ store, ports }: Daybook, dueAt: Instant): Promise<Lease> {
  const { clock, random, processes } = ports;
  const lease = await acquireLease(store, { name: 'schedule', clock, random, processes, ttlMs: LEASE_MS });
  const state = lease && (await readScheduleState(store.read));
  if (lease && (state === null || state.coveredUntil < dueAt)) return lease;
  await lease?.release();
  throw new DaybookError(
    'busy_elsewhere',
    'Another Daybook runs the schedule of this workspace; nothing is done twice.',
  );
}

/** Trouble of our own file ends every step alike. */
const ENDS_RUN = new Set(['cancelled', 'disk_full', 'database_read_only', 'database_corrupt']);

async function tell(step: RunStep, context: RunContext): Promise<readonly RunPart[]> {
  try {
    return await step.run(context);
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (context.stop.aborted || ENDS_RUN.has(error.code)) throw thrown;
    if (error.code === 'internal') context.daybook.ports.log.error({ step: step.name, err: thrown }, 'a step failed');
    return [
      {
        subject: null,
        outcome: error.retryable ? 'waiting' : 'failed',
        sentence: error.message,
        error: error.toJSON(),
        ...(error.retryable ? {} : { need: `step:${step.name}:${error.code}` }),
      },
    ];
  }
}

/** Looks now and then whether another process wants the run stopped, and keeps the lease. Never throws. */
function lookOut(daybook: Daybook, runId: string, leases: ReadonlyArray<Lease | null>, stopping: AbortController) {
  const { clock, log } = daybook.ports;
  let looked = clock.now();
  let renewed = looked;
  return async () => {
    const now = clock.now();
    if (now - looked < LOOK_EVERY_MS && now >= looked) return;
    looked = now;
    try {
      const row = await selectRun(daybook.store.read, runId);
      if (row?.cancel_asked_at != null) stopping.abort();
      if (now - renewed < RENEW_EVERY_MS) return;
      renewed = now;
      for (const lease of leases) await lease?.renew();
    } catch (thrown) {
      log.warn({ runId, error: asDaybookError(thrown).toJSON() }, 'a run could not be looked after');
    }
  };
}

/** Runs whose process died. Their lease is free, so nobody is with them any more. */
async function endInterrupted(trx: Writer, daybook: Daybook): Promise<void> {
  const held = await leasesHeld(trx, RUN_LEASE, daybook.ports);
  for (const { id } of await runningRuns(trx))
    if (!held.has(RUN_LEASE + id))
      await trx.updateTable('run').set({ state: 'interrupted' }).where('id', '=', id).execute();
}

type End = {
  readonly runId: string;
  readonly actor: string;
  readonly parts: readonly RunPart[];
  readonly needsPerson: boolean;
  readonly state: 'done' | 'cancelled' | 'failed';
  readonly error?: DaybookError;
  /** Until when the schedule's slots are dealt with by this run; null: by none. */
  readonly covers: string | null;
};

async function end(daybook: Daybook, { runId, actor, parts, needsPerson, state, error, covers }: End): Promise<void> {
  const { store, ports } = daybook;
  const at = instantNow(ports.clock);
  await store.write(async (trx) => {
    if (error !== undefined) {
      const part: RunPart = { subject: null, outcome: 'failed', sentence: error.message, error: error.toJSON() };
      await insertRunParts(trx, runId, [partRow('end', part, daybook)]);
    }
    if (covers !== null) await coverSchedule(trx, covers);
    const tells = state === 'done' && needsPerson && (await isNew(trx, daybook, parts));
    await finishRun(trx, runId, { state, at, needsPerson, tells });
    const story = storyOf([...parts, ...(error === undefined ? [] : [{ sentence: error.message }])]);
    await record(trx, ports.clock, {
      ...{ actor, action: 'run.synced', subject: `run:${runId}` },
      data: { story, needsPerson, ...(state === 'done' ? {} : { state }) },
    });
  });
}

/** A need that no run of this day has had: a person hears of each once a day. */
async function isNew(trx: Writer, daybook: Daybook, parts: readonly RunPart[]): Promise<boolean> {
  const { timeZone } = await readWorkspace(trx);
  const from = dayBegins(today(daybook.ports.clock, timeZone), timeZone);
  const { runs } = await selectRuns(trx, { kind: 'sync', state: 'done', from }, { offset: 0, limit: 1_000 });
  const told = await selectRunParts(
    trx,
    runs.map(({ id }) => id),
  );
  const known = new Set([...told.values()].flat().map(({ need }) => need));
  return parts.some(({ need }) => need !== undefined && !known.has(need));
}

/** The sentences of a run's short form. */
export function storyOf(parts: ReadonlyArray<{ readonly sentence: string; readonly detail?: boolean }>): string[] {
  return parts.flatMap(({ sentence, detail }) => (detail ? [] : [sentence]));
}

function occasionRow({ trigger, reason, dueAt, missed, waited }: Occasion) {
  return { begun_by: trigger, reason, due_at: dueAt, missed, waited_json: JSON.stringify(waited) };
}

export function partRow(step: string, part: RunPart, { ports }: Pick<Daybook, 'ports'>): NewRunPart {
  const { subject, outcome, sentence, detail = false, figures = {}, need = null, error } = part;
  return {
    ...{ step, outcome, sentence, detail, need },
    ...{ subject_kind: subject?.kind ?? null, subject_id: subject?.id ?? null, subject_name: subject?.name ?? null },
    figures_json: canonicalJson({ ...figures }),
    error_json: error === undefined ? null : canonicalJson({ ...error }),
    at: instantNow(ports.clock),
  };
}
