import { canonicalJson, type Json, sha256 } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import type { Writer } from '../store/store.ts';

/** Hash before the first event. */
export const GENESIS = '0'.repeat(64);

export type AuditEntry = {
  /** A person's name, or `daybook` for what the app does by itself. */
  readonly actor: string;
  /** What happened, `noun.verb-in-past`: `proposal.approved`. */
  readonly action: string;
  /** What it happened to, `noun:id`. */
  readonly subject: string;
  readonly data: { readonly [key: string]: Json | undefined };
};

/** An event as it is stored. */
export type AuditEvent = {
  readonly seq: bigint;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** Canonical JSON. */
  readonly data_json: string;
  readonly previous_hash: string;
  readonly hash: string;
};

/** Rows of one INSERT: a fixed number, so that the statement is prepared once. */
const ROWS_AT_ONCE = 50;

/**
 * Adds an event to the trail, in the transaction of the change it tells of: either both are stored or neither. The
 * event's hash covers the previous event's hash, so that any later change of the past shows.
 */
export async function record(trx: Writer, clock: Clock, entry: AuditEntry): Promise<void> {
  await recordMany(trx, clock, [entry]);
}

/**
 * Adds events in the given order, as `record` does. The last link is read from the file each time and never kept in
 * memory, where a second process would make it stale.
 */
export async function recordMany(trx: Writer, clock: Clock, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const head = await trx.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirst();
  if (!head) throw new DaybookError('trail_broken', 'The audit trail has lost its last link. Restore a backup.');
  const events = chained(entries, { seq: head.seq, hash: head.hash, at: instantNow(clock) });
  for (let from = 0; from < events.length; from += ROWS_AT_ONCE) {
    await trx
      .insertInto('audit_event')
      .values(events.slice(from, from + ROWS_AT_ONCE))
      .execute();
  }
}

function chained(entries: readonly AuditEntry[], last: { seq: bigint; hash: string; at: string }): AuditEvent[] {
  let { seq, hash } = last;
  return entries.map(({ actor, action, subject, data }) => {
    seq += 1n;
    const fields = { seq, at: last.at, actor, action, subject, data_json: canonicalJson(data), previous_hash: hash };
    hash = eventHash(fields);
    return { ...fields, hash };
  });
}

/** The hash of an event: SHA-256 over the canonical JSON of its fields. */
export function eventHash(event: Omit<AuditEvent, 'hash'>): string {
  const { seq, at, actor, action, subject, data_json, previous_hash } = event;
  return sha256(canonicalJson({ seq, at, actor, action, subject, data: data_json, previous: previous_hash }));
}
