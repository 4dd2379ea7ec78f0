import { yieldToOthers } from '../core/clock.ts';
import type { Reader } from '../store/store.ts';
import { type AuditEvent, eventHash, GENESIS } from './trail.ts';

export type TrailCheck = {
  /** Events whose links hold, counted from the first. */
  readonly events: number;
  readonly verified: boolean;
  readonly firstBroken: BrokenLink | null;
  /**
   * Hash of the last event that holds. Somebody who noted it elsewhere can prove later that nothing before it was
   * rewritten, even by one who can write the whole file anew.
   */
  readonly headHash: string;
};

export type BrokenLink = {
  /** Number of the first event that is missing or does not hold. */
  readonly seq: number;
  /** One plain sentence. */
  readonly reason: string;
};

const PAGE = 1_000;

export type TrailCheckOptions = {
  readonly stop?: AbortSignal;
  /** Events that hold so far, and how many there are. */
  readonly progress?: (done: number, total: number) => void;
};

/** Recomputes every link of the trail, page by page, and names the first that does not hold. Changes nothing. */
export async function verifyTrail(db: Reader, { stop, progress }: TrailCheckOptions = {}): Promise<TrailCheck> {
  let last: Pick<AuditEvent, 'seq' | 'hash'> = { seq: 0n, hash: GENESIS };
  const broken = (seq: bigint, reason: string): TrailCheck => ({
    events: Number(last.seq),
    verified: false,
    firstBroken: { seq: Number(seq), reason },
    headHash: last.hash,
  });
  for (;;) {
    stop?.throwIfAborted();
    // Before the page: an event that is added meanwhile is then in the page, which is not the last one.
    const head = await db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirst();
    const page = await eventsAfter(db, last.seq);
    for (const event of page) {
      const fault = faultOf(event, last);
      if (fault) return broken(fault.seq, fault.reason);
      last = event;
    }
    if (page.length > 0) {
      progress?.(Number(last.seq), Math.max(Number(last.seq), Number(head?.seq ?? 0n)));
      await yieldToOthers();
      continue;
    }
    if (!head) return broken(last.seq + 1n, 'The record of the last event is missing.');
    if (head.seq > last.seq) return broken(last.seq + 1n, endsEarly(last.seq, head.seq));
    if (head.seq < last.seq) return broken(head.seq + 1n, `Event ${head.seq + 1n} was not added by Daybook.`);
    if (head.hash !== last.hash)
      return broken(last.seq, `Event ${last.seq} is not the one that was written last: it was replaced.`);
    return { events: Number(last.seq), verified: true, firstBroken: null, headHash: last.hash };
  }
}

/** The next page of events by number; shared with the export. */
export async function eventsAfter(db: Reader, seq: bigint): Promise<AuditEvent[]> {
  return db.selectFrom('audit_event').selectAll().where('seq', '>', seq).orderBy('seq').limit(PAGE).execute();
}

function faultOf(
  event: AuditEvent,
  last: Pick<AuditEvent, 'seq' | 'hash'>,
): { readonly seq: bigint; readonly reason: string } | null {
  const expected = last.seq + 1n;
  if (event.seq !== expected) return { seq: expected, reason: `Event ${expected} is missing.` };
  if (eventHash(event) !== event.hash)
    return { seq: event.seq, reason: `Event ${event.seq} was changed after it was written.` };
  if (event.previous_hash !== last.hash)
    return {
      seq: event.seq,
      reason:
        last.seq === 0n
          ? `Event ${event.seq} is not the first that was written: what came before it was removed.`
          : `Event ${event.seq} does not follow event ${last.seq}: one of them was replaced.`,
    };
  return null;
}

function endsEarly(last: bigint, head: bigint): string {
  return head - last === 1n ? `Event ${head} is missing.` : `Events ${last + 1n} to ${head} are missing.`;
}
