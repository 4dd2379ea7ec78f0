import { record } from '../../audit/trail.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { type Clock, instantNow } from '../../core/clock.ts';
import type { DaybookError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import type { Writer } from '../../store/store.ts';
import { type Columns, type Kept, readKept, type Subject } from './kept.ts';
import { type Event, next } from './machine.ts';
import { healthWord, type Lifecycle, type Source, type StateName, stateOf } from './states.ts';
import { tell } from './tell.ts';

export type StepPorts = { readonly clock: Clock; readonly random: Random };

/** What happened to a bank's login: its next state is kept, with its history and the trail. */
export async function stepFeed(
  trx: Writer,
  ports: StepPorts,
  feedId: string,
  events: readonly Event[],
  source: Source,
): Promise<Lifecycle> {
  const row = await trx
    .selectFrom('feed')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['feed.state', 'feed.state_code', 'feed.state_sentence', 'feed.state_at', 'feed.last_success_at'])
    .select(['feed.institution_name', 'connection.name'])
    .where('feed.id', '=', feedId)
    .executeTakeFirstOrThrow();
  const about = {
    subject: `feed:${feedId}`,
    name: row.institution_name ?? row.name,
    goodAt: row.last_success_at,
  } as const;
  const { lifecycle, columns } = await keep(trx, ports, about, row, events, source);
  if (columns !== null) await trx.updateTable('feed').set(columns).where('id', '=', feedId).execute();
  return lifecycle;
}

/** As `stepFeed`, for a whole connection: its keys, its sign-in. */
export async function stepConnection(
  trx: Writer,
  ports: StepPorts,
  connectionId: string,
  events: readonly Event[],
  source: Source,
): Promise<Lifecycle> {
  const row = await trx
    .selectFrom('connection')
    .select(['state', 'state_code', 'state_sentence', 'state_at', 'name'])
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow();
  const about = { subject: `connection:${connectionId}`, name: row.name, goodAt: null } as const;
  const { lifecycle, columns } = await keep(trx, ports, about, row, events, source);
  if (columns !== null) await trx.updateTable('connection').set(columns).where('id', '=', connectionId).execute();
  return lifecycle;
}

type About = {
  readonly subject: Subject;
  readonly name: string;
  /** The last time that everything had been read. */
  readonly goodAt: string | null;
};

type Written = { readonly lifecycle: Lifecycle; readonly columns: Columns | null };

async function keep(
  trx: Writer,
  { clock }: StepPorts,
  { subject, name, goodAt }: About,
  row: Columns,
  events: readonly Event[],
  source: Source,
): Promise<Written> {
  const at = instantNow(clock);
  const before = await readKept(trx, subject, row);
  const lifecycle = events.reduce((facts, event) => next(facts, event, at), before.lifecycle);
  const state = stateOf(lifecycle);
  const told = tell(lifecycle, name);
  const changed = state !== before.state;
  const columns = {
    ...{ state: healthWord(state), state_code: told.code, state_sentence: told.sentence },
    state_at: changed ? at : before.since,
  };
  const same =
    columns.state === row.state &&
    columns.state_code === row.state_code &&
    columns.state_sentence === row.state_sentence;
  if (same && canonicalJson({ ...lifecycle }) === canonicalJson({ ...before.lifecycle }))
    return { lifecycle, columns: null };
  const values = {
    ...{ state, since: changed ? at : before.since, source: changed ? source : before.source },
    until: lifecycle.trouble?.until ?? null,
    facts_json: canonicalJson({ ...lifecycle }),
    broken_since: brokenSince(before, state, goodAt),
  };
  await trx
    .insertInto('lifecycle')
    .values({ subject, ...values })
    .onConflict((conflict) => conflict.column('subject').doUpdateSet(values))
    .execute();
  if (changed) {
    const event = events.at(-1)?.kind ?? '';
    const step = { subject, at, source, event, from_state: before.state, to_state: state };
    await trx
      .insertInto('lifecycle_step')
      .values({ ...step, code: told.code, sentence: told.sentence })
      .execute();
    await record(trx, clock, {
      actor: 'daybook',
      action: subject.startsWith('feed:') ? 'feed.state_changed' : 'connection.state_changed',
      subject,
      data: { from: before.state, to: state, code: told.code, source },
    });
  }
  return { lifecycle, columns };
}

/** A login that a person must mend has a hole in its lines from the last good read on; a removed one has none to mend. */
function brokenSince(before: Kept, state: StateName, goodAt: string | null): string | null {
  if (state === 'removed') return null;
  return before.brokenSince ?? (LASTING.has(state) ? goodAt : null);
}

const LASTING: ReadonlySet<StateName> = new Set([
  'login_required',
  'action_at_bank',
  'accounts_missing',
  'revoked',
  'gone',
  'keys_refused',
  'blocked',
]);

/** An error as an event. Only tries that are repeated need to be spread. */
export function failed(error: DaybookError, { random }: Pick<StepPorts, 'random'>): Event {
  const { code, message, repair, retryable, retryAfterMs } = error;
  const jitter = retryable ? { jitter: random.next() } : {};
  return { kind: 'failed', code, sentence: message, repair, retryable, retryAfterMs, ...jitter };
}
