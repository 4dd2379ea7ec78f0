import { sql } from 'kysely';
import type { Reader } from '../store/store.ts';
import { wordsOccur } from '../store/text-search.ts';
import type { AuditEvent } from './trail.ts';

export type AuditFilter = {
  /** Words in actor, action, subject and data. */
  readonly search?: string;
  readonly actor?: string;
  readonly action?: string;
  /** Exact, or all of a kind with a `*` at the end: `run:*`. */
  readonly subject?: string;
  /** Instants; `before` is excluded. */
  readonly from?: string;
  readonly before?: string;
};

/** A window of the trail, newest first. */
export async function searchTrail(
  db: Reader,
  filter: AuditFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ readonly total: number; readonly events: AuditEvent[] }> {
  const { count } = await fitting(db, filter).select(sql<bigint>`count(*)`.as('count')).executeTakeFirstOrThrow();
  const events = await fitting(db, filter)
    .selectAll()
    .orderBy('seq', 'desc')
    .offset(window.offset)
    .limit(window.limit)
    .execute();
  return { total: Number(count), events };
}

/** Everything the trail says about these subjects, oldest first. */
export async function eventsAbout(db: Reader, subjects: readonly string[]): Promise<AuditEvent[]> {
  return db
    .selectFrom('audit_event')
    .selectAll()
    .where('subject', 'in', [...subjects, ''])
    .orderBy('seq')
    .execute();
}

/** Actors and actions that occur, in alphabetical order. */
export async function trailNames(db: Reader): Promise<{ actors: string[]; actions: string[] }> {
  const actors = await db.selectFrom('audit_event').select('actor').distinct().orderBy('actor').execute();
  const actions = await db.selectFrom('audit_event').select('action').distinct().orderBy('action').execute();
  return { actors: actors.map((row) => row.actor), actions: actions.map((row) => row.action) };
}

function fitting(db: Reader, filter: AuditFilter) {
  const { actor, action, subject, from, before } = filter;
  let query = db.selectFrom('audit_event');
  if (actor !== undefined) query = query.where('actor', '=', actor);
  if (action !== undefined) query = query.where('action', '=', action);
  if (subject?.endsWith('*')) {
    const prefix = subject.slice(0, -1);
    query = query.where('subject', '>=', prefix).where('subject', '<', `${prefix}\u{10FFFF}`);
  } else if (subject !== undefined) query = query.where('subject', '=', subject);
  if (from !== undefined) query = query.where('at', '>=', from);
  if (before !== undefined) query = query.where('at', '<', before);
  for (const test of wordsOccur(filter.search ?? '', ['actor', 'action', 'subject', 'data_json']))
    query = query.where(test);
  return query;
}
