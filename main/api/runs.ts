/** Runs with their stories: what was started, by whom, why, and what came of it. */
import { z } from 'zod';
import { record } from '../audit/trail.ts';
import { instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Daybook } from '../daybook.ts';
import { RUN_LEASE } from '../schedule/rights.ts';
import { partRow, storyOf } from '../schedule/story.ts';
import { leasesHeld } from '../store/leases.ts';
import {
  finishRun,
  insertRun,
  insertRunParts,
  type RunKind,
  type RunPartRow,
  type RunRow,
  selectRun,
  selectRunParts,
  selectRuns,
} from '../store/runs.ts';
import { errorDocument } from './documents.ts';

const waited = z.array(
  z.object({ for: z.enum(['power', 'unmetered', 'network']), from: z.string(), until: z.string() }),
);
const figures = z.record(z.string(), z.number());

/** Puts a finished run of posting or reconciling into the list and the trail. @returns its id */
export async function recordRun(
  daybook: Daybook,
  run: {
    readonly kind: Exclude<RunKind, 'sync'>;
    readonly actor: string;
    readonly story: readonly string[];
    readonly needsPerson: boolean;
  },
): Promise<string> {
  const { clock } = daybook.ports;
  const { kind, actor, story, needsPerson } = run;
  const id = newId('run', daybook.ports);
  const at = instantNow(clock);
  await daybook.store.write(async (trx) => {
    await insertRun(trx, {
      ...{
        id,
        kind,
        actor,
        begun_by: 'person',
        reason: null,
        due_at: null,
        missed: 0,
        waited_json: '[]',
        feed_ids_json: null,
      },
      started_at: at,
    });
    const parts = story.map((sentence) => partRow('story', { subject: null, outcome: 'done', sentence }, daybook));
    await insertRunParts(trx, id, parts);
    await finishRun(trx, id, { state: 'done', at, needsPerson, tells: false });
    await record(trx, clock, {
      ...{ actor, action: kind === 'post' ? 'run.posted' : 'run.reconciled', subject: `run:${id}` },
      data: { story, needsPerson },
    });
  });
  return id;
}

/** A run of whatever kind, with its short story. */
export async function listRuns(
  daybook: Daybook,
  filter: { readonly kind?: RunKind; readonly whole?: boolean },
  window: { readonly offset: number; readonly limit: number },
) {
  const { read } = daybook.store;
  const { total, runs } = await selectRuns(read, filter, window);
  const ids = runs.map(({ id }) => id);
  const parts = await selectRunParts(read, ids);
  const alive = await leasesHeld(read, RUN_LEASE, daybook.ports);
  return { total, runs: runs.map((run) => runDocument(run, parts.get(run.id) ?? [], alive)) };
}

/** The newest run of all feeds, or of some where there is none of all. */
export async function latestRun(daybook: Daybook) {
  const newest = { offset: 0, limit: 1 };
  const whole = await listRuns(daybook, { kind: 'sync', whole: true }, newest);
  const [run] = whole.runs.length > 0 ? whole.runs : (await listRuns(daybook, { kind: 'sync' }, newest)).runs;
  return run ?? null;
}

/** One run with its whole story. @throws DaybookError `not_found` */
export async function readRun(daybook: Daybook, id: string) {
  const { read } = daybook.store;
  const run = await selectRun(read, id);
  if (run === undefined) throw new DaybookError('not_found', `There is no run with the id ${id}.`);
  const parts = (await selectRunParts(read, [id])).get(id) ?? [];
  const alive = await leasesHeld(read, RUN_LEASE, daybook.ports);
  return { ...runDocument(run, parts, alive), parts: parts.map(partDocument) };
}

function runDocument(run: RunRow, parts: readonly RunPartRow[], alive: ReadonlySet<string>) {
  const short = parts.map(({ sentence, detail }) => ({ sentence, detail: detail === 1n }));
  // A process that died leaves its run as it was.
  const dead = run.state === 'running' && !alive.has(RUN_LEASE + run.id);
  return {
    ...{ id: run.id, kind: kindOf(run.kind), at: run.started_at, finishedAt: run.finished_at, actor: run.actor },
    ...{ state: dead ? 'interrupted' : run.state, begunBy: run.begun_by, reason: run.reason },
    whole: run.feed_ids_json === null,
    ...{ dueAt: run.due_at, missed: Number(run.missed), waited: waited.parse(JSON.parse(run.waited_json)) },
    story: storyOf(short),
    needsPerson: run.needs_person === 1n,
    tells: run.tells === 1n,
  };
}

function partDocument(part: RunPartRow) {
  const { subject_kind, subject_id, subject_name } = part;
  return {
    step: part.step,
    subject:
      subject_kind === null || subject_id === null
        ? null
        : { kind: subject_kind, id: subject_id, name: subject_name ?? '' },
    ...{ outcome: part.outcome, detail: part.detail === 1n, sentence: part.sentence, at: part.at },
    figures: figures.parse(JSON.parse(part.figures_json)),
    needsPerson: part.need !== null,
    error: errorDocument(part.error_json),
  };
}

function kindOf(kind: string): RunKind {
  return kind === 'post' || kind === 'reconcile' ? kind : 'sync';
}
