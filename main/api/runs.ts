/** Runs as the trail tells them: what was started, by whom, and its short story. */
import { z } from 'zod';
import { searchTrail } from '../audit/search.ts';
import { record } from '../audit/trail.ts';
import { newId } from '../core/ids.ts';
import type { Daybook } from '../daybook.ts';

export type RunKind = 'sync' | 'post' | 'reconcile';

export type RunRecord = {
  readonly id: string;
  readonly kind: RunKind;
  readonly at: string;
  readonly actor: string;
  readonly story: string[];
  readonly needsPerson: boolean;
};

const RUNS = 'run:';
const ACTIONS = { sync: 'run.synced', post: 'run.posted', reconcile: 'run.reconciled' } as const;
const KINDS = new Map<string, RunKind>([
  [ACTIONS.sync, 'sync'],
  [ACTIONS.post, 'post'],
  [ACTIONS.reconcile, 'reconcile'],
]);

const stored = z.object({ story: z.array(z.string()), needsPerson: z.boolean() });

/** Puts a finished run into the trail. @returns its id */
export async function recordRun(
  daybook: Daybook,
  run: {
    readonly kind: RunKind;
    readonly actor: string;
    readonly story: readonly string[];
    readonly needsPerson: boolean;
  },
): Promise<string> {
  const id = newId('run', daybook.ports);
  await daybook.store.write((trx) =>
    record(trx, daybook.ports.clock, {
      actor: run.actor,
      action: ACTIONS[run.kind],
      subject: `${RUNS}${id}`,
      data: { story: run.story, needsPerson: run.needsPerson },
    }),
  );
  return id;
}

export async function listRuns(
  daybook: Daybook,
  kind: RunKind | undefined,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ total: number; runs: RunRecord[] }> {
  const { total, events } = await searchTrail(
    daybook.store.read,
    { subject: `${RUNS}*`, ...(kind === undefined ? {} : { action: ACTIONS[kind] }) },
    window,
  );
  const runs = events.flatMap((event) => {
    const kind = KINDS.get(event.action);
    if (kind === undefined) return [];
    const { story, needsPerson } = stored.parse(JSON.parse(event.data_json));
    return [{ id: event.subject.slice(RUNS.length), kind, at: event.at, actor: event.actor, story, needsPerson }];
  });
  return { total, runs };
}
