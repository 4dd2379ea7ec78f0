import { z } from 'zod';
import type { Instant } from '../../core/calendar.ts';
import type { RepairAction } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import { knownCode, repairOf } from '../health.ts';
import { next } from './machine.ts';
import { HEALTHY, type Lifecycle, type Source, type StateName, stateOf } from './states.ts';

/** What the state is of: a bank's login, or a whole connection. */
export type Subject = `feed:${string}` | `connection:${string}`;

export type Kept = {
  readonly lifecycle: Lifecycle;
  readonly state: StateName;
  readonly since: Instant;
  readonly source: Source;
  /** Until then, lines are here without a hole; null while nothing is broken. */
  readonly brokenSince: Instant | null;
};

const repair = z.custom<RepairAction>((value) => typeof value === 'string');
const facts = z.object({
  trouble: z
    .object({
      state: z.enum([
        'retrying',
        'rate_limited',
        'institution_down',
        'login_required',
        'action_at_bank',
        'accounts_missing',
        'revoked',
        'gone',
        'keys_refused',
        'blocked',
      ]),
      code: z.string().nullable().transform(knownCode),
      sentence: z.string(),
      repair,
      until: z.string().nullable(),
      tries: z.int(),
    })
    .nullable(),
  ending: z.object({ what: z.enum(['consent', 'access', 'sign_in', 'secret']), on: z.string().nullable() }).nullable(),
  staleSince: z.string().nullable(),
  offersAccounts: z.boolean(),
  removed: z.boolean(),
});
const source = z.enum(['poll', 'webhook', 'clock', 'person']);

/** The columns that every connection and feed has had from the beginning. */
export type Columns = {
  readonly state: string;
  readonly state_code: string | null;
  readonly state_sentence: string | null;
  readonly state_at: Instant;
};

/** The state as it is kept; one that was written before there were lifecycles follows from its columns. */
export async function readKept(db: Reader, subject: Subject, columns: Columns): Promise<Kept> {
  const row = await db.selectFrom('lifecycle').selectAll().where('subject', '=', subject).executeTakeFirst();
  return keptOf(row, columns);
}

type Row = {
  readonly facts_json: string;
  readonly since: Instant;
  readonly source: string;
  readonly broken_since: Instant | null;
};

export function keptOf(row: Row | undefined, columns: Columns): Kept {
  if (row === undefined) {
    const lifecycle = fromColumns(columns);
    return { lifecycle, state: stateOf(lifecycle), since: columns.state_at, source: 'poll', brokenSince: null };
  }
  const lifecycle = facts.parse(JSON.parse(row.facts_json));
  return {
    lifecycle,
    state: stateOf(lifecycle),
    since: row.since,
    source: source.parse(row.source),
    brokenSince: row.broken_since,
  };
}

function fromColumns({ state, state_code, state_sentence, state_at }: Columns): Lifecycle {
  if (state === 'removed') return { ...HEALTHY, removed: true };
  const code = knownCode(state_code);
  if (state === 'healthy' || code === null) return HEALTHY;
  const told = { code, sentence: state_sentence ?? '', repair: repairOf(state_code), retryable: state === 'retrying' };
  return next(HEALTHY, { kind: 'failed', ...told }, state_at);
}
