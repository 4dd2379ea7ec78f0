/** What is stored of a run's story, and how a run ends. */
import { record } from '../audit/trail.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow, today } from '../core/clock.ts';
import type { DaybookError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';
import { finishRun, insertRunParts, type NewRunPart, selectRunParts, selectRuns } from '../store/runs.ts';
import { coverSchedule } from '../store/schedule-state.ts';
import type { Writer } from '../store/store.ts';
import { readWorkspace } from '../store/workspace-info.ts';
import type { Occasion, RunPart } from './run-step.ts';
import { dayBegins } from './slots.ts';

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

export async function endRun(
  daybook: Daybook,
  { runId, actor, parts, needsPerson, state, error, covers }: End,
): Promise<void> {
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

export function occasionRow({ trigger, reason, dueAt, missed, waited }: Occasion) {
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
