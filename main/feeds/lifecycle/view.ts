import type { Instant } from '../../core/calendar.ts';
import type { RepairAction } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import { readReport, repairSentence } from './back-fill.ts';
import { type Columns, type Kept, keptOf, type Subject } from './kept.ts';
import type { Ending, Source, StateName } from './states.ts';
import { tell } from './tell.ts';

/** The state of a connection as screens and the command line show it. */
export type LifecycleView = {
  readonly state: StateName;
  readonly since: Instant;
  readonly source: Source;
  /** When it is tried again by itself. */
  readonly until: Instant | null;
  /** An end that is announced, also while other trouble is shown. */
  readonly ending: Ending | null;
  readonly repair: RepairAction;
  /** What the last repair brought: `Repaired: 12 new lines fetched since …`. */
  readonly repaired: { readonly at: Instant; readonly sentence: string } | null;
};

type Found = Kept & { readonly repaired?: LifecycleView['repaired'] };

export function lifecycleView(
  { lifecycle, state, since, source, repaired = null }: Found,
  name: string,
): LifecycleView {
  const { ending, trouble } = lifecycle;
  return {
    ...{ state, since, source, ending, repaired },
    until: trouble?.until ?? null,
    repair: tell(lifecycle, name).repair,
  };
}

/** All states of one sort, as a way to look one up by id. */
export async function readLifecycles(
  db: Reader,
  sort: 'feed:' | 'connection:',
): Promise<(id: string, columns: Columns) => Found> {
  const rows = await db.selectFrom('lifecycle').selectAll().where('subject', 'like', `${sort}%`).execute();
  const bySubject = new Map(rows.map((row) => [row.subject, row]));
  return (id, columns) => {
    const row = bySubject.get(`${sort}${id}`);
    const report = readReport(row?.repair_json ?? null);
    return {
      ...keptOf(row, columns),
      repaired: report && { at: report.at, sentence: repairSentence(report) },
    };
  };
}

/** One step of a connection's history. */
export type LifecycleStep = {
  readonly at: Instant;
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly sentence: string | null;
};

const STEPS_SHOWN = 100;

/** The newest first. */
export async function readHistory(db: Reader, subject: Subject): Promise<LifecycleStep[]> {
  const rows = await db
    .selectFrom('lifecycle_step')
    .select(['at', 'source', 'from_state as from', 'to_state as to', 'sentence'])
    .where('subject', '=', subject)
    .orderBy('id', 'desc')
    .limit(STEPS_SHOWN)
    .execute();
  return rows;
}
