import { canonicalJson, type Json, sha256 } from '../core/canonical.ts';
import { type Clock, instantNow } from '../core/clock.ts';
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

/**
 * Adds an event to the trail, in the transaction of the change it tells of: either both are stored or neither. The
 * event's hash covers the previous event's hash, so that any later change of the past shows.
 */
export async function record(trx: Writer, clock: Clock, entry: AuditEntry): Promise<void> {
  const last = await trx
    .selectFrom('audit_event')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const seq = (last?.seq ?? 0n) + 1n;
  const previous_hash = last?.hash ?? GENESIS;
  const at = instantNow(clock);
  const data_json = canonicalJson(entry.data);
  const { actor, action, subject } = entry;
  const hash = eventHash({ seq, at, actor, action, subject, data_json, previous_hash });
  await trx
    .insertInto('audit_event')
    .values({ seq, at, actor, action, subject, data_json, previous_hash, hash })
    .execute();
}

/** The hash of an event: SHA-256 over the canonical JSON of its fields. */
export function eventHash(event: {
  seq: bigint;
  at: string;
  actor: string;
  action: string;
  subject: string;
  data_json: string;
  previous_hash: string;
}): string {
  const { seq, at, actor, action, subject, data_json, previous_hash } = event;
  return sha256(canonicalJson({ seq, at, actor, action, subject, data: data_json, previous: previous_hash }));
}
