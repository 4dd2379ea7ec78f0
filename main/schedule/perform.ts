import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Daybook } from '../daybook.ts';
import { insertRun, insertRunParts } from '../store/runs.ts';
import { claimSlot, endInterrupted, giveBack, leaseOfRun, lookOut } from './rights.ts';
import {
  HOST_CLOSES,
  type Occasion,
  type RunContext,
  type RunFindings,
  type RunPart,
  type RunStep,
  TAKEN_OVER,
} from './run-step.ts';
import { RUN_STEPS } from './run-steps.ts';
import { chosenFeeds } from './steps/fetch.ts';
import { endRun, occasionRow, partRow } from './story.ts';

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

/** Runs of this process, which can be stopped without waiting for their next look. */
const runningHere = new Map<string, AbortController>();

/** Stops a run at its next safe point, where it is one of this process; another process sees the wish by itself. */
export function stopRunHere(runId: string): void {
  runningHere.get(runId)?.abort();
}
const STOPPED = 'The run was stopped. What was fetched by then is kept.';
const LEFT_TO_ANOTHER =
  'The run stood still for so long that another Daybook of this workspace has taken it over. What was fetched by then is kept.';
const NOTHING_PROPOSED = { made: 0, ready: 0, needsPerson: 0, approved: 0, excluded: 0 };
const NOTHING_AMENDED = { recoded: 0, superseded: 0, corrections: 0, waiting: 0 };

/**
 * Runs all steps, one after another, and stores the story as it is told. A step's error is a part of the story.
 * @throws DaybookError `cancelled` when it was stopped, `not_found`, `feed_gone`, and errors of our own disk
 */
export async function performRun(daybook: Daybook, options: RunOptions): Promise<PerformedRun> {
  const { store, ports } = daybook;
  const { clock } = ports;
  const { actor, occasion, feedIds, steps = RUN_STEPS } = options;
  // A wrong id is the caller's mistake and no run.
  await chosenFeeds(daybook, feedIds);
  // A retry stands for no slot.
  const slot = occasion.dueAt === null ? null : await claimSlot(daybook, occasion.dueAt);
  const runId = newId('run', ports);
  const startedAt = instantNow(clock);
  const lease = await leaseOfRun(daybook, runId).catch(async (thrown: unknown) => {
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
    await endRun(daybook, { runId, actor, parts, needsPerson, state: 'done', covers: slot && startedAt });
    return { runId, needsPerson, parts, found };
  } catch (thrown) {
    const error = stop.aborted
      ? new DaybookError('cancelled', stop.reason === TAKEN_OVER ? LEFT_TO_ANOTHER : STOPPED, { cause: thrown })
      : asDaybookError(thrown);
    const needsPerson = parts.some(({ need }) => need !== undefined);
    const state = error.code === 'cancelled' ? 'cancelled' : 'failed';
    // A run that the host's end cut short is made up for, or by the process that took it over; one that a person stopped is not wanted.
    const covers = slot !== null && stop.reason !== HOST_CLOSES && stop.reason !== TAKEN_OVER ? startedAt : null;
    await endRun(daybook, { runId, actor, parts, needsPerson, state, error, covers }).catch((again: unknown) =>
      // A full disk that ended the run also stops this note; the first error is the one to show.
      ports.log.error({ runId, err: again }, 'the end of a run could not be recorded'),
    );
    throw error;
  } finally {
    runningHere.delete(runId);
    await giveBack(daybook, [lease, slot]);
  }
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
