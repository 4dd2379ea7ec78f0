/** Runs and their story. */
import { type Selectable, sql } from 'kysely';
import type { RunPartTable, RunTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type RunRow = Selectable<RunTable>;
export type RunPartRow = Selectable<RunPartTable>;

export type RunKind = 'sync' | 'post' | 'reconcile';

export type NewRun = Pick<RunRow, 'id' | 'begun_by' | 'reason' | 'actor' | 'due_at' | 'waited_json' | 'started_at'> & {
  readonly kind: RunKind;
  readonly feed_ids_json: string | null;
  readonly missed: number;
};

export async function insertRun(trx: Writer, run: NewRun): Promise<void> {
  await trx
    .insertInto('run')
    .values({ ...run, state: 'running', needs_person: 0, tells: 0 })
    .execute();
}

export type NewRunPart = Omit<RunPartRow, 'run_id' | 'seq' | 'detail'> & { readonly detail: boolean };

/** Adds parts after those that the run has. */
export async function insertRunParts(trx: Writer, runId: string, parts: readonly NewRunPart[]): Promise<void> {
  if (parts.length === 0) return;
  const { last } = await trx
    .selectFrom('run_part')
    .select((expression) => expression.fn.coalesce(expression.fn.max('seq'), sql<bigint>`0`).as('last'))
    .where('run_id', '=', runId)
    .executeTakeFirstOrThrow();
  await trx
    .insertInto('run_part')
    .values(
      parts.map((part, index) => ({
        ...part,
        run_id: runId,
        seq: Number(last) + index + 1,
        detail: part.detail ? 1 : 0,
      })),
    )
    .execute();
}

export async function finishRun(
  trx: Writer,
  id: string,
  end: { readonly state: string; readonly at: string; readonly needsPerson: boolean; readonly tells: boolean },
): Promise<void> {
  const { state, at, needsPerson, tells } = end;
  await trx
    .updateTable('run')
    .set({ state, finished_at: at, needs_person: needsPerson ? 1 : 0, tells: tells ? 1 : 0 })
    .where('id', '=', id)
    .execute();
}

/** A window of the runs, newest first. */
export async function selectRuns(
  db: Reader,
  filter: {
    readonly kind?: RunKind | undefined;
    readonly state?: string;
    /** Only runs of all feeds. */
    readonly whole?: boolean;
    /** Instants; `from` and `until` are included, `after` is not. */
    readonly from?: string;
    readonly after?: string;
    readonly until?: string;
  },
  window: { readonly offset: number; readonly limit: number },
): Promise<{ total: number; runs: RunRow[] }> {
  let base = db.selectFrom('run');
  if (filter.kind !== undefined) base = base.where('kind', '=', filter.kind);
  if (filter.state !== undefined) base = base.where('state', '=', filter.state);
  if (filter.whole) base = base.where('feed_ids_json', 'is', null);
  if (filter.from !== undefined) base = base.where('started_at', '>=', filter.from);
  if (filter.after !== undefined) base = base.where('started_at', '>', filter.after);
  if (filter.until !== undefined) base = base.where('started_at', '<=', filter.until);
  const { count } = await base.select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const runs = await base.selectAll().orderBy('seq', 'desc').offset(window.offset).limit(window.limit).execute();
  return { total: Number(count), runs };
}

export async function selectRun(db: Reader, id: string): Promise<RunRow | undefined> {
  return db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The story of runs, in order. */
export async function selectRunParts(db: Reader, ids: readonly string[]): Promise<Map<string, RunPartRow[]>> {
  const rows = await db
    .selectFrom('run_part')
    .selectAll()
    .where('run_id', 'in', [...ids, ''])
    .orderBy('run_id')
    .orderBy('seq')
    .execute();
  return Map.groupBy(rows, (row) => row.run_id);
}

export async function runningRuns(db: Reader): Promise<RunRow[]> {
  return db.selectFrom('run').selectAll().where('state', '=', 'running').orderBy('seq').execute();
}

/** @returns false where no such run goes on */
export async function askRunToStop(trx: Writer, id: string, at: string): Promise<boolean> {
  const asked = await trx
    .updateTable('run')
    .set({ cancel_asked_at: at })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return asked.numUpdatedRows > 0n;
}

/** Runs of some feeds that began after an instant, and the new lines that they brought. */
export async function fetchedSince(db: Reader, after: string): Promise<{ runs: number; newLines: number }> {
  const row = await db
    .selectFrom('run')
    .leftJoin('run_part', (join) =>
      join
        .onRef('run_part.run_id', '=', 'run.id')
        .on('run_part.step', '=', 'fetch')
        .on('run_part.subject_kind', 'is not', null),
    )
    .select([
      sql<bigint>`count(DISTINCT run.id)`.as('runs'),
      sql<bigint>`coalesce(sum(run_part.figures_json ->> '$.newLines'), 0)`.as('lines'),
    ])
    .where('run.kind', '=', 'sync')
    .where('run.feed_ids_json', 'is not', null)
    .where('run.started_at', '>', after)
    .executeTakeFirstOrThrow();
  return { runs: Number(row.runs), newLines: Number(row.lines) };
}
